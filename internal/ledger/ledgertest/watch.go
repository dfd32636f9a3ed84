package ledgertest

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// opened is the contract's subnet as a look finds it that somebody has opened.
func opened(at time.Time) quarantine.Drift {
	return quarantine.Drift{Measure: quarantine.MeasureCut, AccountID: acct, Region: region, VPCID: "vpc-1", Thing: "subnet-1",
		Kind: quarantine.DriftReopened, What: "is under acl-9", Since: at, LastAt: at}
}

// cutFor puts the contract's subnet on record as cut for the claim's incident.
func cutFor(t *testing.T, env Env, l *ledger.Ledger) {
	t.Helper()
	lock(t, env, claim, quarantine.StatusIsolating)
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), claim, ""))
	must(l.Verified(t.Context(), cut("assoc-1")))(t)
}

func looksUnended(t *testing.T, env Env, l *ledger.Ledger) {
	cutFor(t, env, l)
	if !must(l.ClaimLook(t.Context(), claim.Incident, noon, noon.Add(-time.Minute)))(t) {
		t.Fatal("nobody has looked, and the look is refused")
	}
	if w := must(l.Incident(t.Context(), claim.Incident))(t).Watch; w.Unseen == "" || !w.LookedAt.Equal(noon) {
		t.Errorf("while it goes on, on record is %+v", w)
	}
	works(t, l.Looked(t.Context(), claim.Incident, ""))
	if w := must(l.Incident(t.Context(), claim.Incident))(t).Watch; w.Unseen != "" {
		t.Errorf("after it, on record is %+v", w)
	}
	if must(l.ClaimLook(t.Context(), claim.Incident, noon.Add(time.Second), noon.Add(-time.Second)))(t) {
		t.Error("two look within the interval")
	}
}

func readsDrift(t *testing.T, env Env, l *ledger.Ledger) {
	cutFor(t, env, l)
	for _, c := range []struct {
		at    time.Time
		drift bool
	}{{noon, false}, {noon.Add(time.Hour), true}} { // read back at a second past noon
		works(t, l.Drifted(t.Context(), claim.Incident, opened(c.at)))
		holds := must(l.Incident(t.Context(), claim.Incident))(t).Holds
		if len(holds) != 1 || (holds[0].Drift != nil) != c.drift {
			t.Errorf("looked at %s: %+v", c.at, holds)
		}
	}
}

func leavesThroughLooks(t *testing.T, env Env, l *ledger.Ledger) {
	cutFor(t, env, l)
	works(t, l.Drifted(t.Context(), claim.Incident, opened(noon)))
	left := opened(noon)
	left.LeftAt, left.LeftBy, left.LeftReason = noon, "kim", "it is rebuilt"
	works(t, l.LeaveDrift(t.Context(), claim.Incident, left, true))
	works(t, l.Drifted(t.Context(), claim.Incident, opened(noon.Add(time.Hour))))
	if d := must(l.Incident(t.Context(), claim.Incident))(t).Watch.Drifts; len(d) != 1 || !d[0].LeftAt.Equal(noon) || d[0].LeftBy != "kim" || d[0].LeftReason != "it is rebuilt" {
		t.Errorf("%+v", d)
	}
	works(t, l.LeaveDrift(t.Context(), claim.Incident, left, false))
	if d := must(l.Incident(t.Context(), claim.Incident))(t).Watch.Drifts; len(d) != 1 || d[0].Left() || d[0].LeftReason != "" || d[0].What != "is under acl-9" {
		t.Errorf("%+v", d)
	}
}

func leavesFoundOnly(t *testing.T, env Env, l *ledger.Ledger) {
	cutFor(t, env, l)
	for _, left := range []bool{true, false} {
		wantName(t, l.LeaveDrift(t.Context(), claim.Incident, opened(noon), left), quarantine.BadRequest)
	}
	if d := must(l.Incident(t.Context(), claim.Incident))(t).Watch.Drifts; len(d) > 0 {
		t.Errorf("%+v", d)
	}
}

func pauses(t *testing.T, env Env, l *ledger.Ledger) {
	cutFor(t, env, l)
	for _, lasts := range []time.Duration{time.Hour, 2 * time.Hour, 0} {
		works(t, l.Pause(t.Context(), claim.Incident, noon.Add(lasts), "kim", "we move its subnet"))
		w := must(l.Incident(t.Context(), claim.Incident))(t).Watch
		if !w.PausedUntil.Equal(noon.Add(lasts)) || w.PausedBy != "kim" || w.PauseReason != "we move its subnet" || w.Paused(noon) != (lasts > 0) {
			t.Errorf("for %s: %+v", lasts, w)
		}
	}
}

// retakes takes the contract's subnet again from what somebody has put there.
func retakes(t *testing.T, env Env, l *ledger.Ledger) {
	cutFor(t, env, l)
	lock(t, env, claim, quarantine.StatusContained)
	now := must(l.Retake(t.Context(), retaking("assoc-9"), claim, cut("assoc-1").AfterVersion))(t)
	if now.Retaking != "assoc-9" || now.Before != subnet("assoc-1").Before || len(now.Holders) != 1 {
		t.Errorf("about to be taken again, on record is %+v", now)
	}
	again := cut("assoc-1")
	again.AfterVersion = "assoc-10"
	now = must(l.Retaken(t.Context(), again, claim))(t)
	if now.Retaking != "" || now.AfterVersion != "assoc-10" || now.Before != subnet("assoc-1").Before || len(now.Holders) != 1 {
		t.Errorf("taken again, on record is %+v", now)
	}
}

// retaking is the contract's subnet with what is about to be replaced.
func retaking(association string) quarantine.Quarantine {
	q := subnet("assoc-1")
	q.AfterVersion = association
	return q
}

// retakesNothing refuses where the incident may not, and changes nothing.
func retakesNothing(t *testing.T, env Env, l *ledger.Ledger) {
	seen := cut("assoc-1").AfterVersion
	for name, spoil := range map[string]func(){
		"the lock is another owner's": func() {
			other := claim
			other.Owner = "arn:other"
			lock(t, env, other, quarantine.StatusContained)
		},
		"a release has begun":                 func() { lock(t, env, claim, quarantine.StatusReleasing) },
		"it was read back since":              func() { seen = "assoc-8" },
		"the incident is releasing the thing": func() { must(l.LetGoSubnet(t.Context(), subnet("assoc-1"), claim.Incident))(t) },
	} {
		cutFor(t, env, l)
		lock(t, env, claim, quarantine.StatusContained)
		seen = cut("assoc-1").AfterVersion
		spoil()
		_, err := l.Retake(t.Context(), retaking("assoc-9"), claim, seen)
		if quarantine.NameOf(err) != quarantine.LockLost {
			t.Errorf("%s: the error is %v", name, err)
		}
		if now := must(l.Quarantine(t.Context(), resource, "subnet-1"))(t); now.Retaking != "" {
			t.Errorf("%s: on record is %+v", name, now)
		}
	}
	// A release that has begun meanwhile, or has ended, leaves nothing to record.
	must(l.LetGoSubnet(t.Context(), subnet("assoc-1"), claim.Incident))(t)
	for range 2 {
		_, err := l.Retaken(t.Context(), cut("assoc-1"), claim)
		wantName(t, err, quarantine.LockLost)
		works(t, l.Forget(t.Context(), subnet("assoc-1"), claim.Incident))
	}
	if now := must(l.Quarantine(t.Context(), resource, "subnet-1"))(t); now.AfterVersion != "" {
		t.Errorf("after the release, on record is %+v", now)
	}
}
