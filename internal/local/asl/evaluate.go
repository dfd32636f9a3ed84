package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/jsonata"
)

// evaluator evaluates the templates of one state, and parses everything in $states once. Its session starts at
// the first expression.
type evaluator struct {
	v       *visit
	session *jsonata.Session
	context json.RawMessage // $states.context, set when an expression first reads it
}

// evaluationError is an expression without a value, or with a value of the wrong type for its field.
type evaluationError struct{ location, cause string }

func (e *evaluationError) Error() string { return e.cause }

// evaluate runs do with an evaluator. It writes an *evaluationError to the history and converts it to
// States.QueryEvaluationError.
func (v *visit) evaluate(do func(*evaluator) error) error {
	ev := &evaluator{v: v}
	defer ev.close()
	err := do(ev)
	wrong, ok := errors.AsType[*evaluationError](err)
	if !ok {
		return err
	}
	fail := v.fault(errorQueryEvaluation, wrong.cause)
	v.emit(history.Event{Type: "EvaluationFailed", EvaluationFailed: &history.EvaluationFailed{
		Error: fail.name, Cause: fail.cause, Location: wrong.location, State: v.st.name}})
	return fail
}

// fault is a failure of the state itself, with Step Functions' wording of the cause.
func (v *visit) fault(name, cause string) *failure {
	return &failure{name: name, cause: fmt.Sprintf(
		"An error occurred while executing the state '%s' (entered at the event id #%d). %s", v.st.name, v.entered, cause)}
}

func (ev *evaluator) close() {
	if ev.session != nil {
		ev.session.Close()
	}
}

// value evaluates a template. The error is an *evaluationError.
func (ev *evaluator) value(t *template) (json.RawMessage, error) {
	switch {
	case t.literal != nil:
		return t.literal, nil
	case t.expression != nil:
		return ev.expression(t)
	}
	j := t.join(ev.value)
	return j.value, j.err
}

func (ev *evaluator) expression(t *template) (json.RawMessage, error) {
	if ev.session == nil {
		ev.session = jsonata.Begin(ev.env())
	}
	value, err := ev.session.Eval(t.expression)
	if err == nil {
		return value, nil
	}
	opening := fmt.Sprintf("The JSONata expression '%s' specified for the field '%s' ", t.expression, t.field)
	if errors.Is(err, jsonata.ErrNothing) {
		return nil, &evaluationError{t.field, opening + "returned nothing (undefined)."}
	}
	return nil, &evaluationError{t.field, opening + "threw an error during evaluation. " + err.Error()}
}

// whole evaluates a field to a whole number of at least least; 0 if the field is absent.
func (ev *evaluator) whole(t *template, least int) (int, error) {
	if t == nil {
		return 0, nil
	}
	value, err := ev.value(t)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseFloat(string(value), 64)
	if err != nil || n != math.Trunc(n) || n < float64(least) || n > maxSeconds {
		return 0, ev.unfit(t, value, fmt.Sprintf("a whole number from %d to %d", least, maxSeconds))
	}
	return int(n), nil
}

func (ev *evaluator) text(t *template) (string, error) {
	if t == nil {
		return "", nil
	}
	value, err := ev.value(t)
	if err != nil {
		return "", err
	}
	var s string
	if json.Unmarshal(value, &s) != nil || value[0] != '"' {
		return "", ev.unfit(t, value, "a string")
	}
	return s, nil
}

func (ev *evaluator) truth(t *template) (bool, error) {
	value, err := ev.value(t)
	if err != nil {
		return false, err
	}
	switch string(value) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, ev.unfit(t, value, "true or false")
}

func (ev *evaluator) unfit(t *template, value json.RawMessage, want string) error {
	return &evaluationError{t.field, fmt.Sprintf("The field '%s' must be %s, but was: %s", t.field, want, value)}
}

// constant returns the number of a field that is not an expression.
func (t *template) constant() (float64, bool) {
	if t == nil || t.literal == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(t.literal), 64)
	return n, err == nil
}

// parseTimestamp reads a timestamp of the Amazon States Language: RFC 3339 with T and Z in capitals.
// See https://states-language.net/spec.html#timestamps.
func parseTimestamp(text json.RawMessage) (time.Time, error) {
	var s string
	if err := json.Unmarshal(text, &s); err == nil {
		if at, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errors.New("must be a timestamp such as 2026-11-23T14:00:00Z")
}

func (ev *evaluator) env() jsonata.Env {
	v := ev.v
	return jsonata.Env{States: ev.part, Variable: v.scope.get, Now: v.x.clock.Now, Random: v.x.runner.random}
}

// part returns a part of $states, or nil.
func (ev *evaluator) part(name string) json.RawMessage {
	switch name {
	case "input":
		return ev.v.input
	case "result":
		return ev.v.result
	case "errorOutput":
		return ev.v.errorOutput
	}
	if ev.context == nil {
		ev.context = ev.v.context()
	}
	return ev.context
}
