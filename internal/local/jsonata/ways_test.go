package jsonata

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// Compares the ways of evaluation, with an input of the size of a finding.
func BenchmarkWays(b *testing.B) {
	input := json.RawMessage(`{"finding":{"id":"f-1","severity":8,"list":[` + strings.Repeat(`{"name":"a","points":1},`, 100) + `{}]}}`)
	env := Env{States: func(string) json.RawMessage { return input }}
	for _, way := range []struct {
		name, source string
		run          func(*Session, *Expression) error
	}{
		{"a plain path", `$states.input.finding.id`, bySession},
		{"a plain path by the reference", `$states.input.finding.id`, asWritten},
		{"a comparison", `$states.input.finding.severity >= 7`, bySession},
		{"a comparison without lifting", `$states.input.finding.severity >= 7`, unlifted},
		{"a comparison by the reference", `$states.input.finding.severity >= 7`, asWritten},
		{"an object", `{'id': $states.input.finding.id, 'count': $count($states.input.finding.list)}`, bySession},
		{"an object by the reference", `{'id': $states.input.finding.id, 'count': $count($states.input.finding.list)}`, asWritten},
	} {
		b.Run(way.name, func(b *testing.B) {
			e, err := Compile(way.source)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				s := Begin(env)
				if err := way.run(s, e); err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
	}
}

func bySession(s *Session, e *Expression) error {
	_, err := s.Eval(e)
	return err
}

func unlifted(s *Session, e *Expression) error {
	p, err := s.parsed(e)
	if err == nil {
		_, err = s.rt.guard(func() (goja.Value, error) { return s.rt.evaluate(goja.Undefined(), p.value) })
	}
	return err
}

func asWritten(s *Session, e *Expression) error {
	p, err := s.parsed(e)
	if err == nil {
		_, err = s.rt.runOriginal(p)
	}
	return err
}
