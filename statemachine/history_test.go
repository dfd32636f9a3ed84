package statemachine_test

import (
	"os"
	"testing"
	"testing/synctest"

	"github.com/ec2-quarantine/quarantine/internal/asl"
	"github.com/ec2-quarantine/quarantine/internal/asl/history"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// TestTheDefinitionRunsAsItDoesOnTheOtherInterpreter runs the definition with the functions' answers from the scripts
// and the services' from the recordings, and compares the histories.
func TestTheDefinitionRunsAsItDoesOnTheOtherInterpreter(t *testing.T) {
	t.Parallel()
	text, err := asl.Substitute(statemachine.Quarantine, substitutions(t))
	if err != nil {
		t.Fatal(err)
	}
	m, err := asl.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	cases := recordings(t, "testdata/history")
	if want := len(scenarios(t)); len(cases) != want {
		t.Errorf("%d recordings of %d scenarios: run `go tool task record`", len(cases), want)
	}
	var found []history.Found
	for _, c := range cases {
		synctest.Test(t, func(t *testing.T) {
			differs, err := history.Replay(t.Context(), c, m)
			if err != nil {
				t.Error(err)
			}
			found = append(found, differs...)
		})
	}
	for _, wrong := range history.Judge(cases, found) {
		t.Errorf("%s\n(if the definition or a handler has changed since, run `go tool task record`)", wrong)
	}
}

func recordings(t *testing.T, folder string) []history.Case {
	t.Helper()
	cases, err := history.Load(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	return cases
}
