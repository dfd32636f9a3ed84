package simulate_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/simaws"
	"github.com/ec2-quarantine/quarantine/internal/simulate"
)

// at is one call of a clean run: the n-th of its operation.
type at struct {
	service, operation, function string
	n                            int
}

func (c at) String() string {
	return fmt.Sprintf("%s:%s by %s, call %d", c.service, c.operation, cmp.Or(c.function, "the state machine"), c.n+1)
}

// callsOf enumerates the calls of a clean run from the account's own log, so
// that a call added later is covered without anyone remembering.
func callsOf(t *testing.T, events ...simulate.Event) (all []at) {
	t.Helper()
	seen := map[at]int{}
	for _, c := range run(t, nil, events...).Calls {
		key := at{service: c.Service, operation: c.Operation, function: c.Function}
		n := seen[key]
		seen[key]++
		key.n = n
		all = append(all, key)
	}
	if len(all) < 25 {
		t.Fatalf("only %d calls: the enumeration misses some", len(all))
	}
	return all
}

// fault makes the call go wrong, once.
func (c at) fault(kind simaws.Kind) simaws.Fault {
	return simaws.Fault{Service: c.service, Operation: c.operation, Kind: kind, Skip: c.n, Times: 1,
		Match: func(call simaws.Call) bool { return call.Caller.Function == c.function }}
}

func with(f simaws.Fault) func(*simaws.Account) {
	return func(a *simaws.Account) { a.Inject(f) }
}

func TestAnyOneCallGoingWrongOnceIsSurvived(t *testing.T) {
	t.Parallel()
	kinds := map[string]simaws.Kind{
		"throttled": simaws.Throttle, "500": simaws.ServerError, "lost before": simaws.TimeoutBefore, "lost after": simaws.TimeoutAfter,
	}
	for _, c := range callsOf(t, miner(hostA, 1)) {
		for name, kind := range kinds {
			t.Run(c.String()+" "+name, func(t *testing.T) {
				t.Parallel()
				r := run(t, with(c.fault(kind)), miner(hostA, 1))
				if got := end(r.Executions[0]); got != "Contained" {
					t.Errorf("ended in %s: %s", got, r.Executions[0].Cause)
				}
				if n := count(r, "CreateSnapshots"); n > 1 {
					t.Errorf("%d evidence sets", n)
				}
			})
		}
	}
}

func TestAccessDeniedOnAnyCallIsTold(t *testing.T) {
	t.Parallel()
	denied := map[at]bool{}
	for _, c := range callsOf(t, miner(hostA, 1)) {
		c.n = 0
		if denied[c] {
			continue
		}
		denied[c] = true
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			f := c.fault(simaws.Deny)
			f.Times = 0
			r := run(t, with(f), miner(hostA, 1))
			e := r.Executions[0]
			if want := afterDenied(c); end(e) != want {
				t.Errorf("ended in %s, want %s: %s", end(e), want, e.Cause)
			}
			if end(e) == "ContainmentFailed" && c.function != "" && !strings.Contains(e.Cause, c.service+":"+c.operation) {
				t.Errorf("the cause does not name the missing action: %s", e.Cause)
			}
		})
	}
	if len(denied) < 15 {
		t.Errorf("only %d kinds of call denied", len(denied))
	}
}

// afterDenied is the state in which an execution must end when an action is not
// allowed.
func afterDenied(c at) string {
	switch {
	case c.function == "":
		return "ContainmentFailed" // no lock
	case c.function == "isolate" && c.operation != "CreateTags" && c.operation != "PutItem":
		return "ContainmentFailed"
	case c.function == "forensics" && (c.operation == "CreateSnapshots" || c.operation == "DescribeSnapshots"):
		return "EvidenceFailed"
	}
	return "Contained" // the cut stands: a warning is told, or the other channel takes the news
}

func TestThrottlingForAMinuteDelaysAndDoesNotFail(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"ec2", "dynamodb", "sns", "slack", "sts"} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			r := run(t, with(simaws.Fault{Service: service, Kind: simaws.Throttle, Until: start.Add(time.Minute)}), miner(hostA, 1), miner(hostA, 2))
			for _, e := range r.Executions {
				if got := end(e); got != "Contained" && got != "Joined" {
					t.Errorf("%s ended in %s: %s", e.Name, got, e.Cause)
				}
			}
		})
	}
}

func TestAProcessThatStopsAtAnyCallIsSurvived(t *testing.T) {
	t.Parallel()
	for _, c := range callsOf(t, miner(hostA, 1)) {
		if c.function == "" {
			continue // the state machine itself does not stop
		}
		for name, kind := range map[string]simaws.Kind{"before": simaws.StopBefore, "after": simaws.StopAfter} {
			t.Run(c.String()+" "+name, func(t *testing.T) {
				t.Parallel()
				r := run(t, with(c.fault(kind)), miner(hostA, 1))
				if got := end(r.Executions[0]); got != "Contained" {
					t.Errorf("ended in %s: %s", got, r.Executions[0].Cause)
				}
			})
		}
	}
}

func TestAFailedIsolationDoesNotSwallowTheNextFinding(t *testing.T) {
	t.Parallel()
	// The first isolation is denied; the second finding comes at the same moment.
	denied := simaws.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: simaws.Deny, Times: 1}
	r := run(t, with(denied), miner(hostA, 1), miner(hostA, 2))
	if got := []string{end(r.Executions[0]), end(r.Executions[1])}; !slices.Equal(got, []string{"ContainmentFailed", "Contained"}) {
		t.Errorf("ended in %v: %s", got, r.Executions[1].Cause)
	}
	if got := text(records(r, "SUBNET#")[subnetA], "holders"); strings.Count(got, "inc-") != 1 {
		t.Errorf("holders %s: both attempts belong to one incident", got)
	}
}

func TestEvidenceFailingLeavesTheCutAndTheNewsAlone(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*simaws.Account){
		"snapshots denied":    with(simaws.Fault{Operation: "CreateSnapshots", Kind: simaws.Deny}),
		"a snapshot in error": func(a *simaws.Account) { a.FailSnapshots("vol" + hostA[1:]) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, prepare, miner(hostA, 1))
			if got := end(r.Executions[0]); got != "EvidenceFailed" {
				t.Errorf("ended in %s", got)
			}
			var kinds []string
			for _, n := range r.Notifications {
				kinds = append(kinds, n.Kind)
			}
			if !slices.Equal(kinds, []string{"contained", "contained", "evidence-failed", "evidence-failed"}) {
				t.Errorf("messages %v", kinds)
			}
			if len(quarantined(t, r)) != 1 {
				t.Error("the cut is gone")
			}
		})
	}
}

func TestNewsThatNoChannelTakesEndsRed(t *testing.T) {
	t.Parallel()
	r := run(t, func(a *simaws.Account) {
		a.Inject(simaws.Fault{Service: "sns", Kind: simaws.Deny})
		a.Inject(simaws.Fault{Service: "slack", Kind: simaws.Deny})
	}, miner(hostA, 1))
	if got := end(r.Executions[0]); got != "ContainedButUntold" {
		t.Errorf("ended in %s", got)
	}
}

func TestATakenOverIsolationIsNotToldAsFailedToo(t *testing.T) {
	t.Parallel()
	// EC2 is broken for the first execution alone, for longer than its lease; the
	// second takes over and contains.
	r := run(t, with(simaws.Fault{Service: "ec2", Operation: "DescribeInstances", Kind: simaws.ServerError, Match: func(c simaws.Call) bool {
		return strings.HasSuffix(c.Caller.Execution, "-1") && c.Caller.Function == "isolate"
	}}), miner(hostA, 1), miner(hostA, 2))
	for _, e := range r.Executions {
		if got := end(e); got != "Contained" && got != "Joined" && got != "ContainmentFailed" {
			t.Errorf("%s ended in %s: %s", e.Name, got, e.Cause)
		}
	}
	if len(quarantined(t, r)) != 1 {
		t.Error("the instance is not cut off")
	}
	contained, failed := 0, 0
	for i, n := range r.Notifications {
		switch n.Kind {
		case "contained":
			contained = i + 1
		case "containment-failed":
			failed = i + 1
		}
	}
	if contained == 0 || failed > contained {
		t.Errorf("people heard of a failure after the containment: %v", r.Notifications)
	}
}
