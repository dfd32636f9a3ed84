package quarantine_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// An incident holds subnet-1; what the last look at it found is in its watch.
func looked(drifts ...quarantine.Drift) quarantine.Incident {
	in := quarantine.Incident{ID: "inc-1", Watch: quarantine.Watch{LookedAt: at, Drifts: drifts}, Holds: []quarantine.Hold{{
		Measure: quarantine.MeasureCut, Thing: "subnet-1", Holders: []string{"inc-1"}, VerifiedAt: at.Add(-time.Hour),
	}}}
	in.Holds = in.Seen()
	return in
}

func drift(kind quarantine.DriftKind, thing string) quarantine.Drift {
	return quarantine.Drift{Measure: quarantine.MeasureCut, Thing: thing, Kind: kind, Since: at, LastAt: at}
}

func TestTheNewestReadingOfAThingCounts(t *testing.T) {
	t.Parallel()
	putRight := drift(quarantine.DriftReopened, "subnet-1")
	putRight.ClosedAt = at
	elsewhere := drift(quarantine.DriftReopened, "subnet-1")
	elsewhere.Region = "eu-west-9"
	readBefore := drift(quarantine.DriftReopened, "subnet-1")
	readBefore.LastAt = at.Add(-2 * time.Hour)
	for name, c := range map[string]struct {
		drift       quarantine.Drift
		there, open bool
	}{
		"opened":                {drift(quarantine.DriftReopened, "subnet-1"), true, true},
		"closed otherwise":      {drift(quarantine.DriftOtherwise, "subnet-1"), true, false},
		"put right":             {putRight, false, false},
		"read back since":       {readBefore, false, false},
		"of another subnet":     {drift(quarantine.DriftReopened, "subnet-2"), false, false},
		"of another region's":   {elsewhere, false, false},
		"a subnet that is none": {quarantine.Drift{}, false, false},
	} {
		in := looked(c.drift)
		if there, open := in.Holds[0].Drift != nil, slices.ContainsFunc(in.Drifted(), quarantine.Drift.Open); there != c.there || open != c.open {
			t.Errorf("%s: there %v, open %v", name, there, open)
		}
	}
}

func TestWhatCameLaterIsNotHeldUntilItIs(t *testing.T) {
	t.Parallel()
	closed := drift(quarantine.DriftNew, "subnet-4")
	closed.ClosedAt = at
	in := looked(drift(quarantine.DriftNew, "subnet-2"), drift(quarantine.DriftUncovered, "subnet-3"), closed, drift(quarantine.DriftNew, "subnet-1"))
	if got := in.Unheld(); len(got) != 2 || got[0].Thing != "subnet-2" || got[1].Thing != "subnet-3" || got[1].Drift.Kind != quarantine.DriftUncovered || len(got[1].Holders) > 0 {
		t.Errorf("%+v", got)
	}
	if got := in.HeldAndLeft(); len(got) != 3 {
		t.Errorf("%+v", got)
	}
	if got := in.Drifted(); len(got) != 3 {
		t.Errorf("%+v", got)
	}
}

func TestAPauseEndsByItself(t *testing.T) {
	t.Parallel()
	w := quarantine.Watch{PausedUntil: at}
	if !w.Paused(at.Add(-time.Second)) || w.Paused(at) || (quarantine.Watch{}).Paused(at) {
		t.Error("a pause lasts until its time, and not longer")
	}
}
