package jsonata

import (
	"encoding/json"
	"math/rand/v2"
	"time"

	"github.com/dop251/goja"
)

// Expression is a JSONata expression that parses. It is immutable and safe for concurrent use.
type Expression struct{ source string }

// Compile parses an expression: the text between {% and %}. It refuses, as Step Functions does, $eval, $ and
// $$ at the top level, and fields that belong to nothing. The error is an *Error.
func Compile(source string) (*Expression, error) {
	rt := acquire()
	defer release(rt)
	if _, err := rt.expression(source); err != nil {
		return nil, err
	}
	return &Expression{source: source}, nil
}

// String is the source text.
func (e *Expression) String() string { return e.source }

// Env is what the expressions of a session see. Its functions are called only during Eval.
type Env struct {
	// States gives a part of $states (input, result, errorOutput, context) as JSON, or nil where it has none.
	States func(part string) json.RawMessage
	// Variable gives a workflow variable's value as JSON.
	Variable func(name string) (json.RawMessage, bool)
	// Now is what $now() and $millis() follow; nil is the real clock.
	Now func() time.Time
	// Random gives numbers in [0, 1) to $random(), $shuffle() and $uuid(); nil is math/rand.
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
type Session struct{ rt *runtime }

// Begin opens a session.
func Begin(env Env) *Session {
	rt := acquire()
	rt.env = env
	must(rt.begin(goja.Undefined()))
	return &Session{rt: rt}
}

// Eval gives the expression's value as compact JSON. The error is ErrNothing or an *Error; an evaluation that
// does not end is cut off with an *Error.
func (s *Session) Eval(e *Expression) (json.RawMessage, error) {
	parsed, err := s.rt.expression(e.source)
	if err != nil {
		return nil, err
	}
	value, err := s.rt.run(parsed)
	if err != nil {
		return nil, err
	}
	if goja.IsUndefined(value) {
		return nil, ErrNothing
	}
	return json.RawMessage(value.String()), nil
}

// Close gives the engine back.
func (s *Session) Close() { release(s.rt) }
