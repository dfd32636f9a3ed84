package asl_test

import (
	"errors"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

const withPlaceholders = `{"a":"${IsolateArn}","b":"x ${Table} y ${IsolateArn}","c":"{% $x{'k': 1} & '$' %}"}`

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	want(t, asl.Placeholders([]byte(withPlaceholders)), []string{"IsolateArn", "Table"})
	want(t, len(asl.Placeholders([]byte(`{"a":"$ {b} ${} ${-}"}`))), 0)
}

func TestSubstitute(t *testing.T) {
	t.Parallel()
	got, err := asl.Substitute([]byte(withPlaceholders), map[string]string{"IsolateArn": "arn:x", "Table": "a\"b\\<é\n${Table}"})
	want(t, err, nil)
	want(t, string(got), `{"a":"arn:x","b":"x a\"b\\<é\n${Table} y arn:x","c":"{% $x{'k': 1} & '$' %}"}`)
}

func TestSubstituteReportsEveryMismatch(t *testing.T) {
	t.Parallel()
	_, err := asl.Substitute([]byte(withPlaceholders), map[string]string{"Topic": "", "Role": ""})
	wrong, ok := errors.AsType[*asl.SubstitutionError](err)
	if !ok {
		t.Fatalf("got %v, want a SubstitutionError", err)
	}
	want(t, wrong, &asl.SubstitutionError{Unknown: []string{"IsolateArn", "Table"}, Unused: []string{"Role", "Topic"}})
	want(t, err.Error(), "cannot substitute in the definition: no value for IsolateArn, Table; no placeholder for Role, Topic")
}
