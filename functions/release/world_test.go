package release_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

const (
	account = "111122223333"
	region  = "eu-central-1"
)

var noon = time.Date(2026, 11, 2, 12, 0, 7, 0, time.UTC)

// world is what both handlers reach through their ports: an account and a
// ledger in memory. It records every call, has faults happen to some, and lets
// callers take turns. It watches over what must hold at any moment, and fails
// the test if it does not.
type world struct {
	mu      sync.Mutex
	now     time.Time
	acls    []*quarantine.NetworkACL
	made    int               // ACLs so far: every id is a new one
	tokens  map[string]string // the ACL that a client token has made
	changes map[string]int    // by subnet, associations so far: every id is a new one
	records map[string]quarantine.Quarantine
	locks   map[string]lock // by instance
	// incidents are those that were contained or released.
	incidents map[string]quarantine.IncidentRecord
	events    map[string]quarantine.Event // by incident, kind and id

	calls  []call
	faults []*fault
	turns  *turns
	broken []string
}

// instances are the subnets of each:
//
//	vpc-1  acl-main (default)  subnet-a, subnet-b
//	       acl-own             subnet-c
//	vpc-2  acl-other (default) subnet-x
var instances = map[string][]string{
	"i-web": {"subnet-a"}, "i-peer": {"subnet-a"}, "i-pair": {"subnet-a", "subnet-c"}, "i-wide": {"subnet-c", "subnet-x"},
}

var originals = map[string]string{"subnet-a": "acl-main", "subnet-b": "acl-main", "subnet-c": "acl-own", "subnet-x": "acl-other"}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		now: noon, changes: map[string]int{}, tokens: map[string]string{}, records: map[string]quarantine.Quarantine{}, locks: map[string]lock{},
		incidents: map[string]quarantine.IncidentRecord{}, events: map[string]quarantine.Event{},
	}
	w.add("vpc-1", "acl-main").Default = true
	w.add("vpc-1", "acl-own")
	w.add("vpc-2", "acl-other").Default = true
	for _, s := range []string{"subnet-a", "subnet-b", "subnet-c", "subnet-x"} {
		w.put(s, originals[s])
	}
	t.Cleanup(func() {
		for _, b := range w.broken {
			t.Error(b)
		}
	})
	return w
}

// add puts an ACL into a VPC. It lets things pass.
func (w *world) add(vpc, id string) *quarantine.NetworkACL {
	a := &quarantine.NetworkACL{ID: id, VPCID: vpc, Allows: 2}
	w.acls = append(w.acls, a)
	return a
}

func incidentOf(instance string) string { return "inc-" + strings.TrimPrefix(instance, "i-") }

func targetOf(instance string) quarantine.Target {
	return quarantine.Target{AccountID: account, Region: region, InstanceID: instance}
}

func execution(machine, name string) quarantine.Execution {
	return quarantine.Execution{
		ID: "arn:aws:states:" + region + ":" + account + ":execution:" + machine + ":" + name, Name: name, StartedAt: noon.Add(-time.Second),
	}
}

// isolation is what the state machine asks for after it has taken the lock.
func (w *world) isolation(instance string) isolate.Request {
	run := execution("quarantine", "run-"+instance)
	return isolate.Request{
		Claim: quarantine.Claim{Incident: w.acquire(instance, run.ID), Owner: run.ID, Target: targetOf(instance)},
		Finding: quarantine.Finding{
			ID: "finding-1", AccountID: account, Region: region,
			Instances: []quarantine.AccusedInstance{{ID: instance, Interfaces: []quarantine.AccusedInterface{{VPCID: vpcOf(instances[instance][0])}}}},
		},
		Verdict: quarantine.Verdict{Action: quarantine.ActionIsolate, Score: 85}, Execution: run,
	}
}

func (w *world) isolator() *isolate.Handler {
	return &isolate.Handler{Instances: w, ACLs: w, Ledger: w, Clock: clocktest.Clock{Time: w.clock, Concurrent: inTurn}, Log: slog.New(slog.DiscardHandler)}
}

// cut isolates an instance, as the state machine does.
func (w *world) cut(t *testing.T, instance string) quarantine.Containment {
	t.Helper()
	done, err := w.isolator().Handle(t.Context(), w.isolation(instance))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (w *world) releaser() *release.Handler {
	return &release.Handler{ACLs: w, Ledger: w, Clock: clocktest.Clock{Time: w.clock, Concurrent: inTurn}, Log: slog.New(slog.DiscardHandler)}
}

func request(instance string) release.Request {
	return release.Request{
		Incident: incidentOf(instance), Reason: "rebuilt", By: "arn:aws:iam::111122223333:user/on-call",
		Execution: execution("release", "release-"+instance),
	}
}

func (w *world) handle(ctx context.Context, instance string) (quarantine.Release, error) {
	return w.releaser().Handle(ctx, request(instance))
}

// release is handle where nothing may go wrong.
func (w *world) release(t *testing.T, instance string) quarantine.Release {
	t.Helper()
	done, err := w.handle(t.Context(), instance)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// inTurn runs functions one after the other, in the same order every time.
func inTurn(fns ...func()) {
	for _, fn := range fns {
		fn()
	}
}

// outcomes are what became of each subnet.
func outcomes(done quarantine.Release) map[string]quarantine.ReleaseOutcome {
	out := map[string]quarantine.ReleaseOutcome{}
	for _, s := range done.Subnets {
		out[s.SubnetID] = s.Outcome
	}
	return out
}

// under is the ACL that every subnet is under.
func (w *world) under() map[string]string {
	out := map[string]string{}
	for _, a := range w.acls {
		for _, s := range a.Associations {
			out[s.SubnetID] = a.ID
		}
	}
	return out
}

// open are the incidents that are contained, and not even being released, by id.
func (w *world) open() []string {
	var out []string
	for _, l := range w.locks {
		if l.status == quarantine.StatusContained {
			out = append(out, l.incident)
		}
	}
	slices.Sort(out)
	return out
}

// settled checks what must hold when nobody is at work any more: what an open
// incident claims is cut off and held (I5), and where nobody holds, what was
// there before the first quarantine stands again and nothing is on record (I8).
func (w *world) settled(t *testing.T) {
	t.Helper()
	held := map[string]bool{}
	for _, id := range w.open() {
		for _, s := range w.incidents[id].Subnets {
			held[s] = true
			if a := w.acl(w.under()[s]); !a.Quarantines() {
				t.Errorf("I5: %s is contained, and %s is under %s", id, s, a.ID)
			}
			if !slices.Contains(w.records[s].Holders, id) || w.records[s].OriginalACL != originals[s] || w.records[s].Releasing != "" {
				t.Errorf("I3: %s is contained, and on record of %s is %+v", id, s, w.records[s])
			}
		}
	}
	for s, acl := range w.under() {
		if held[s] {
			continue
		}
		if acl != originals[s] {
			t.Errorf("I8: nobody holds %s, and it is under %s", s, acl)
		}
		if r := w.records[s]; len(r.Holders) > 0 || r.OriginalACL != "" || r.Releasing != "" {
			t.Errorf("I8: nobody holds %s, and on record is %+v", s, r)
		}
	}
}

func same[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(lock{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantName(t *testing.T, err error, name string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != name {
		t.Errorf("got %q (%v), want %s", got, err, name)
	}
}
