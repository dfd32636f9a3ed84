package uninstall_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// everything releases, and deletes what is deleted on request alone.
var everything = uninstall.Options{ReleaseAll: true, Reason: "moving away", DeleteLedger: true, DeleteEvidence: true, Wait: 10 * time.Second}

func TestItReleasesDeletesAndListsWhatStays(t *testing.T) {
	t.Parallel()
	w := newWorld().cut("inc-1", "subnet-1").cut("inc-2", "subnet-2")
	w.running = []string{machine + ":one"}
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "moving away", Wait: time.Hour})

	if want := []string{"acl-inc-1", "acl-inc-2"}; !slices.Equal(r.RemovedACLs, want) || len(w.acls) != 0 {
		t.Errorf("removed %q, want %q; %d ACLs are left", r.RemovedACLs, want, len(w.acls))
	}
	if len(r.Released) != 2 || r.Released[0].Incident != "inc-1" || r.Released[1].Reason != "moving away" {
		t.Errorf("released %+v", r.Released)
	}
	if !w.did(`Release inc-1 by "guard-release": moving away`) {
		t.Errorf("it was not the deployed state machine that released: %q", w.calls)
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
	if len(w.snapshots) != 4 || r.Left.Snapshots.GiB != 32 || len(r.Left.Snapshots.OnRecord) != 2 || len(r.Left.Snapshots.Unrecorded) != 2 {
		t.Errorf("the evidence was not kept, or is not listed: %+v", r.Left.Snapshots)
	}
	if got := r.Left.Retained; len(got) != 1 || got[0].LogicalID != "TriageFunctionLogs" {
		t.Errorf("retained: %+v", got)
	}
	if len(r.Stopped) != 0 || !strings.Contains(strings.Join(w.said, "\n"), "waiting for 1 execution to end") {
		t.Errorf("the execution was not waited for: stopped %q, said %q", r.Stopped, w.said)
	}
}

// An open incident stops it before anything changes.
func TestItRefusesWhileAnIncidentIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld().cut("inc-1", "subnet-1")
	before := w.end()
	_, err := attempt(t.Context(), w, uninstall.Options{})
	if _, open := errors.AsType[*uninstall.OpenError](err); !open {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"1 incident is open", "inc-1  i-inc-1  contained", "--table " + table + " --state-machine guard-release", "--release-all --reason TEXT"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
	if w.end() != before {
		t.Errorf("something was changed:\n%s", w.end())
	}
}

// A finding can come until the rule is gone. What it cuts meanwhile is found.
func TestAnIncidentThatOpensWhileTheStackIsDeletedIsNotForgotten(t *testing.T) {
	t.Parallel()
	comes := func() *world {
		w := newWorld()
		w.on = func(call string) {
			if call == "Delete" {
				w.cut("inc-late", "subnet-1")
			}
		}
		return w
	}
	w := comes()
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "away"})
	if len(r.Released) != 1 || !w.did(`Release inc-late by "": away`) || len(w.acls) != 0 {
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
	if len(w.acls) != 0 || len(w.buckets) != 0 {
		t.Errorf("the run after that does not go on: %s", w.end())
	}
}

// Wherever a run stops, whatever stops it, the next one gets to the same end.
func TestARunThatStopsAnywhereIsTakenUpByTheNext(t *testing.T) {
	t.Parallel()
	full := func() *world {
		w := newWorld().cut("inc-1", "subnet-1").cut("inc-2", "subnet-2")
		w.running, w.endless = []string{machine + ":one"}, true
		return w
	}
	reference := full()
	uninstalled(t, reference, everything)
	want := reference.end()
	if len(reference.calls) < 60 {
		t.Fatalf("there are only %d calls to stop at", len(reference.calls))
	}
	for at := 1; at <= len(reference.calls); at++ {
		for _, how := range []string{"before", "after", "interrupted"} {
			w := full()
			ctx, cancel := context.WithCancel(t.Context())
			w.at, w.after, w.err = at, how == "after", errDenied
			if how == "interrupted" {
				w.cancel, w.after = cancel, at%2 == 0
			}
			_, err := attempt(ctx, w, everything)
			cancel()
			if err == nil {
				t.Fatalf("call %d (%s) was stopped %s, and nothing came of it", at, reference.calls[at-1], how)
			}
			w.at = 0
			if _, err := attempt(t.Context(), w, everything); err != nil {
				t.Fatalf("stopped %s call %d (%s), the next run fails: %v", how, at, reference.calls[at-1], err)
			}
			if diff := cmp.Diff(want, w.end()); diff != "" {
				t.Errorf("stopped %s call %d (%s), the end differs (-want +got):\n%s", how, at, reference.calls[at-1], diff)
			}
		}
	}
}

// Whatever is denied, the error says which step that was and what remains.
func TestAStepThatIsDeniedSaysWhatRemains(t *testing.T) {
	t.Parallel()
	for call, c := range map[string]struct {
		step string
		left int // steps that remain, this one included
	}{
		`Release inc-1 by "guard-release": moving away`: {"open incidents", 11},
		"Stop " + machine + ":one":                      {"executions that run", 10},
		"DeleteNetworkACL acl-inc-1":                    {"quarantine ACLs", 8},
		"Delete":                                        {"the stack", 7},
		"Remove " + bucket:                              {"the packaging bucket", 4},
		"DeleteSnapshot snap-inc-1":                     {"evidence", 3},
		"DeleteTable":                                   {"the ledger", 1},
	} {
		w := newWorld().cut("inc-1", "subnet-1")
		w.running, w.endless = []string{machine + ":one"}, true
		w.on = func(now string) {
			if now == call {
				w.at, w.err = len(w.calls), errDenied
			}
		}
		_, err := attempt(t.Context(), w, everything)
		if got := remains(t, err); got.Step != c.step || len(got.Remains) != c.left || !quarantine.Is(err, quarantine.AccessDenied) {
			t.Errorf("%s: %v; want step %s of %d, got %d", call, err, c.step, c.left, len(got.Remains))
		}
	}
}

// A throttle while the deletion is followed ends nothing.
func TestFollowingADeletionOutlastsThrottles(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.on = func(call string) {
		if call == "DeletionEvents" && w.at == 0 {
			w.at, w.err = len(w.calls), quarantine.Failf(quarantine.Throttled, "throttled")
		}
	}
	uninstalled(t, w, uninstall.Options{})
}

func TestAnInterruptionSaysThatWhatIsDoneStaysDone(t *testing.T) {
	t.Parallel()
	w := newWorld()
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
