package jsonata

import "encoding/json"

// walk gives the value of a plain path such as $states.input.a, which is what most expressions are, without an
// engine. Where the path leads through objects to a value that is there and is not null, JSONata means what the
// JSON says. Anything else is for JSONata: it maps over arrays, and knows functions. The value is written as the
// engine writes it, or else ok is false.
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

// root gives what a path begins at, and the rest of it.
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

// member gives the value of an object's member; of several of one name it is the last, as for JSON.parse.
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
