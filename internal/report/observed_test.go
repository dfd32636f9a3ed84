package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Nothing was hit, and there is no after.
func TestTheReportOfWhatIsObservedSaysWhatWouldHaveBeenAndClaimsNoCut(t *testing.T) {
	t.Parallel()
	r := ofAccount("web")
	in := &r.Incidents[0]
	in.Status, in.ContainedAt, in.Holds, in.Evidence = quarantine.StatusObserved, time.Time{}, nil, quarantine.Evidence{}
	in.Observation = &quarantine.Observation{Would: quarantine.WouldCut, Neighbours: in.Neighbours}
	text := page(t, r)
	for _, want := range []string{"WOULD HAVE CUT i-1", "Beside it, as counted then, and not hit:", "quarantine respond --finding f --stack guard"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, not := range []string{"Hit beside it", "The network before and after", "evidence is on record"} {
		if strings.Contains(text, not) {
			t.Errorf("the page has %q", not)
		}
	}
}

func TestTheReportSaysThatItIsADrillsOrCannotShowEverything(t *testing.T) {
	t.Parallel()
	r := ofAccount("web")
	if text := page(t, r); strings.Contains(text, "DRILL") || strings.Contains(text, "newer release") {
		t.Error("it is neither")
	}
	r.Incidents[0].Newer = quarantine.ItemVersion + 1
	r.Drills = map[string]string{r.Incidents[0].ID: "arn:aws:iam::111122223333:user/lead"}
	text := page(t, r)
	for _, want := range []string{"DRILL by arn:aws:iam::111122223333:user/lead", "A newer release has written on this record"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
