package message_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What was found open is closed by hand, or by itself; which of both is said.
func TestWhatIsOpenAgainIsClosedByHandOrByALook(t *testing.T) {
	t.Parallel()
	const incident = "inc-20261102-0a1b2c3d4e"
	noon := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	hold := quarantine.Hold{Measure: "security-group", Thing: "eni-1", Holders: []string{incident}}
	at := noon.Add(time.Hour)
	for name, c := range map[string]struct {
		kind   quarantine.DriftKind
		change func(*quarantine.Incident, *quarantine.Drift)
		want   string // "" where there is nothing to close
	}{
		"opened":            {quarantine.DriftReopened, nil, "It is open again. A later look puts it right"},
		"opened, and fails": {quarantine.DriftReopened, func(_ *quarantine.Incident, d *quarantine.Drift) { d.Failed = "AccessDenied: no" }, "putting it right has failed. Close it by hand now:"},
		"opened, and left":  {quarantine.DriftReopened, func(_ *quarantine.Incident, d *quarantine.Drift) { d.LeftAt = noon }, "a person has said to leave it"},
		"failed, then left": {quarantine.DriftReopened, func(_ *quarantine.Incident, d *quarantine.Drift) { d.LeftAt, d.Failed = noon, "AccessDenied: no" }, "a person has said to leave it"},
		"opened in a pause": {quarantine.DriftReopened, func(in *quarantine.Incident, _ *quarantine.Drift) { in.Watch.PausedUntil = at.Add(time.Hour) }, "nothing is put right before 2026-11-02 14:"},
		"opened after one":  {quarantine.DriftReopened, func(in *quarantine.Incident, _ *quarantine.Drift) { in.Watch.PausedUntil = at }, "A later look puts it right"},
		"came, and fails":   {quarantine.DriftUnverified, func(_ *quarantine.Incident, d *quarantine.Drift) { d.Failed = "AccessDenied: no" }, "Something is not held, and putting that right has failed"},
		"never read back":   {quarantine.DriftUnverified, nil, "Something is not held, or not known to be."},
		"not covered":       {quarantine.DriftUncovered, nil, "If everything in the subnet may be cut off"},
		"closed otherwise":  {quarantine.DriftOtherwise, nil, ""},
		"released":          {quarantine.DriftReopened, func(in *quarantine.Incident, _ *quarantine.Drift) { in.Status = quarantine.StatusReleased }, ""},
		"not held any more": {quarantine.DriftReopened, func(in *quarantine.Incident, _ *quarantine.Drift) { in.Holds[0].Holders = nil }, ""},
	} {
		h := hold
		in := quarantine.Incident{ID: incident, Status: quarantine.StatusContained, Holds: []quarantine.Hold{h}}
		d := quarantine.Drift{Measure: h.Measure, Thing: h.Thing, Kind: c.kind}
		if c.change != nil {
			c.change(&in, &d)
		}
		in.Holds[0].Drift = &d
		if d.Kind == quarantine.DriftUncovered {
			in.Holds, in.Watch.Drifts = nil, []quarantine.Drift{d}
		}
		got, is := message.CloseAgain(in, at)
		if is != (c.want != "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got, is := message.CloseAgain(quarantine.Incident{Status: quarantine.StatusContained, Holds: []quarantine.Hold{hold}}, at); is {
		t.Errorf("nothing is open, and it says %q", got)
	}
}
