package ledgertest

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// thing is by name alone what the contract's measures change.
var thing = quarantine.Hold{Measure: "security-group", AccountID: acct, Region: region, VPCID: "vpc-1", Thing: "eni-1"}

// holder is the claim of an incident whose resource, and so its lock, is its own.
func holder(n int) quarantine.Claim {
	r := resource
	r.ID = fmt.Sprintf("i-%d", n)
	return quarantine.Claim{Incident: incidentID(n), Resource: r, Owner: fmt.Sprintf("execution-%d", n)}
}

// join has incidents hold the thing.
func join(t *testing.T, env Env, l *ledger.Ledger, incidents ...int) {
	t.Helper()
	for _, n := range incidents {
		lock(t, env, holder(n), quarantine.StatusContained)
		works(t, l.Join(t.Context(), thing, holder(n)))
	}
}

// leaseTo gives a writer a lease of a minute, for an incident.
func leaseTo(t *testing.T, l *ledger.Ledger, incident int, writer string) quarantine.Hold {
	t.Helper()
	h := must(l.Take(t.Context(), thing, incidentID(incident), writer, l.Clock.Now().Add(time.Minute)))(t)
	if h.Writer != writer {
		t.Fatalf("%s is not given the lease: it is %q's until %s", writer, h.Writer, h.LeaseUntil)
	}
	return h
}

// notTaken wants that the lease stays another's.
func notTaken(t *testing.T, l *ledger.Ledger, incident int, writer, whose string) {
	t.Helper()
	h := must(l.Take(t.Context(), thing, incidentID(incident), writer, l.Clock.Now().Add(time.Minute)))(t)
	if h.Writer != whose {
		t.Errorf("the lease is %q's, want %q's", h.Writer, whose)
	}
}

// at sets the ledger's clock to some time after noon.
func at(l *ledger.Ledger, d time.Duration) { l.Clock = clocktest.At(noon.Add(d)) }

func wantHold(t *testing.T, l *ledger.Ledger, want quarantine.Hold) {
	t.Helper()
	got := must(l.HoldOf(t.Context(), thing))(t)
	want.Measure, want.AccountID, want.Region, want.VPCID, want.Thing = thing.Measure, thing.AccountID, thing.Region, thing.VPCID, thing.Thing
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the hold is not as it should be (-want +got):\n%s", diff)
	}
}

// storedHold is the hold's item, nil if there is none.
func storedHold(t *testing.T, env Env) map[string]types.AttributeValue {
	t.Helper()
	return must(env.API.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(env.Table), ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{"pk": text("HOLD#security-group#" + acct + "#" + region + "#eni-1"), "sk": text("HOLD")},
	}))(t).Item
}

// outcomeFor is what became of the thing for an incident, as the incident is read.
func outcomeFor(t *testing.T, l *ledger.Ledger, n int) (quarantine.ReleaseOutcome, string) {
	t.Helper()
	holds := must(l.Incident(t.Context(), incidentID(n)))(t).HoldsOf(thing.Measure)
	if len(holds) != 1 {
		t.Fatalf("%s has %d holds", incidentID(n), len(holds))
	}
	return holds[0].Outcome, holds[0].Note
}

func joinsWithLock(t *testing.T, env Env, l *ledger.Ledger) {
	c := holder(1)
	wantName(t, l.Join(t.Context(), thing, c), quarantine.LockLost) // there is no lock
	for _, status := range []quarantine.Status{quarantine.StatusReleasing, quarantine.StatusReleased} {
		lock(t, env, c, status)
		wantName(t, l.Join(t.Context(), thing, c), quarantine.LockLost)
	}
	for _, other := range []quarantine.Claim{
		{Incident: incidentID(2), Resource: c.Resource, Owner: c.Owner}, {Incident: c.Incident, Resource: c.Resource, Owner: "execution-2"},
	} {
		lock(t, env, other, quarantine.StatusContained)
		wantName(t, l.Join(t.Context(), thing, c), quarantine.LockLost)
	}
	if left := storedHold(t, env); left != nil {
		t.Errorf("who may not hold the thing leaves %v", left)
	}
	_, err := l.Incident(t.Context(), c.Incident)
	wantName(t, err, quarantine.BadRequest)
	for _, status := range []quarantine.Status{quarantine.StatusIsolating, quarantine.StatusContained, quarantine.StatusFailed} {
		lock(t, env, c, status)
		works(t, l.Join(t.Context(), thing, c))
		wantHold(t, l, quarantine.Hold{Holders: []string{incidentID(1)}})
	}
	if outcome, _ := outcomeFor(t, l, 1); outcome != "" {
		t.Errorf("a thing that is held has the outcome %s", outcome)
	}
}

func joinsTogether(t *testing.T, env Env, l *ledger.Ledger) {
	const incidents = 10
	var holders []string
	for n := range incidents {
		lock(t, env, holder(n), quarantine.StatusIsolating)
		holders = append(holders, incidentID(n))
	}
	for _, err := range together(incidents, func(n int) error { return l.Join(t.Context(), thing, holder(n)) }) {
		if err != nil && !quarantine.Is(err, quarantine.Contended) {
			t.Error(err)
		}
	}
	for n := range incidents { // who was in others' way tries again
		works(t, l.Join(t.Context(), thing, holder(n)))
	}
	wantHold(t, l, quarantine.Hold{Holders: holders})
}

func takesOne(t *testing.T, env Env, l *ledger.Ledger) {
	join(t, env, l, 1, 2)
	notTaken(t, l, 3, "writer-3", "") // it does not hold the thing
	leaseTo(t, l, 1, "writer-1")
	wantHold(t, l, quarantine.Hold{Holders: []string{incidentID(1), incidentID(2)}, Writer: "writer-1", LeaseUntil: noon.Add(time.Minute)})
	notTaken(t, l, 2, "writer-2", "writer-1")
	notTaken(t, l, 1, "writer-1-again", "writer-1") // the incident's next attempt is another writer
	at(l, 30*time.Second)
	if h := leaseTo(t, l, 1, "writer-1"); !h.LeaseUntil.Equal(noon.Add(90 * time.Second)) {
		t.Errorf("the writer's own lease runs until %s", h.LeaseUntil)
	}
	at(l, 90*time.Second)
	notTaken(t, l, 2, "writer-2", "writer-1") // in its last second it runs
	at(l, 91*time.Second)
	leaseTo(t, l, 2, "writer-2")
	notTaken(t, l, 1, "writer-1", "writer-2")
}

func takesOneOfMany(t *testing.T, env Env, l *ledger.Ledger) {
	join(t, env, l, 1)
	const writers = 10
	holds := make([]quarantine.Hold, writers)
	for _, err := range together(writers, func(n int) (err error) {
		holds[n], err = l.Take(t.Context(), thing, incidentID(1), fmt.Sprint("writer-", n), noon.Add(time.Minute))
		return err
	}) {
		works(t, err)
	}
	taken := 0
	for n, h := range holds {
		if h.Writer == fmt.Sprint("writer-", n) {
			taken++
		}
	}
	if taken != 1 {
		t.Errorf("%d writers have the lease", taken)
	}
}

func takesOver(t *testing.T, env Env, l *ledger.Ledger) {
	join(t, env, l, 1)
	letsGoLast(t, env, l, 1)
	join(t, env, l, 2)
	notTaken(t, l, 1, "writer-1", "") // somebody holds it again
	wantHold(t, l, quarantine.Hold{Holders: []string{incidentID(2)}, Releasing: incidentID(1)})
	leaseTo(t, l, 2, "writer-2")
	wantHold(t, l, quarantine.Hold{Holders: []string{incidentID(2)}, Writer: "writer-2", LeaseUntil: noon.Add(time.Minute)})
}

func takesToPutBack(t *testing.T, env Env, l *ledger.Ledger) {
	join(t, env, l, 1)
	leaseTo(t, l, 1, "writer-1")
	letsGoLast(t, env, l, 1)
	notTaken(t, l, 1, "writer-2", "writer-1") // its own attempt to close it still has the lease
	at(l, 61*time.Second)
	notTaken(t, l, 2, "writer-3", "writer-1") // the thing is another's to put back
	leaseTo(t, l, 1, "writer-2")
}
