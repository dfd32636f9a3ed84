package jsonata

import (
	"encoding/json"
	"math/rand/v2"
	"time"

	"github.com/dop251/goja"
)

// Expression is a JSONata expression that parses. It is immutable and safe for concurrent use.
type Expression struct {
	source string
	steps  []string // of a plain path; nil for anything else
}

// Compile parses an expression: the text between {% and %}. Like Step Functions, it refuses $eval, $ and $$ at the
// top level, and fields without a parent value. The error is an *Error.
func Compile(source string) (*Expression, error) {
	rt := acquire()
	defer release(rt)
	p, err := rt.expression(source)
	if err != nil {
		return nil, err
	}
	return &Expression{source: source, steps: p.steps}, nil
}

// String returns the source text.
func (e *Expression) String() string { return e.source }

// Env has the values that a session's expressions can read. Its functions are called only during Eval.
type Env struct {
	// States returns a part of $states (input, result, errorOutput, context) as JSON, or nil if it is not set.
	States func(part string) json.RawMessage
	// Variable returns a workflow variable's value as JSON.
	Variable func(name string) (json.RawMessage, bool)
	// Now is the clock of $now() and $millis(); nil is the real clock.
	Now func() time.Time
	// Random returns numbers in [0, 1) for $random(), $shuffle() and $uuid(); nil is math/rand.
	Random func() float64
}

func (e *Env) now() time.Time {
	if e.Now == nil {
		return time.Now()
	}
	return e.Now()
}

func (e *Env) random() float64 {
	if e.Random == nil {
		return rand.Float64()
	}
	return e.Random()
}

// Session evaluates expressions against one Env, whose values are parsed once. It is not safe for
// concurrent use, and must be closed.
type Session struct {
	env Env
	rt  *runtime // from the first expression that needs an engine
}

// Begin starts a session.
func Begin(env Env) *Session { return &Session{env: env} }

// Eval returns the expression's value as compact JSON. The error is ErrNothing or an *Error; an evaluation that
// does not end is stopped with an *Error.
func (s *Session) Eval(e *Expression) (json.RawMessage, error) {
	if value, ok := s.env.walk(e.steps); ok {
		return value, nil
	}
	p, err := s.parsed(e)
	if err != nil {
		return nil, err
	}
	if p.known != nil {
		return p.known, nil
	}
	value, err := s.evaluate(e, p)
	if err != nil {
		return nil, err
	}
	if goja.IsUndefined(value) {
		return nil, ErrNothing
	}
	text := json.RawMessage(value.String())
	if p.constant {
		p.known = text
	}
	return text, nil
}

// evaluate first evaluates without promises, if that must give the same value. If that fails, it evaluates with the
// unmodified reference implementation, whose error is the one to return. The bridge's limits are the same for both.
func (s *Session) evaluate(e *Expression, p *parsed) (goja.Value, error) {
	if p.orderly {
		if value, err := s.rt.run(p); err == nil || s.rt.stopped {
			return value, err
		}
	}
	p, err := s.parsed(e)
	if err != nil {
		return nil, err
	}
	return s.rt.runOriginal(p)
}

// parsed returns the expression in an engine that is usable.
func (s *Session) parsed(e *Expression) (*parsed, error) {
	if s.rt == nil || s.rt.spoilt {
		s.Close()
		s.rt = acquire()
		s.rt.env = s.env
		must(s.rt.begin(goja.Undefined()))
	}
	return s.rt.expression(e.source)
}

// Close returns the engine to the pool.
func (s *Session) Close() {
	if s.rt != nil {
		release(s.rt)
	}
}
