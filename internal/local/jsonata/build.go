package jsonata

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/dop251/goja"
)

// value parses text, which must be valid JSON, like JSON.parse. It is faster than the engine's own JSON.parse, which
// reads token by token and takes longer than most expressions need to evaluate.
func (rt *runtime) value(text json.RawMessage) (goja.Value, error) {
	s := scanner{text: text}
	if v, ok := rt.build(&s, 0); ok {
		return v, nil
	}
	return rt.parse(goja.Undefined(), rt.vm.ToValue(string(text)))
}

// build builds one value. It returns false for JSON that JavaScript and Go interpret differently; the engine then
// parses it.
func (rt *runtime) build(s *scanner, depth int) (goja.Value, bool) {
	switch c := s.peek(); {
	case depth > maxScan:
		return nil, false
	case c == '{':
		return rt.buildObject(s, depth)
	case c == '[':
		return rt.buildArray(s, depth)
	case c == '"':
		return rt.buildString(s)
	}
	switch text := s.scalar(); string(text) {
	case "true":
		return rt.vm.ToValue(true), true
	case "false":
		return rt.vm.ToValue(false), true
	case "null":
		return goja.Null(), true
	default:
		return rt.buildNumber(text)
	}
}

func (rt *runtime) buildObject(s *scanner, depth int) (goja.Value, bool) {
	s.at++
	o := rt.vm.NewObject()
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return nil, false
		}
		name, plain := s.key()
		if !plain || string(name) == "__proto__" {
			return nil, false
		}
		v, ok := rt.build(s, depth+1)
		if !ok || o.Set(string(name), v) != nil {
			return nil, false
		}
	}
	return o, true
}

func (rt *runtime) buildArray(s *scanner, depth int) (goja.Value, bool) {
	s.at++
	var items []any
	for first := true; !s.take(']'); first = false {
		if !first && !s.take(',') {
			return nil, false
		}
		v, ok := rt.build(s, depth+1)
		if !ok {
			return nil, false
		}
		items = append(items, v)
	}
	return rt.vm.NewArray(items...), true
}

func (rt *runtime) buildString(s *scanner) (goja.Value, bool) {
	quoted, ok := s.quoted()
	if !ok {
		return nil, false
	}
	text, ok := rewriteString(nil, quoted)
	if !ok {
		return nil, false
	}
	if bytes.IndexByte(text, '\\') < 0 {
		return rt.vm.ToValue(string(text[1 : len(text)-1])), true
	}
	var unquoted string
	if json.Unmarshal(text, &unquoted) != nil {
		return nil, false
	}
	return rt.vm.ToValue(unquoted), true
}

func (rt *runtime) buildNumber(text []byte) (goja.Value, bool) {
	if !shortest(text) {
		return nil, false
	}
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		return rt.vm.ToValue(n), true
	}
	f, err := strconv.ParseFloat(string(text), 64)
	return rt.vm.ToValue(f), err == nil
}
