package uninstall_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// everything releases all incidents, and deletes everything that is deleted only on request.
var everything = uninstall.Options{ReleaseAll: true, Reason: "moving away", DeleteLedger: true, DeleteEvidence: true, Wait: 10 * time.Second}

func TestARunReleasesDeletesAndListsWhatRemains(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cut("inc-1", subnetOne).cut("inc-2", subnetTwo)
	w.running = []string{machine + ":one"}
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "moving away", Wait: time.Hour})

	if want := []string{w.acls["inc-1"], w.acls["inc-2"]}; !slices.Equal(removed(r), want) || len(w.quarantineACLs()) != 0 {
		t.Errorf("removed %q, want %q; left are %+v", removed(r), want, w.quarantineACLs())
	}
	for _, subnet := range []string{subnetOne, subnetTwo} {
		if got := w.under(subnet); got != before(subnet) {
			t.Errorf("%s has %s, want its original %s", subnet, got, before(subnet))
		}
	}
	if len(r.Released) != 2 || r.Released[0].Incident != "inc-1" || r.Released[1].Reason != "moving away" {
		t.Errorf("released %+v", r.Released)
	}
	if !w.did(`Release inc-1 by "guard-release": moving away`) {
		t.Errorf("the release was not done by the deployed state machine: %q", w.calls)
	}
	if r.StackStatus != cloudformation.DeleteComplete || w.stack.Status != cloudformation.DeleteComplete {
		t.Errorf("the stack is %s", w.stack.Status)
	}
	if !slices.Equal(r.DeletedBuckets, []string{bucket}) || len(w.buckets) != 0 {
		t.Errorf("deleted buckets %q, left %v", r.DeletedBuckets, w.buckets)
	}
	if r.Left.Ledger == nil || !r.Left.Ledger.Protected || w.table == nil {
		t.Errorf("the ledger was not kept: %+v", r.Left.Ledger)
	}
	if len(w.tagged("inc-1"))+len(w.tagged("inc-2")) != 4 || len(w.deleted) != 0 || r.Left.Snapshots.GiB != 32 || len(r.Left.Snapshots.OnRecord) != 2 || len(r.Left.Snapshots.Unrecorded) != 2 {
		t.Errorf("the evidence was not kept, or is not listed: %+v", r.Left.Snapshots)
	}
	if got := r.Left.Retained; len(got) != 1 || got[0].LogicalID != "TriageFunctionLogs" {
		t.Errorf("retained: %+v", got)
	}
	if len(r.Stopped) != 0 || !strings.Contains(strings.Join(w.said, "\n"), "waiting for 1 execution to end") {
		t.Errorf("the execution was not waited for: stopped %q, said %q", r.Stopped, w.said)
	}
}

// With an open incident, a run is refused before it changes anything.
func TestARunIsRefusedWhileAnIncidentIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cut("inc-1", subnetOne)
	untouched := w.end()
	_, err := attempt(t.Context(), w, uninstall.Options{})
	if _, open := errors.AsType[*uninstall.OpenError](err); !open {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"1 incident is open", "inc-1  " + instanceOne + "  contained", "quarantine release inc-1 --stack guard --reason 'SAY WHY'", "quarantine uninstall --release-all --stack guard --reason 'SAY WHY'"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not contain %q", err, want)
		}
	}
	if w.end() != untouched {
		t.Errorf("the run changed something:\n%s", w.end())
	}
	u := over(w, everything)
	u.ReleaseAll = false
	plan, err := u.Look(t.Context())
	if _, open := errors.AsType[*uninstall.OpenError](u.Refusal(plan)); err != nil || !open {
		t.Errorf("a person would be asked before the refusal: %v, %v", u.Refusal(plan), err)
	}
}

// A finding can arrive until the EventBridge rule is deleted, and its incident must be released.
func TestAnIncidentThatOpensDuringTheStacksDeletionIsReleased(t *testing.T) {
	t.Parallel()
	comes := func() *world {
		w := newWorld(t)
		w.on = func(call string) {
			if call == "Delete" {
				w.cut("inc-late", subnetOne)
			}
		}
		return w
	}
	w := comes()
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "away"})
	if len(r.Released) != 1 || !w.did(`Release inc-late by "": away`) || len(w.quarantineACLs()) != 0 {
		t.Errorf("released %+v, by %q", r.Released, w.calls)
	}

	w = comes()
	_, err := attempt(t.Context(), w, uninstall.Options{})
	if open, ok := errors.AsType[*uninstall.OpenError](err); !ok || !open.During || !strings.Contains(err.Error(), "--here") {
		t.Fatalf("got %v", err)
	}
	w.on = nil
	if _, err = attempt(t.Context(), w, uninstall.Options{}); err == nil || !strings.Contains(err.Error(), "The stack is gone already") {
		t.Errorf("the next run does not refuse: %v", err)
	}
	uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "away"})
	if len(w.quarantineACLs()) != 0 || len(w.buckets) != 0 {
		t.Errorf("the run after that does not continue: %s", w.end())
	}
}

// Wherever and however a run stops, the next one reaches the same end state.
func TestAfterAStopAnywhereTheNextRunFinishes(t *testing.T) {
	t.Parallel()
	full := func(t *testing.T) *world {
		w := newWorld(t).cut("inc-1", subnetOne).cut("inc-2", subnetTwo).fail("inc-gone", instanceGone)
		w.shut("inc-1")
		w.takesBack = true
		w.running, w.endless = []string{machine + ":one"}, true
		return w
	}
	reference := full(t)
	uninstalled(t, reference, everything)
	want, calls := reference.end(), reference.calls
	if len(calls) < 60 {
		t.Fatalf("there are only %d calls to stop at", len(calls))
	}
	for i, call := range calls {
		t.Run(fmt.Sprintf("%d %s", i+1, call), func(t *testing.T) {
			t.Parallel()
			for _, how := range waysToStop(i, call) {
				w := full(t)
				ctx, cancel := context.WithCancel(t.Context())
				w.at, w.after, w.err = i+1, how == "after", errDenied
				if how == "interrupted" {
					w.cancel, w.after = cancel, i%2 == 1
				}
				_, err := attempt(ctx, w, everything)
				cancel()
				if err == nil {
					t.Fatalf("stopped %s it, the run did not fail", how)
				}
				w.at = 0
				if _, err := attempt(t.Context(), w, everything); err != nil {
					t.Fatalf("stopped %s it, the next run fails: %v", how, err)
				}
				if diff := cmp.Diff(want, w.end()); diff != "" {
					t.Errorf("stopped %s it, the end differs (-want +got):\n%s", how, diff)
				}
			}
		})
	}
}

// waysToStop are the ways to stop a run at a call: all of them for a call that changes
// something, and one in turn for a call that only reads, where before and after are equal.
func waysToStop(i int, call string) []string {
	all := []string{"before", "interrupted", "after"}
	what, _, _ := strings.Cut(call, " ")
	if slices.Contains([]string{"Release", "Delete", "DeleteNetworkACL", "DeleteSecurityGroup", "DeleteSnapshot", "DeleteTable", "Remove", "Stop", "EndUncut"}, what) {
		return all
	}
	return all[i%3 : i%3+1]
}

// If a call is denied, the error names the step and what remains.
func TestAStepThatIsDeniedSaysWhatRemains(t *testing.T) {
	t.Parallel()
	for call, c := range map[string]struct {
		step string
		left int // remaining steps, including this one
	}{
		`Release inc-1 by "guard-release": moving away`: {"open incidents", 11},
		"Stop " + machine + ":one":                      {"executions that run", 10},
		"DeleteNetworkACL":                              {"what measures made", 8},
		"Delete":                                        {"the stack", 7},
		"Remove " + bucket:                              {"the packaging bucket", 4},
		"DeleteSnapshot":                                {"evidence", 3},
		"DeleteTable":                                   {"the ledger", 1},
	} {
		w := newWorld(t).cut("inc-1", subnetOne)
		w.running, w.endless = []string{machine + ":one"}, true
		w.on = func(now string) {
			if w.at == 0 && (now == call || strings.HasPrefix(now, call+" ")) {
				w.at, w.err = len(w.calls), errDenied
			}
		}
		_, err := attempt(t.Context(), w, everything)
		if got := remains(t, err); got.Step != c.step || len(got.Remains) != c.left || !quarantine.Is(err, quarantine.AccessDenied) {
			t.Errorf("%s: %v; want step %s of %d, got %d", call, err, c.step, c.left, len(got.Remains))
		}
	}
}

// Throttling while the deletion is followed does not end the run.
func TestThrottlingDoesNotEndTheFollowing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.on = func(call string) {
		if call == "DeletionEvents" && w.at == 0 {
			w.at, w.err = len(w.calls), quarantine.Failf(quarantine.Throttled, "throttled")
		}
	}
	uninstalled(t, w, uninstall.Options{})
}

func TestAnInterruptionSaysThatCompletedStepsRemain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.on = func(call string) {
		if call == "Delete" {
			w.at, w.after, w.cancel = len(w.calls), true, cancel
		}
	}
	_, err := attempt(ctx, w, uninstall.Options{})
	if step := remains(t, err); step.Step != "the stack" || !strings.Contains(err.Error(), "interrupted: what is done stays done") || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
