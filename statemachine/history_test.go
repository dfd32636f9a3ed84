package statemachine_test

import (
	"os"
	"testing"
	"testing/synctest"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/local/asl/recorded"
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
	var found []recorded.Found
	for _, c := range cases {
		synctest.Test(t, func(t *testing.T) {
			differs, err := recorded.Replay(t.Context(), c, m)
			if err != nil {
				t.Error(err)
			}
			found = append(found, differs...)
		})
	}
	for _, wrong := range recorded.Judge(cases, found) {
		t.Errorf("%s\n(if the definition or a handler has changed since, run `go tool task record`)", wrong)
	}
}

func recordings(t *testing.T, folder string) []recorded.Case {
	t.Helper()
	cases, err := recorded.Load(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	return cases
}
