package release_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var noon = estate.Noon

type world struct{ *estate.Estate }

func newWorld(t *testing.T) world { return newWorldOf(t, estate.Options{}) }

func newWorldOf(t *testing.T, o estate.Options) world {
	t.Helper()
	return world{estate.New(t, o)}
}

// cut isolates an instance as the state machine does: it takes the lock first.
func (w world) cut(t *testing.T, instance string) quarantine.Containment {
	t.Helper()
	done, err := w.Isolate(t.Context(), w.locked(instance))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (w world) locked(instance string) isolate.Request {
	in := w.Isolation(instance)
	w.SetLock(in.Claim, quarantine.StatusIsolating)
	return in
}

// fails isolates an instance where a call is denied, and gives up as the state machine does.
func (w world) fails(t *testing.T, instance, on string) {
	t.Helper()
	in := w.locked(instance)
	w.Inject(on, estate.Fault{Kind: estate.Deny})
	_, err := w.Isolate(t.Context(), in)
	estate.WantName(t, err, quarantine.AccessDenied)
	w.SetLock(in.Claim, quarantine.StatusFailed)
}

func (w world) handle(instance string) (quarantine.Release, error) {
	return w.Release(context.Background(), estate.Restoration(instance))
}

// release is handle where nothing may go wrong.
func (w world) release(t *testing.T, instance string) quarantine.Release {
	t.Helper()
	done, err := w.handle(instance)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// outcomes are what became of each subnet.
func outcomes(done quarantine.Release) map[string]quarantine.ReleaseOutcome {
	out := map[string]quarantine.ReleaseOutcome{}
	for _, s := range done.Subnets {
		out[s.SubnetID] = s.Outcome
	}
	return out
}

var everyInstance = []string{"i-web", "i-peer", "i-db", "i-pair", "i-wide"}

// open are the incidents that are contained, and not even being released, by id.
func (w world) open() (out []string) {
	for _, instance := range everyInstance {
		if l := w.Lock(instance); l.Status == quarantine.StatusContained {
			out = append(out, l.Incident)
		}
	}
	slices.Sort(out)
	return out
}

// settled checks what must hold when nobody is at work any more: what an open
// incident claims is cut off and held (I5), and where nobody holds, what was
// there before the first quarantine stands again and nothing is on record (I8).
func (w world) settled(t *testing.T) {
	t.Helper()
	held, acls, under := map[string]bool{}, w.ACLs(), w.Under()
	for _, id := range w.open() {
		for _, s := range w.Incident(id).Subnets() {
			held[s] = true
			if !acls[under[s]].Quarantines() {
				t.Errorf("I5: %s is contained, and %s is under %s", id, s, under[s])
			}
			if on := w.Record(s); !slices.Contains(on.Holders, id) || on.Before != estate.Originals()[s] || on.Releasing != "" {
				t.Errorf("I3: %s is contained, and on record of %s is %+v", id, s, on)
			}
		}
	}
	for s, acl := range under {
		if held[s] {
			continue
		}
		if acl != estate.Originals()[s] {
			t.Errorf("I8: nobody holds %s, and it is under %s", s, acl)
		}
		if on := w.Record(s); len(on.Holders) > 0 || on.Before != "" || on.Releasing != "" {
			t.Errorf("I8: nobody holds %s, and on record is %+v", s, on)
		}
	}
}

// changes are the calls from the one with that index on that change something in EC2.
func (w world) changes(from int) (out []string) {
	for _, c := range w.Calls(from) {
		if c.Service == "ec2" && c.Mutating && c.Applied {
			out = append(out, c.Text)
		}
	}
	return out
}

func same[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
