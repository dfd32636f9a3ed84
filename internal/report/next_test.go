package report_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What was opened is closed before anything else is done about an incident.
func TestTheFirstStepOfWhatWasOpenedIsToCloseIt(t *testing.T) {
	t.Parallel()
	first := func(change func(*quarantine.Incident)) string {
		r := ofAccount("web")
		change(&r.Incidents[0])
		_, steps, _ := strings.Cut(page(t, r), `<ol class="next">`)
		step, _, _ := strings.Cut(steps, "</li>")
		return step
	}
	closes := "<code>quarantine show inc-20260304-0a1b2c3d4e --by-hand --stack guard</code>"
	opened := func(in *quarantine.Incident) {
		in.Holds[0].Drift = &quarantine.Drift{Kind: quarantine.DriftReopened, What: "is under acl-9", Failed: "AccessDenied: no"}
	}
	if got := first(opened); !strings.Contains(got, "putting it right has failed. Close it by hand now:"+closes) {
		t.Error(got)
	}
	if got := first(func(*quarantine.Incident) {}); strings.Contains(got, closes) {
		t.Errorf("nothing is open, and the first step is %s", got)
	}
}
