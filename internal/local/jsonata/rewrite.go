package jsonata

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// rewrite appends one value as JSON.stringify(JSON.parse(text)) would. It returns false if the two would change more
// than white space and escapes: numbers that are not in the shortest form, names that look like indices and so move
// to the front, duplicate names.
func (s *scanner) rewrite(to []byte, depth int) ([]byte, bool) {
	switch c := s.peek(); {
	case depth > maxScan:
		return nil, false
	case c == '{':
		return s.rewriteObject(to, depth)
	case c == '[':
		return s.rewriteArray(to, depth)
	case c == '"':
		text, ok := s.quoted()
		if !ok {
			return nil, false
		}
		return rewriteString(to, text)
	}
	text := s.scalar()
	switch string(text) {
	case "true", "false", "null":
		return append(to, text...), true
	}
	return append(to, text...), shortest(text)
}

func (s *scanner) rewriteObject(to []byte, depth int) ([]byte, bool) {
	s.at++
	to = append(to, '{')
	var names names
	for first := true; !s.take('}'); first = false {
		if !first {
			if !s.take(',') {
				return nil, false
			}
			to = append(to, ',')
		}
		name, plain := s.key()
		if !plain || !names.add(name) {
			return nil, false
		}
		var ok bool
		if to, ok = rewriteString(to, name); !ok {
			return nil, false
		}
		if to, ok = s.rewrite(append(to, ':'), depth+1); !ok {
			return nil, false
		}
	}
	return append(to, '}'), true
}

func (s *scanner) rewriteArray(to []byte, depth int) (_ []byte, ok bool) {
	s.at++
	to = append(to, '[')
	for first := true; !s.take(']'); first = false {
		if !first {
			if !s.take(',') {
				return nil, false
			}
			to = append(to, ',')
		}
		if to, ok = s.rewrite(to, depth+1); !ok {
			return nil, false
		}
	}
	return append(to, ']'), true
}

// names are the member names of one object so far.
type names [][]byte

// maxNames is the maximum number of members of an object: each name is compared with all earlier ones.
const maxNames = 64

// add returns false for a duplicate name, and for one whose position or meaning differs in JavaScript.
func (n *names) add(name []byte) bool {
	if len(*n) == maxNames || string(name) == "__proto__" || len(bytes.Trim(name, "0123456789")) == 0 {
		return false
	}
	for _, other := range *n {
		if bytes.Equal(other, name) {
			return false
		}
	}
	*n = append(*n, name)
	return true
}

// rewriteString appends a string with the escapes that the engine writes. Of all other escapes it accepts only those
// that encoding/json writes.
func rewriteString(to, text []byte) ([]byte, bool) {
	if !utf8.Valid(text) {
		return nil, false
	}
	to = append(to, '"')
	for at := bytes.IndexByte(text, '\\'); at >= 0; at = bytes.IndexByte(text, '\\') {
		to = append(to, text[:at]...)
		escape := text[at:]
		switch {
		case len(escape) >= 2 && strings.IndexByte(`"\bfnrt`, escape[1]) >= 0:
			to, text = append(to, escape[:2]...), escape[2:]
		case len(escape) >= 6 && written[string(escape[:6])] != "":
			to, text = append(to, written[string(escape[:6])]...), escape[6:]
		default:
			return nil, false
		}
	}
	return append(append(to, text...), '"'), true
}

// written maps the escapes that encoding/json makes for HTML and scripts to what the engine writes.
var written = map[string]string{`\u003c`: "<", `\u003e`: ">", `\u0026`: "&", `\u2028`: "\u2028", `\u2029`: "\u2029"}

// shortest tells whether a number is in JavaScript's form: up to 15 digits, which a float represents exactly enough,
// without an exponent and without redundant zeros.
func shortest(text []byte) bool {
	whole, fraction, dotted := bytes.Cut(bytes.TrimPrefix(text, []byte("-")), []byte("."))
	switch {
	case len(bytes.Trim(text, "-.0123456789")) != 0 || len(whole) == 0 || len(whole)+len(fraction) > 15:
		return false
	case whole[0] == '0' && len(whole) > 1:
		return false
	case dotted:
		return len(fraction) > 0 && fraction[len(fraction)-1] != '0' && (whole[0] != '0' || fraction[0] != '0')
	}
	return string(text) != "-0"
}
