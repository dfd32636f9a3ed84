package isolate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// scenes are isolations that differ in what there is to do.
var scenes = []struct {
	name, instance string
	before         string // an instance that was isolated before
}{
	{"one subnet", "i-web", ""},
	{"two subnets", "i-pair", ""},
	{"two VPCs", "i-wide", ""},
	{"a subnet under quarantine", "i-peer", "i-web"},
	{"one of two subnets under quarantine", "i-pair", "i-web"},
}

// everyCall runs fn for every call that the scene makes if nothing disturbs
// it, with the world as it is before the scene, and the world and the claim as
// they are after it.
func everyCall(t *testing.T, fn func(t *testing.T, w *world, in Request, index int, c call, want state, claim quarantine.Containment)) {
	for _, s := range scenes {
		prepared := func(t *testing.T) *world {
			w := newWorld(t)
			if s.before != "" {
				w.isolate(t, s.before)
			}
			return w
		}
		calm := prepared(t)
		first := len(calm.calls)
		claim := calm.isolate(t, s.instance)
		for i, c := range calm.calls[first:] {
			t.Run(fmt.Sprintf("%s/%02d %s", s.name, i+1, c), func(t *testing.T) {
				t.Parallel()
				fn(t, prepared(t), request(s.instance), i, c, calm.state(), claim)
			})
		}
	}
}

// "Any step can be repeated, at any moment, and the outcome is the same."
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
			everyCall(t, func(t *testing.T, w *world, in Request, i int, _ call, want state, claim quarantine.Containment) {
				w.inject(fault{skip: i, worked: f.worked, err: quarantine.Failf(f.failure, "not now")})
				done, err := w.handle(t, in)
				wantName(t, err, f.failure)
				same(t, "what is claimed", quarantine.Containment{}, done)
				again, err := w.handle(t, in)
				if err != nil {
					t.Fatal(err)
				}
				same(t, "the claim after the retry", claim, again)
				same(t, "what the retry leaves behind", want, w.state())
			})
		})
	}
}

// What does not pass ends the isolation under its name, with the adapter's
// words: those name the missing action. Once mended, the next finding's
// isolation completes.
func TestADenialAtEveryCallInTurn(t *testing.T) {
	t.Parallel()
	everyCall(t, func(t *testing.T, w *world, in Request, i int, c call, want state, claim quarantine.Containment) {
		w.inject(fault{skip: i, err: quarantine.Failf(quarantine.AccessDenied, "the role lacks %s", c)})
		if slices.Contains([]string{"Verified", "TagNetworkACL", "Append"}, c.name) {
			done, err := w.handle(t, in)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "warnings", []string{"the cut is in effect, but: the role lacks " + c.String()}, done.Warnings)
			return
		}
		marked := len(w.marked)
		_, err := w.handle(t, in)
		wantName(t, err, quarantine.AccessDenied)
		if err != nil && !strings.Contains(err.Error(), "the role lacks "+c.String()) {
			t.Errorf("%q does not say which action is missing", err)
		}
		same(t, "incidents marked", marked, len(w.marked))
		again, err := w.handle(t, in)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the claim once mended", claim, again)
		same(t, "what is left behind", want, w.state())
	})
}

// I3: no write-ahead, no replacement; but one subnet's trouble does not keep
// the others open.
func TestAFailedWriteAheadKeepsOnlyItsOwnSubnetOpen(t *testing.T) {
	t.Parallel()
	for _, name := range []string{quarantine.Throttled, quarantine.AccessDenied} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.inject(fault{on: "RecordOriginal subnet-a", err: quarantine.Failf(name, "not recorded")})
			_, err := w.handle(t, request("i-pair"))
			wantName(t, err, name)
			same(t, "what subnet-a is under", "acl-main", w.under()["subnet-a"])
			same(t, "what subnet-c is under", "acl-vpc-1-q1", w.under()["subnet-c"])
			same(t, "what is marked", 0, len(w.marked))
		})
	}
}

func TestNothingIsReplacedWithoutAQuarantineACL(t *testing.T) {
	t.Parallel()
	for _, name := range []string{quarantine.QuotaReached, quarantine.AccessDenied, quarantine.Throttled} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := w.under()
			w.inject(fault{on: "CreateNetworkACL", err: quarantine.Failf(name, "the quota of ACLs a VPC is reached")})
			_, err := w.handle(t, request("i-pair"))
			wantName(t, err, name)
			same(t, "what the subnets are under", before, w.under())
		})
	}
}

// One VPC's trouble does not keep the others open, and of several troubles the
// one that a retry can mend names the whole.
func TestWhatPassesNamesTheWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "CreateNetworkACL vpc-1", err: quarantine.Failf(quarantine.QuotaReached, "quota")})
	w.inject(fault{on: "ReplaceAssociation subnet-x", err: quarantine.Failf(quarantine.Throttled, "throttled")})
	_, err := w.handle(t, request("i-wide"))
	wantName(t, err, quarantine.Throttled)
	if text := err.Error(); !strings.Contains(text, "quota") || !strings.Contains(text, "throttled") {
		t.Errorf("%q does not tell of both", text)
	}

	w.inject(fault{on: "CreateNetworkACL vpc-1", err: quarantine.Failf(quarantine.QuotaReached, "quota")})
	_, err = w.handle(t, request("i-wide"))
	wantName(t, err, quarantine.QuotaReached)
	same(t, "what subnet-b is under", "acl-main", w.under()["subnet-b"])
	same(t, "what subnet-x is under", "acl-vpc-2-q1", w.under()["subnet-x"])
}

// A permanent failure of one subnet does not end the starting over for another.
func TestContentionIsMendedBesideAPermanentFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "RecordOriginal subnet-a", times: 100, err: quarantine.Failf(quarantine.AccessDenied, "denied")})
	w.inject(fault{on: "ReplaceAssociation subnet-c", before: w.somebodyPuts("subnet-c", "acl-main")})
	_, err := w.handle(t, request("i-pair"))
	wantName(t, err, quarantine.AccessDenied)
	same(t, "what subnet-a is under", "acl-main", w.under()["subnet-a"])
	same(t, "what subnet-c is under", "acl-vpc-1-q1", w.under()["subnet-c"])
}

// An invocation that is out of time stops, wherever it is, and claims nothing.
func TestACancelledInvocationClaimsNothing(t *testing.T) {
	t.Parallel()
	everyCall(t, func(t *testing.T, w *world, in Request, i int, _ call, want state, claim quarantine.Containment) {
		ctx, cancel := context.WithCancel(t.Context())
		w.inject(fault{skip: i, before: cancel})
		done, err := w.handler().Handle(ctx, in)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		same(t, "what is claimed", quarantine.Containment{}, done)
		again, err := w.handle(t, in)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the claim after the retry", claim, again)
		same(t, "what the retry leaves behind", want, w.state())
	})
}
