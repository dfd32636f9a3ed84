package simulate_test

import (
	"cmp"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// every selects one of every n combinations of call and fault, always the same ones. It
// must have no factor in common with the number of faults, so that each fault is selected
// sometimes.
var every = flag.Int("faults", 401, "play one of so many faults at every call of every scenario; 1 is all")

// long is longer than any function's retries, and shorter than the time until a question
// expires.
const long = 15 * time.Minute

// fault is a way in which a call fails.
type fault struct {
	name string
	// passes says that the product must recover: no execution may fail that succeeds without
	// the fault.
	passes bool
	of     account.Fault
}

var faults = []fault{
	{"throttled-once", true, account.Fault{Kind: account.Throttle, Times: 1}},
	{"throttled-long", false, account.Fault{Kind: account.Throttle, For: long}},
	{"error-500", true, account.Fault{Kind: account.ServerError, Times: 1}},
	{"denied-once", false, account.Fault{Kind: account.Deny, Times: 1}},
	{"denied-for-good", false, account.Fault{Kind: account.Deny}},
	{"lost-before", true, account.Fault{Kind: account.TimeoutBefore, Times: 1}},
	{"lost-after", true, account.Fault{Kind: account.TimeoutAfter, Times: 1}},
	{"stopped-before", true, account.Fault{Kind: account.StopBefore, Times: 1}},
	{"stopped-after", true, account.Fault{Kind: account.StopAfter, Times: 1}},
	{"stale", true, account.Fault{Kind: account.Stale, Behind: 1, Times: 1}},
	{"stale-twice", true, account.Fault{Kind: account.Stale, Behind: 2, Times: 2}},
}

// site is one call of a scenario.
type site struct {
	service, operation, function, execution string
	n                                       int // counts this function's calls of the operation in this execution, from 1
	// shows says that an earlier state of the service can answer the call: it reads, not
	// consistently, after something was changed.
	shows bool
}

func (c site) String() string {
	return fmt.Sprintf("%s.%s-by-%s-in-%s-%d", c.service, c.operation, cmp.Or(c.function, "machine"), cmp.Or(c.execution, "none"), c.n)
}

// applies reports whether the call can fail in that way: the state machine's own calls
// cannot be stopped, since it is no process.
func (f fault) applies(c site) bool {
	if f.of.Kind == account.Stale {
		return c.shows
	}
	return c.function != "" || f.of.Kind != account.StopBefore && f.of.Kind != account.StopAfter
}

// at is the account's fault that makes the call fail.
func (f fault) at(c site) account.Fault {
	out := f.of
	out.Service, out.Operation, out.Skip = c.service, c.operation, c.n-1
	out.Match = func(call account.Call) bool {
		return call.Caller.Function == c.function && call.Caller.Execution == c.execution
	}
	return out
}

// sites lists the calls of a run, taken from the account's log so that calls added to the
// product later are covered, too. It leaves out those of mended findings, because the
// fault is removed before these.
func sites(r *simulate.Report) (all []site) {
	seen, changed := map[site]int{}, map[string]bool{} // by what is read and changed
	for _, c := range r.Calls {
		key := site{service: c.Service, operation: c.Operation, function: c.Function, execution: c.Execution}
		seen[key]++
		key.n = seen[key]
		reads := strings.HasPrefix(c.Operation, "Describe") || strings.HasPrefix(c.Operation, "Get")
		key.shows = reads && changed[of(c)] && slices.Contains(lagging, c.Service)
		changed[of(c)] = changed[of(c)] || !reads && c.Applied
		if !strings.HasPrefix(c.Execution, "mended-") && !joinedLook(c.Execution) {
			all = append(all, key)
		}
	}
	return all
}

// of is what a call reads or changes. Classic Load Balancers and target groups are of one service, and
// change each by itself.
func of(c simulate.Call) string {
	if c.Service == "elasticloadbalancing" && strings.Contains(c.Operation, "LoadBalancer") {
		return "classic"
	}
	return c.Service
}

// lagging are the services whose reads can be older than their changes.
var lagging = []string{"ec2", "autoscaling", "elasticloadbalancing"}

// wentWrong reports whether the call was made and failed, or was answered by an earlier state.
func (c site) wentWrong(r *simulate.Report) bool {
	n := 0
	for _, call := range r.Calls {
		if call.Service == c.service && call.Operation == c.operation && call.Function == c.function && call.Execution == c.execution {
			if n++; n == c.n {
				return call.Error != "" || call.Behind > 0
			}
		}
	}
	return false
}

// joinedLook tells of a look because of a finding that joined. Its name has the minute in it, and
// so depends on what was slow; the looks of the schedule meet every fault.
func joinedLook(execution string) bool { return strings.HasPrefix(execution, "joined-") }

// ends are the executions' end states, without those of mended findings and of the looks for
// findings that joined.
func ends(r *simulate.Report) string {
	var all []string
	for _, e := range r.Executions {
		if !strings.HasPrefix(e.Name, "mended-") && !joinedLook(e.Name) {
			all = append(all, end(e))
		}
	}
	return strings.Join(all, " ")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	if *every < 1 || *every > 1 && *every%11 == 0 {
		t.Fatalf("-faults is a number of at least 1 that 11 does not divide, and not %d", *every)
	}
	count, began := &tally{by: map[string]map[string]int{}}, time.Now()
	t.Run("every", func(t *testing.T) {
		for i, s := range scenarios {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				s.faults(t, i, count)
			})
		}
	})
	t.Logf("%s in %.0f s:%s", count, time.Since(began).Seconds(), count.table())
	if *every == 1 { // prints the table without -v, too
		fmt.Printf("%s in %.0f s:%s\n", count, time.Since(began).Seconds(), count.table())
	}
}

// faults runs the scenario without a fault, and then once for every fault at every call.
func (s scenario) faults(t *testing.T, turn int, count *tally) {
	clean, err := s.simulated(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range invariants.Check(clean.report, clean.world) {
		t.Errorf("nothing is wrong, and %s", v)
	}
	if got := ends(clean.report); got != s.wants && !strings.HasPrefix(got, s.wants+" ") {
		t.Fatalf("nothing is wrong, and it ended in %s, want %s", got, s.wants)
	}
	normal, all := ends(clean.report), cases(clean.report)
	for i, c := range all {
		if (i+turn)%*every == 0 {
			t.Run(c.site.String()+"/"+c.fault.name, func(t *testing.T) {
				t.Parallel()
				s.meets(t, normal, c)
				count.add(s.name, c.fault.name)
			})
		}
	}
}

// meeting is one fault at one call.
type meeting struct {
	site  site
	fault fault
}

// cases combines every call of a run without faults with every fault.
func cases(clean *simulate.Report) (all []meeting) {
	for _, c := range sites(clean) {
		for _, f := range faults {
			if f.applies(c) {
				all = append(all, meeting{c, f})
			}
		}
	}
	return all
}

// meets runs the scenario with one fault at one call. normal are the end states of the run
// without a fault.
func (s scenario) meets(t *testing.T, normal string, c meeting) {
	met := c.fault.at(c.site)
	got, err := s.simulated(t.Context(), &met)
	if err != nil {
		t.Fatal(err)
	}
	if !c.site.wentWrong(got.report) {
		t.Error("the call did not fail, so this case tests nothing")
	}
	for _, v := range invariants.Check(got.report, got.world) {
		t.Error(v)
	}
	for _, e := range got.report.Executions {
		if e.Status == history.StatusSucceeded || strings.Contains(" "+normal+" ", " "+end(e)+" ") || end(e) == s.orEnds {
			continue
		}
		if c.fault.passes || !slices.Contains(s.mayEndRed(c.site), end(e)) {
			t.Errorf("%s ended in %s: %s", e.Name, end(e), e.Cause)
		}
	}
	if t.Failed() {
		t.Logf("ends: %s; again with: go test ./internal/lab/simulate -faults=1 -run '^%s$'", ends(got.report), strings.ReplaceAll(t.Name(), "/", "$/^"))
	}
}

// mayEndRed are those of the scenario: where the group is in place of the cut, its function
// contains.
func (s scenario) mayEndRed(c site) []string {
	if s.policy == sparesNeighbours && c.function == "measures-network" {
		return append(mayEndRed(c), "ContainmentFailed")
	}
	return mayEndRed(c)
}

// mayEndRed are the failed end states that are correct if the call is denied, or throttled
// for longer than the retries last. All other calls must lead to the same end state as
// without the fault, or to another successful one: people get a warning, the other channel
// sends the message, or a person is asked instead.
func mayEndRed(c site) []string {
	switch {
	case strings.HasPrefix(c.execution, "look-"):
		return []string{"NotPutRight", "NotSeen", "LookFailed"}
	case c.function == "isolate":
		return []string{"ContainmentFailed", "ContainFailed", "NotNarrowed"}
	case c.function == "forensics" && (c.operation == "CreateSnapshots" || c.operation == "DescribeSnapshots"):
		return []string{"EvidenceFailed"}
	case strings.HasPrefix(c.function, "measures-"):
		return []string{"MeasureFailed", "ReleaseFailed", "ReleaseNotDone", "NotNarrowed"}
	case c.function == "release":
		return []string{"ReleaseFailed", "ReleaseNotDone", "NarrowFailed"}
	case c.function == "approval" && c.service == "dynamodb":
		return []string{"AskingFailed"}
	case c.service == "states":
		return []string{"ContainFailed", "FanOutIncomplete", "ReleaseNotDone"}
	case c.function == "" && c.operation == "UpdateItem":
		return []string{"ContainmentFailed", "ContainFailed"}
	}
	return nil
}
