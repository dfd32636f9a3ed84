package ledgertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

const lease = 2 * time.Minute

// by is the claim of a release by an execution.
func by(owner string) quarantine.Claim {
	c := claim
	c.Owner = owner
	return c
}

func beginsRelease(t *testing.T, env Env, l *ledger.Ledger) {
	for _, tt := range []struct {
		status quarantine.Status
		claim  quarantine.Claim
		after  time.Duration // since the lock's lease ended
		want   string
	}{
		{quarantine.StatusContained, by("release-1"), -time.Hour, ""},
		{quarantine.StatusFailed, by("release-1"), -time.Hour, ""},
		{quarantine.StatusIsolating, by("release-1"), -time.Second, quarantine.LockLost},
		{quarantine.StatusIsolating, by("release-1"), 0, quarantine.LockLost},
		{quarantine.StatusIsolating, by("release-1"), time.Second, ""}, // it was stopped for good
		{quarantine.StatusReleased, by("release-1"), time.Hour, quarantine.LockLost},
		{quarantine.StatusReleasing, claim, -time.Second, ""},
		{quarantine.StatusReleasing, by("release-1"), -time.Second, quarantine.LockLost},
		{quarantine.StatusReleasing, by("release-1"), 0, quarantine.LockLost},
		{quarantine.StatusReleasing, by("release-1"), time.Second, ""},
		{quarantine.StatusContained, quarantine.Claim{Incident: "inc-2", Resource: resource, Owner: claim.Owner}, 0, quarantine.LockLost},
	} {
		lock(t, env, claim, tt.status)
		now := time.Unix(1772629200, 0).Add(tt.after) // see lock
		l.Clock = clocktest.At(now)
		err := l.BeginRelease(t.Context(), tt.claim, lease)
		if got := quarantine.NameOf(err); got != tt.want {
			t.Errorf("%s, by %s %s after the lease: %q (%v), want %q", tt.status, tt.claim.Owner, tt.after, got, err, tt.want)
		}
		want := ledger.Lock{Incident: claim.Incident, Owner: claim.Owner, Status: tt.status}
		if tt.want == "" {
			want = ledger.Lock{Incident: claim.Incident, Owner: tt.claim.Owner, Status: quarantine.StatusReleasing}
			l.Clock = clocktest.At(now.Add(lease))
			wantName(t, l.BeginRelease(t.Context(), by("another"), lease), quarantine.LockLost) // the lease runs
		}
		if diff := cmp.Diff(want, must(l.Lock(t.Context(), resource))(t), cmpopts.IgnoreFields(ledger.Lock{}, "AcquiredAt")); diff != "" {
			t.Errorf("the lock (-want +got):\n%s", diff)
		}
	}
}

func beginsOneOf(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusContained)
	began := 0
	for _, err := range together(20, func(n int) error {
		return l.BeginRelease(t.Context(), by(incidentID(n)), lease)
	}) {
		if err == nil {
			began++
			continue
		}
		wantName(t, err, quarantine.LockLost)
	}
	if began != 1 {
		t.Errorf("%d releases began", began)
	}
}

// done is a release of the contract's incident.
var done = quarantine.Release{
	Incident: "inc-1", Resource: resource, ReleasedAt: noon, By: "on-call", Reason: "rebuilt", Removed: []string{"acl-q"},
	Subnets: []quarantine.ReleasedSubnet{{SubnetID: "subnet-1", VPCID: "vpc-1", Outcome: quarantine.Restored, Now: "acl-1", Before: "acl-1"}},
}

func wantReleased(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	want := incident
	want.Status, want.Release, want.ReleasedIn = quarantine.StatusReleased, &done, "release-1"
	wantIncident(t, l, want)
}

func begun(t *testing.T, env Env, l *ledger.Ledger) {
	t.Helper()
	lock(t, env, claim, quarantine.StatusIsolating)
	works(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)))
	wantIncident(t, l, incident)
	works(t, l.BeginRelease(t.Context(), by("release-1"), lease))
}

func releases(t *testing.T, env Env, l *ledger.Ledger) {
	begun(t, env, l)
	works(t, l.Released(t.Context(), by("release-1"), done))
	wantReleased(t, l)
	if diff := cmp.Diff(ledger.Lock{Owner: "release-1", Status: quarantine.StatusReleased, LastReleased: "inc-1"}, must(l.Lock(t.Context(), resource))(t), cmpopts.IgnoreFields(ledger.Lock{}, "AcquiredAt")); diff != "" {
		t.Errorf("the lock (-want +got):\n%s", diff)
	}
	for _, attribute := range []string{"incident", "findings", "leaseUntil"} {
		if v, there := readLock(t, env)[attribute]; there {
			t.Errorf("the lock has the %s of before: %v", attribute, v)
		}
	}
	// A late attempt has put its hold on the subnet again: it is taken off.
	late := containment.Subnets[0]
	must(l.HoldSubnet(t.Context(), late, byIncident(claim.Incident)))(t)
	wantName(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)), quarantine.IncidentReleased)
	if got := must(l.Quarantine(t.Context(), resource, late.SubnetID))(t); len(got.Holders) != 0 {
		t.Errorf("%v hold a subnet for an incident that is over", got.Holders)
	}
}

func releasesAgain(t *testing.T, env Env, l *ledger.Ledger) {
	begun(t, env, l)
	works(t, l.Released(t.Context(), by("release-1"), done))
	other := done
	other.By, other.Subnets = "somebody else", nil
	again := func() {
		t.Helper()
		works(t, l.BeginRelease(t.Context(), by("release-2"), lease))
		works(t, l.Released(t.Context(), by("release-2"), other))
		wantReleased(t, l)
	}
	again()
	next := claimOf(2)
	if !must(take(t.Context(), env, readAcquisition(t).by(env, next, noon)))(t) {
		t.Fatal("the lock was not freed")
	}
	again()
	wantOwner(t, env, next)
}

func releasesWithoutLock(t *testing.T, env Env, l *ledger.Ledger) {
	begun(t, env, l)
	wantName(t, l.Released(t.Context(), by("release-2"), done), quarantine.LockLost)
	wantLock(t, env, quarantine.StatusReleasing)
	theirs := claim
	theirs.Incident = "inc-2"
	lock(t, env, theirs, quarantine.StatusIsolating)
	wantName(t, l.Released(t.Context(), by("release-1"), done), quarantine.LockLost)
	wantName(t, l.BeginRelease(t.Context(), by("release-1"), lease), quarantine.LockLost)
	wantLock(t, env, quarantine.StatusIsolating)
	if got := must(l.Incident(t.Context(), "inc-1"))(t); got.Status != quarantine.StatusContained || got.Release != nil {
		t.Errorf("the incident became %+v", got)
	}
}

func reopens(t *testing.T, env Env, l *ledger.Ledger) {
	begun(t, env, l)
	request := readAcquisition(t)
	next := claimOf(2)
	if must(take(t.Context(), env, request.by(env, next, noon)))(t) {
		t.Error("the lock was taken from a release")
	}
	works(t, l.Released(t.Context(), by("release-1"), done))
	if !must(take(t.Context(), env, request.by(env, next, noon)))(t) {
		t.Error("the lock was not freed")
	}
	wantOwner(t, env, next)
}

// Its lock and its subnets are all there is of it.
func findsUncontained(t *testing.T, env Env, l *ledger.Ledger) {
	_, err := l.Incident(t.Context(), "inc-1")
	wantName(t, err, quarantine.BadRequest)
	lock(t, env, claim, quarantine.StatusFailed)
	want := quarantine.Incident{ID: "inc-1", Resource: resource, Status: quarantine.StatusFailed, Owner: claim.Owner}
	find := func(subnets ...string) {
		t.Helper()
		got := must(l.Incident(t.Context(), "inc-1"))(t)
		if diff := cmp.Diff(subnets, got.Subnets()); diff != "" {
			t.Errorf("its subnets (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(quarantine.Incident{}, "Holds", "Timeline", "OpenedAt", "Verdict")); diff != "" {
			t.Errorf("the incident is not as it should be (-want +got):\n%s", diff)
		}
	}
	wantName(t, onlyErr(l.Incident(t.Context(), "inc-1")), quarantine.BadRequest) // nothing leads to the lock
	put(t, env, map[string]types.AttributeValue{
		"pk": text("INCIDENT#inc-1"), "sk": text("EVENT#failed#execution-1"), "resource": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"kind": text(string(resource.Kind)), "accountId": text(acct), "region": text(region), "id": text(resource.ID)}},
	})
	find()
	two := subnet("assoc-2")
	two.SubnetID = "subnet-2"
	heldBy(t, l, "inc-0", "inc-1")
	works(t, l.RecordOriginal(t.Context(), two, byIncident("inc-1"), ""))
	must(l.HoldSubnet(t.Context(), quarantine.Quarantine{AccountID: acct, Region: region, SubnetID: "subnet-3"}, byIncident("inc-0")))(t)
	find("subnet-1", "subnet-2")
	works(t, l.BeginRelease(t.Context(), by("release-1"), lease))
	want.Status, want.Owner = quarantine.StatusReleasing, "release-1"
	must(l.LetGoSubnet(t.Context(), two, "inc-1"))(t)
	find("subnet-1", "subnet-2") // it is releasing the one and holds the other
	stopped := ledger.New(&stopAfterLock{API: env.API}, env.Table)
	wantName(t, stopped.Released(t.Context(), by("release-1"), done), quarantine.Unexpected)
	wantLock(t, env, quarantine.StatusReleased)
	want.Owner = ""
	find("subnet-1", "subnet-2")
	works(t, l.Released(t.Context(), by("release-1"), done))
	want.Status, want.Release, want.ReleasedIn = quarantine.StatusReleased, &done, "release-1"
	find("subnet-1", "subnet-2")
}

// An incident that was asked about, cut in part and released in part is found again.
func findsHalfReleased(t *testing.T, env Env, l *ledger.Ledger) {
	ask(t, l, question("req-1"), planted)
	must(l.Decide(t.Context(), "req-1", word(true)))(t)
	lock(t, env, claim, quarantine.StatusFailed)
	heldBy(t, l, "inc-1")
	works(t, l.BeginRelease(t.Context(), by("release-1"), lease))
	stopped := ledger.New(&stopAfterLock{API: env.API}, env.Table)
	wantName(t, stopped.Released(t.Context(), by("release-1"), done), quarantine.Unexpected)
	if got := must(l.Incident(t.Context(), "inc-1"))(t); got.Status != quarantine.StatusReleasing || !got.Open() {
		t.Errorf("it is %q", got.Status)
	}
	works(t, l.Released(t.Context(), by("release-1"), done))
	if got := must(l.Incident(t.Context(), "inc-1"))(t); got.Status != quarantine.StatusReleased {
		t.Errorf("it is %q", got.Status)
	}
}

// stopAfterLock makes one update, and fails from there on.
type stopAfterLock struct {
	ledger.API
	made bool
}

func (s *stopAfterLock) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	if s.made {
		return nil, errors.New("the process was ended")
	}
	s.made = true
	return s.API.UpdateItem(ctx, in, o...)
}
