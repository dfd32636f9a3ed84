package message

import (
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// CloseAgain says what a person can do about what the last look at a contained incident found open, and
// what becomes of it without that, for one who reads it at a time; where that is zero, at the last look.
// False where nothing is open. quarantine show --by-hand has the commands.
func CloseAgain(in quarantine.Incident, at time.Time) (string, bool) {
	drifts := slices.DeleteFunc(in.Drifted(), func(d quarantine.Drift) bool { return !d.Open() })
	if in.Status != quarantine.StatusContained || len(drifts) == 0 {
		return "", false
	}
	if at.IsZero() {
		at = in.Watch.LookedAt
	}
	reopened := func(d quarantine.Drift) bool { return opened(d) && !d.Left() }
	for _, v := range []struct {
		says string
		is   func(quarantine.Drift) bool
	}{
		{"It is open again, and putting it right has failed. Close it by hand now:", func(d quarantine.Drift) bool { return reopened(d) && d.Failed != "" }},
		{"It is open again, and nothing is put right before " + clock(in.Watch.PausedUntil) + ", by a person's word. Close it by hand now:",
			func(d quarantine.Drift) bool { return reopened(d) && in.Watch.Paused(at) }},
		{"It is open again. A later look puts it right; to close it by hand now:", reopened},
		{"It is open again, and nothing puts it right: a person has said to leave it. To close it by hand:", opened},
		{"Something is not held, and putting that right has failed. Close it by hand now:", func(d quarantine.Drift) bool { return d.Failed != "" }},
		{"If everything in the subnet may be cut off, do it by hand: nothing else does.", func(d quarantine.Drift) bool { return d.Kind == quarantine.DriftUncovered }},
	} {
		if slices.ContainsFunc(drifts, v.is) {
			return v.says, true
		}
	}
	return "Something is not held, or not known to be. To close it by hand now:", true
}
