package isolate_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var noon = estate.Noon

// world is an estate in which every instance is locked for its incident.
type world struct{ *estate.Estate }

func newWorld(t *testing.T) world { return newWorldOf(t, estate.Options{}) }

func newWorldOf(t *testing.T, o estate.Options) world {
	t.Helper()
	w := world{estate.New(t, o)}
	for _, instance := range []string{"i-web", "i-peer", "i-db", "i-pair", "i-wide", "i-fleet"} {
		w.SetLock(w.Isolation(instance).Claim, quarantine.StatusIsolating)
	}
	return w
}

// handle isolates once.
func (w world) handle(in isolate.Request) (quarantine.Containment, error) {
	return w.Isolate(context.Background(), in)
}

// isolate is handle where nothing may go wrong.
func (w world) isolate(t *testing.T, instance string) quarantine.Containment {
	t.Helper()
	done, err := w.handle(w.Isolation(instance))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// swaps is what an operator does by hand.
func (w world) swaps(subnet, acl string) func() { return func() { w.Swap(subnet, acl) } }

// contained tells whether the instance's incident is marked as contained.
func (w world) contained(instance string) bool {
	return w.Incident(estate.IncidentOf(instance)).Status == quarantine.StatusContained &&
		w.Lock(instance).Status == quarantine.StatusContained
}

// failing is a way in which any call fails under that name, for services' own reasons.
var failing = map[string]estate.Fault{
	quarantine.Throttled:    {Kind: estate.Throttle},
	quarantine.Unavailable:  {Kind: estate.ServerError},
	quarantine.AccessDenied: {Kind: estate.Deny},
	quarantine.Unexpected:   {Kind: estate.Code, Code: "ValidationException"},
	quarantine.QuotaReached: {Kind: estate.Code, Code: "NetworkAclLimitExceeded"},
}

func same[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
