package jsonata

import "encoding/json"

// walk evaluates a plain path such as $states.input.a, which most expressions are, without an engine. If the path
// leads through objects to a value that is not null, JSONata's result is that value. Everything else is left to
// JSONata: it maps over arrays, and has functions. The value is written as the engine would write it; if that is not
// possible, ok is false.
func (e *Env) walk(steps []string) (value json.RawMessage, ok bool) {
	if len(steps) == 0 {
		return nil, false
	}
	text, steps := e.root(steps)
	for _, name := range steps {
		if text, ok = member(text, name); !ok {
			return nil, false
		}
	}
	s := scanner{text: text}
	out, ok := s.rewrite(make([]byte, 0, len(text)), 0)
	if !ok || string(out) == "null" {
		return nil, false
	}
	if s.space(); s.at != len(text) {
		return nil, false
	}
	return out, true
}

// root returns the value at which a path starts, and the rest of the path.
func (e *Env) root(steps []string) (json.RawMessage, []string) {
	if steps[0] != "states" {
		if e.Variable == nil {
			return nil, nil
		}
		if text, ok := e.Variable(steps[0]); ok {
			return text, steps[1:]
		}
		return nil, nil
	}
	if len(steps) == 1 || e.States == nil {
		return nil, nil
	}
	switch steps[1] {
	case "input", "result", "errorOutput", "context":
		return e.States(steps[1]), steps[2:]
	}
	return nil, nil
}

// member returns the value of an object's member; for a duplicate name the last one, like JSON.parse.
func member(text json.RawMessage, name string) (value json.RawMessage, ok bool) {
	s := scanner{text: text}
	if !s.take('{') {
		return nil, false
	}
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return nil, false
		}
		key, plain := s.key()
		if !plain {
			return nil, false
		}
		s.space()
		begin := s.at
		if !s.skip() {
			return nil, false
		}
		if string(key) == name {
			value, ok = text[begin:s.at], true
		}
	}
	return value, ok
}
