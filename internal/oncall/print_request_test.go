package oncall_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Going on hands over what is on record, whatever is asked for now: so that is what is explained.
func TestADecisionThatWaitsIsExplainedByWhatItDoes(t *testing.T) {
	t.Parallel()
	for word, d := range map[string]quarantine.Decision{
		"Approving puts back what stood before":                      {Approve: true},
		"Narrowing gives back the subnets alone: the instance stays": {Narrow: true},
		"Denying keeps the quarantine, until somebody releases it":   {},
	} {
		var out bytes.Buffer
		r := quarantine.ApprovalRequest{ID: "req-1", Purpose: quarantine.PurposeRelease, Status: d.Status(), Decision: &d}
		oncall.Printer{W: &out, Style: terminal.NewStyle(&out)}.Request(r, true)
		if got := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(got, word) {
			t.Errorf("%+v is explained so:\n%s", d, &out)
		}
	}
}
