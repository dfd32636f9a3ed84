package ledgertest

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

var ended = time.Unix(1772629200, 0) // the lease of lock

func narrowsContained(t *testing.T, env Env, l *ledger.Ledger) {
	for _, tt := range []struct {
		status quarantine.Status
		after  time.Duration
		want   string
	}{
		{quarantine.StatusContained, -time.Hour, ""},
		{quarantine.StatusFailed, time.Hour, quarantine.LockLost},
		{quarantine.StatusIsolating, time.Hour, quarantine.LockLost},
		{quarantine.StatusReleased, time.Hour, quarantine.LockLost},
		{quarantine.StatusReleasing, time.Hour, quarantine.LockLost}, // a release has begun: it goes on as that
	} {
		lock(t, env, claim, tt.status)
		l.Clock = clocktest.At(ended.Add(tt.after))
		err := l.BeginNarrowing(t.Context(), by("narrow-1"), lease)
		wantName(t, err, tt.want)
		if tt.want != "" {
			wantLock(t, env, tt.status)
			continue
		}
		works(t, l.BeginNarrowing(t.Context(), by("narrow-1"), lease))
		wantName(t, l.BeginNarrowing(t.Context(), by("narrow-2"), lease), quarantine.LockLost)
		wantName(t, l.BeginRelease(t.Context(), by("release-1"), lease), quarantine.LockLost)
		l.Clock = clocktest.At(ended.Add(tt.after + lease + time.Second))
		works(t, l.BeginNarrowing(t.Context(), by("narrow-2"), lease)) // what was stopped goes on
	}
}

func narrows(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusIsolating)
	heldBy(t, l, claim.Incident)
	must(l.Contained(t.Context(), claim, quarantine.Finding{}, quarantine.Verdict{}, quarantine.Containment{ContainedAt: ended}))(t)
	began := ended.Add(time.Hour)
	l.Clock = clocktest.At(began)
	works(t, l.BeginNarrowing(t.Context(), by("narrow-1"), lease))
	l.Clock = clocktest.At(began.Add(time.Minute))
	works(t, l.BeginNarrowing(t.Context(), by("narrow-1"), lease))
	done := quarantine.Release{Incident: claim.Incident, Resource: resource, By: "kim", Reason: "others work there", ReleasedAt: began.Add(time.Minute),
		Subnets: []quarantine.ReleasedSubnet{{SubnetID: "subnet-1", Outcome: quarantine.Restored}}}
	wantName(t, l.Narrowed(t.Context(), by("narrow-2"), claim.Owner, done), quarantine.LockLost)
	works(t, l.Narrowed(t.Context(), by("narrow-1"), claim.Owner, done))
	wantLock(t, env, quarantine.StatusContained)
	if at, is := readLock(t, env)["narrowedAt"].(*types.AttributeValueMemberS); !is || at.Value != began.UTC().Format("2006-01-02T15:04:05.000Z") {
		t.Errorf("activity counts from %v on, not from when it began", readLock(t, env)["narrowedAt"])
	}
	in := must(l.Incident(t.Context(), claim.Incident))(t)
	if in.Status != quarantine.StatusContained || in.Owner != claim.Owner || in.Narrowed == nil || in.NarrowedIn != "narrow-1" || !in.GaveBack("subnet-1") ||
		in.Holds[0].Outcome != quarantine.Restored {
		t.Errorf("on record is %+v", in)
	}
	// The measures of the execution that contained it go on, and a release ends it all.
	works(t, l.Join(t.Context(), quarantine.Hold{Measure: "security-group", AccountID: acct, Region: region, Thing: "eni-1"}, claim))
	works(t, l.BeginRelease(t.Context(), by("release-1"), lease))
	works(t, l.Released(t.Context(), by("release-1"), done))
	if _, there := readLock(t, env)["narrowedAt"]; there {
		t.Error("the lock that is freed is narrowed still")
	}
}

func narrowsNot(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusContained)
	works(t, l.BeginNarrowing(t.Context(), by("narrow-1"), lease))
	wantName(t, l.NotNarrowed(t.Context(), by("narrow-2"), claim.Owner), quarantine.LockLost)
	works(t, l.NotNarrowed(t.Context(), by("narrow-1"), claim.Owner))
	wantLock(t, env, quarantine.StatusContained)
	for _, attribute := range []string{"narrowing", "narrowedAt", "leaseUntil"} {
		if _, there := readLock(t, env)[attribute]; there {
			t.Errorf("the lock that was given back has %s", attribute)
		}
	}
}
