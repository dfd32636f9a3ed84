package search_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/search"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// contained returns the time of host 0's containment in the ledger.
func contained(t *testing.T, s search.Scenario) time.Time {
	t.Helper()
	o, problems := judged(t, s)
	for _, p := range problems {
		t.Error(p)
	}
	for _, item := range o.Report.Ledger {
		attribute, _ := item.(map[string]any)["containedAt"].(map[string]any)
		if text, ok := attribute["S"].(string); ok {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
	}
	t.Fatal("no ledger item has the time of containment")
	return time.Time{}
}

func TestAFunctionsClockIsOffByTheSkew(t *testing.T) {
	t.Parallel()
	s := search.Scenario{Steps: []search.Step{found(0, 1, 0)}}
	right := contained(t, s)
	s.Skew = map[string]int{"isolate": 90}
	if got := contained(t, s).Sub(right); got != 90*time.Second {
		t.Errorf("isolate's clock is ahead by %v", got)
	}
}

// The state times out after a minute, and the function goes on.
func TestAFunctionOutlivesTheStateThatWaitedForIt(t *testing.T) {
	t.Parallel()
	o, problems := judged(t, search.Scenario{
		Steps: []search.Step{found(0, 1, 0)}, Delays: []search.Delay{{Function: "isolate", PerMille: 1000, UpTo: 119_000}},
	})
	for _, p := range problems {
		t.Error(p)
	}
	e := o.Report.Executions[0]
	timedOut := 0
	for _, event := range e.History {
		if event.TaskTimedOut != nil {
			timedOut++
		}
	}
	if timedOut == 0 || !slices.Contains(e.Path, "MarkFailed") {
		t.Errorf("%d invocations timed out, on the path %v", timedOut, e.Path)
	}
	replaced := 0
	for _, c := range o.Report.Changes {
		if o.Report.Calls[c.Call-1].Execution == e.Name {
			replaced++
		}
	}
	if replaced != 1 {
		t.Errorf("the execution replaced %d associations, want 1", replaced)
	}
}

// A write can be delayed past the release of what it is to change. EC2 refuses a late replacement
// of an association that is not there any more.
func TestAWriteArrivesAfterARelease(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"late-lost", "late-answered"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o, problems := judged(t, search.Scenario{
				Steps:  []search.Step{found(0, 1, 0), {At: 400_000, Do: search.DoRelease, Hosts: []int{0}}},
				Faults: []search.Fault{{Kind: kind, Operation: "ReplaceNetworkAclAssociation", Times: 1, Late: 1_000_000}},
			})
			for _, p := range problems {
				t.Error(p)
			}
			var late []simulate.Call
			restored := time.Time{}
			for _, c := range o.Report.Calls {
				if c.Late != "" {
					late = append(late, c)
				}
				if c.Function == "release" && c.Operation == "ReplaceNetworkAclAssociation" && c.Applied {
					restored = c.Ended
				}
			}
			if len(late) != 1 || late[0].Applied || late[0].Late != "InvalidAssociationID.NotFound" {
				t.Fatalf("late were %+v", late)
			}
			if due := late[0].Started.Add(1_000 * time.Second); restored.IsZero() || !restored.Before(due) {
				t.Errorf("restored at %v, and the late write was due at %v", restored, due)
			}
		})
	}
}

func TestAScenarioThatCannotBePlayedIsAnError(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]search.Scenario{
		"an unknown step":                 {Steps: []search.Step{{Do: "dance"}}},
		"an unknown fault":                {Faults: []search.Fault{{Kind: "tired"}}},
		"a write that is late by nothing": {Faults: []search.Fault{{Kind: "late-lost"}}},
		"a denial that is late":           {Faults: []search.Fault{{Kind: "denied", Late: 1}}},
		"a limit above 100":               {Policy: search.Policy{Percent: 101}},
	} {
		if _, err := search.Play(t.Context(), s, false); err == nil {
			t.Errorf("%s is not an error", name)
		}
	}
}

// Two hosts of one subnet and one role are narrowed, found again and released, while somebody deletes
// what denies one of them.
func TestSubnetsAreGivenBackByHandAndByAnAnswer(t *testing.T) {
	t.Parallel()
	const minute = 60_000
	hand := func(at int, do string, host int) search.Step { return search.Step{At: at, Do: do, Hosts: []int{host}} }
	for name, c := range map[string]struct {
		scenario search.Scenario
		narrowed int
	}{
		"by hand": {search.Scenario{Seed: 7, Wide: true, Steps: []search.Step{
			found(0, 1, 0), found(100, 1, 1), hand(15*minute, search.DoNarrow, 0), hand(17*minute, search.DoAllow, 0), hand(18*minute, search.DoLook, 0),
			found(20*minute, 2, 0), hand(40*minute, search.DoNarrow, 1), hand(60*minute, search.DoRelease, 0),
		}}, 2},
		"by an answer": {search.Scenario{Seed: 7, Wide: true, Approval: true, Steps: []search.Step{found(0, 1, 0)},
			People: [][]search.Saying{{{After: 900, Narrow: true}}, {{After: 900, Approve: true}}}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, problems := judged(t, c.scenario)
			for _, p := range problems {
				t.Error(p)
			}
			ends := 0
			for _, e := range o.Report.Executions {
				if e.Path[len(e.Path)-1] == "Narrowed" {
					ends++
				}
			}
			if ends != c.narrowed {
				t.Errorf("%d executions narrowed, want %d", ends, c.narrowed)
				tell(t, o)
			}
		})
	}
}
