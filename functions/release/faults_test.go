package release_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// scenes are releases that differ in what there is to do.
var scenes = []struct {
	name, instance string
	cut            []string
	after          func(*world)
}{
	{"one subnet", "i-web", []string{"i-web"}, nil},
	{"two subnets", "i-pair", []string{"i-pair"}, nil},
	{"two VPCs", "i-wide", []string{"i-wide"}, nil},
	{"a subnet that another incident holds", "i-web", []string{"i-web", "i-peer"}, nil},
	{"one of two subnets that another incident holds", "i-pair", []string{"i-pair", "i-wide"}, nil},
	{"a recorded ACL that is gone", "i-wide", []string{"i-wide"}, func(w *world) { must(w.DeleteNetworkACL(context.Background(), "acl-own")) }},
	{"a subnet that somebody changed", "i-pair", []string{"i-pair"}, func(w *world) { w.add("vpc-1", "acl-foreign"); w.put("subnet-c", "acl-foreign") }},
	{"an incident that failed half-way", "i-pair", nil, func(w *world) {
		w.inject(fault{on: "ReplaceAssociation assoc-subnet-c", err: quarantine.Failf(quarantine.AccessDenied, "no")})
		if _, err := w.isolator().Handle(context.Background(), w.isolation("i-pair")); err == nil {
			panic("the isolation did not fail")
		}
		w.fail("i-pair")
	}},
}

// state is all that a release leaves behind, but for what is said of it.
type state struct {
	Under   map[string]string
	Changes map[string]int
	Tags    map[string]map[string]string // by ACL
	Records map[string]quarantine.Quarantine
	Locks   map[string]lock
	Status  map[string]quarantine.Status
	Events  []string
}

func (w *world) state() state {
	s := state{
		Under: w.under(), Changes: w.changes, Tags: map[string]map[string]string{}, Records: w.records, Locks: w.locks,
		Status: map[string]quarantine.Status{}, Events: slices.Sorted(maps.Keys(w.events)),
	}
	for _, a := range w.acls {
		s.Tags[a.ID] = a.Tags
	}
	for id, i := range w.incidents {
		s.Status[id] = i.Status
	}
	return s
}

// everyCall runs fn for every call that the scene makes if nothing disturbs
// it, with the world as it is before the release, and both as they are after it.
func everyCall(t *testing.T, fn func(t *testing.T, w *world, instance string, index int, c call, want state, claim quarantine.Release)) {
	for _, s := range scenes {
		prepared := func(t *testing.T) *world {
			w := newWorld(t)
			for _, instance := range s.cut {
				w.cut(t, instance)
			}
			if s.after != nil {
				s.after(w)
			}
			return w
		}
		calm := prepared(t)
		first := len(calm.calls)
		claim := calm.release(t, s.instance)
		for i, c := range calm.calls[first:] {
			t.Run(fmt.Sprintf("%s/%02d %s", s.name, i+1, c), func(t *testing.T) {
				t.Parallel()
				fn(t, prepared(t), s.instance, i, c, calm.state(), claim)
			})
		}
	}
}

// wantSame wants the claim that an undisturbed release makes, but for who deleted
// an ACL: where the answer was lost, nobody knows.
func wantSame(t *testing.T, want, got quarantine.Release) {
	t.Helper()
	got.RemovedACLs, want.RemovedACLs = nil, nil
	same(t, "the claim", want, got)
}

// "A release interrupted after any step and run again ends the same."
func TestAFaultAtEveryCallInTurnThenARetry(t *testing.T) {
	t.Parallel()
	for _, f := range []struct {
		name, failure string
		worked        bool
	}{
		{"throttled", quarantine.Throttled, false},
		{"failed before it took effect", quarantine.Unavailable, false},
		{"answer lost after it took effect", quarantine.Unavailable, true},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			everyCall(t, func(t *testing.T, w *world, instance string, i int, _ call, want state, claim quarantine.Release) {
				w.inject(fault{skip: i, worked: f.worked, err: quarantine.Failf(f.failure, "not now")})
				done, err := w.handle(t.Context(), instance)
				wantName(t, err, f.failure)
				same(t, "what is claimed", quarantine.Release{}, done)
				wantSame(t, claim, w.release(t, instance))
				same(t, "what the retry leaves behind", want, w.state())
			})
		})
	}
}

// The process is stopped at any call: nothing is claimed, and a retry completes.
func TestACancelledInvocationClaimsNothing(t *testing.T) {
	t.Parallel()
	everyCall(t, func(t *testing.T, w *world, instance string, i int, _ call, want state, claim quarantine.Release) {
		ctx, cancel := context.WithCancel(t.Context())
		w.inject(fault{skip: i, before: cancel})
		done, err := w.handle(ctx, instance)
		wantName(t, err, quarantine.Unavailable)
		same(t, "what is claimed", quarantine.Release{}, done)
		wantSame(t, claim, w.release(t, instance))
		same(t, "what the retry leaves behind", want, w.state())
	})
}

// What does not pass ends the release under its name, with the adapter's words:
// those name the missing action. Only what is left to tidy up is a warning.
func TestADenialAtEveryCallInTurn(t *testing.T) {
	t.Parallel()
	everyCall(t, func(t *testing.T, w *world, instance string, i int, c call, want state, claim quarantine.Release) {
		w.inject(fault{skip: i, err: quarantine.Failf(quarantine.AccessDenied, "the role lacks %s", c)})
		done, err := w.handle(t.Context(), instance)
		if c.name == "DeleteNetworkACL" || c.name == "UntagNetworkACL" {
			wantName(t, err, "")
			if !slices.Contains(done.Warnings, "the subnets are released, but: the role lacks "+c.String()) {
				t.Errorf("the warnings are %q", done.Warnings)
			}
			same(t, "what the subnets are under", want.Under, w.under())
			return
		}
		wantName(t, err, quarantine.AccessDenied)
		if err != nil && !strings.Contains(err.Error(), "the role lacks "+c.String()) {
			t.Errorf("%q does not say which action is missing", err)
		}
		wantSame(t, claim, w.release(t, instance))
		same(t, "what is left behind once mended", want, w.state())
	})
}

// One subnet's trouble does not keep the others cut off, and what passes names the whole.
func TestWhatPassesNamesTheWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-wide")
	w.inject(fault{on: "ReplaceAssociation assoc-subnet-c", err: quarantine.Failf(quarantine.AccessDenied, "denied")})
	_, err := w.handle(t.Context(), "i-wide")
	wantName(t, err, quarantine.AccessDenied)
	same(t, "what subnet-x is under", "acl-other", w.under()["subnet-x"])

	w = newWorld(t)
	w.cut(t, "i-wide")
	w.inject(fault{on: "ReplaceAssociation assoc-subnet-c", err: quarantine.Failf(quarantine.AccessDenied, "denied")})
	w.inject(fault{on: "ReplaceAssociation assoc-subnet-x", err: quarantine.Failf(quarantine.Throttled, "throttled")})
	_, err = w.handle(t.Context(), "i-wide")
	wantName(t, err, quarantine.Throttled)
	if err != nil && !strings.Contains(err.Error(), "denied") {
		t.Errorf("%q does not tell of both", err)
	}
}

// Somebody changes a subnet by hand at any moment: they are never overruled after it.
func TestSomebodyChangesASubnetAtEveryMoment(t *testing.T) {
	t.Parallel()
	everyCall(t, func(t *testing.T, w *world, instance string, i int, _ call, _ state, _ quarantine.Release) {
		w.inject(fault{skip: i, before: func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.add("vpc-1", "acl-by-hand")
			w.put("subnet-c", "acl-by-hand")
		}})
		w.release(t, instance)
		same(t, "what subnet-c is under", "acl-by-hand", w.under()["subnet-c"])
	})
}

func TestStartingOverIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.inject(fault{on: "ReplaceAssociation", times: 100, before: func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.put("subnet-a", "acl-q1")
	}})
	_, err := w.handle(t.Context(), "i-web")
	wantName(t, err, quarantine.Contended)
	w.faults = nil
	w.release(t, "i-web")
	w.settled(t)
}
