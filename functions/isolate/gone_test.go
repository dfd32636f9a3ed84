package isolate_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// gone is a world in which i-web does not exist any more, and its isolation.
func gone(t *testing.T) (world, isolate.Request) {
	t.Helper()
	w := newWorld(t)
	w.Terminate(w.ID("i-web"))
	return w, w.Isolation("i-web")
}

// closed wants the incident to be over, and its lock free for the next one.
func closed(t *testing.T, w world, in isolate.Request) {
	t.Helper()
	lock := w.Lock("i-web")
	same(t, "the lock", quarantine.StatusReleased, lock.Status)
	same(t, "the lock's incident", "", lock.Incident)
	same(t, "the lock's last incident", in.Claim.Incident, lock.LastReleased)
	on := w.Incident(in.Claim.Incident)
	same(t, "the incident", quarantine.StatusReleased, on.Status)
	same(t, "its release", &quarantine.Release{
		Incident: in.Claim.Incident, Resource: estate.Named(w.Estate, w.Resource("i-web")), Subnets: []quarantine.ReleasedSubnet{},
		ReleasedAt: noon, By: in.Claim.Owner, Reason: "the instance is gone: nothing was cut",
	}, on.Release)
	same(t, "its timeline", []quarantine.Event{{
		At: noon, Kind: quarantine.EventReleased, By: in.Claim.Owner, ID: "gone", Text: "closed: the instance is gone: nothing was cut",
	}}, on.Timeline)
	same(t, "its finding", "finding-1", on.Findings[0].ID)
	same(t, "its score", 85, on.Verdict.Score)
	same(t, "what the account has", estate.Originals(), w.Under())
}

func TestTheIncidentOfAnInstanceThatIsGoneIsClosed(t *testing.T) {
	t.Parallel()
	w, in := gone(t)
	done, err := w.handle(in)
	estate.WantName(t, err, quarantine.InstanceGone)
	estate.WantSays(t, err, "Nothing was cut, and incident inc-web is closed")
	same(t, "what is claimed", quarantine.Containment{}, done)
	same(t, "calls", []string{"DescribeInstances i-web", "DescribeNetworkAcls vpc-1", "Query", "UpdateItem LOCK i-web"}, w.Texts(0))
	closed(t, w, in)
	_, err = w.handle(in)
	estate.WantName(t, err, quarantine.InstanceGone)
	closed(t, w, in)
}

// What passes is tried again by the state machine; what does not leaves the incident to
// a person, as any failure.
func TestAFailureToCloseAnIncident(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  estate.Fault
		want   string
		closes bool
	}{
		"throttled":   {estate.Fault{Kind: estate.Throttle}, quarantine.Throttled, true},
		"answer lost": {estate.Fault{Kind: estate.TimeoutAfter}, quarantine.Unavailable, true},
		"denied":      {estate.Fault{Kind: estate.Deny}, quarantine.InstanceGone, false},
	} {
		for _, call := range []string{"Query", "UpdateItem LOCK"} {
			w, in := gone(t)
			mend := w.Inject(call, c.fault)
			_, err := w.handle(in)
			estate.WantName(t, err, c.want)
			estate.WantSays(t, err, "i-web")
			mend()
			if !c.closes {
				same(t, name+" at "+call+": the lock", quarantine.StatusIsolating, w.Lock("i-web").Status)
			}
			_, err = w.handle(in)
			estate.WantName(t, err, quarantine.InstanceGone)
			closed(t, w, in)
		}
	}
}

// An incident that holds subnets, if only half cut, is a person's to release.
func TestAnIncidentThatHoldsSubnetsIsNotClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.Isolation("i-web")
	mend := w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: estate.Deny})
	_, err := w.handle(in)
	estate.WantName(t, err, quarantine.AccessDenied)
	mend()
	w.Terminate(w.ID("i-web"))
	before := w.State()
	_, err = w.handle(in)
	estate.WantName(t, err, quarantine.InstanceGone)
	estate.WantSays(t, err, "Incident inc-web has cut subnets, or tried to")
	same(t, "what is left behind", before, w.State())
}

// Another execution has taken the incident over: it finds out by itself.
func TestAnIncidentOfAnotherOwnerIsNotClosed(t *testing.T) {
	t.Parallel()
	w, in := gone(t)
	other := in.Claim
	other.Owner = "another"
	w.SetLock(other, quarantine.StatusIsolating)
	before := w.State()
	_, err := w.handle(in)
	estate.WantName(t, err, quarantine.InstanceGone)
	estate.WantSays(t, err, "by another")
	same(t, "what is left behind", before, w.State())
}
