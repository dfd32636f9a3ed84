package search_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/search"
)

// Every scenario that the search ever found broken is played again, and must hold.
func TestCases(t *testing.T) {
	t.Parallel()
	for name, s := range cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, problems := judged(t, s)
			for _, p := range problems {
				t.Error(p)
			}
			if t.Failed() {
				tell(t, o)
			}
		})
	}
}

// tell logs what happened in a scenario that breaks an invariant.
func tell(t *testing.T, o search.Outcome) {
	t.Helper()
	for _, e := range o.Report.Executions {
		t.Logf("%s (%s): %s %s", e.Name, e.Status, strings.Join(e.Path, " "), e.Cause)
	}
	for _, c := range o.Report.Changes {
		t.Logf("change %d of %s by call %d: %s to %s", c.Order, c.Subnet, c.Call, c.From.ID, c.To.ID)
	}
	if !testing.Verbose() {
		return
	}
	for _, c := range o.Report.Calls {
		order := 0
		if c.Effect != nil {
			order = c.Effect.Order
		}
		in, _ := json.Marshal(c.Input)
		t.Logf("%s %s %d %s %s by %s in %s: effect %d, %s %s", c.Started.Format("15:04:05.000"), c.Ended.Format("15:04:05.000"), c.Seq, c.Service, c.Operation, c.Function, c.Execution, order, c.Error, in)
	}
}

// cases returns the kept scenarios by name. Each must have a comment that says what it showed.
func cases(t *testing.T) map[string]search.Scenario {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	all := map[string]search.Scenario{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var s search.Scenario
		d := json.NewDecoder(bytes.NewReader(content))
		d.DisallowUnknownFields()
		if err := d.Decode(&s); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if s.Comment == "" {
			t.Errorf("%s has no comment that says what it showed", file)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = s
	}
	return all
}

func TestAScenarioIsDeterministic(t *testing.T) {
	t.Parallel()
	for name, s := range crowds {
		first, _ := judged(t, s)
		again, _ := judged(t, s)
		if a, b := happened(first), happened(again); !reflect.DeepEqual(a, b) {
			t.Errorf("two runs of %s made different calls", name)
		}
	}
}

// happened lists a run's calls in their order, with their results.
func happened(o search.Outcome) (all []string) {
	for _, c := range o.Report.Calls {
		all = append(all, strings.Join([]string{c.Started.String(), c.Ended.String(), c.Execution, c.Function, c.Operation, c.Error}, " "))
	}
	return all
}
