package oncall_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAnIncidentSaysWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	asked := []quarantine.ApprovalRequest{{ID: "req-1", Status: quarantine.RequestPending}}
	for want, i := range map[string]quarantine.Incident{
		"cut":               {Status: quarantine.StatusIsolating},
		"retry":             {Status: quarantine.StatusFailed},
		"evidence release":  {Status: quarantine.StatusContained, Evidence: quarantine.Evidence{Status: quarantine.EvidencePending}},
		"evidence decision": {Status: quarantine.StatusContained, Questions: asked},
		"release":           {Status: quarantine.StatusReleasing},
		"decision":          {Questions: asked},
		"":                  {Status: quarantine.StatusReleased},
	} {
		got := oncall.NewListed(i)
		if strings.Join(got.WaitingFor, " ") != want || got.Questions == nil || got.WaitingFor == nil {
			t.Errorf("%s: waits for %v, with %v", want, got.WaitingFor, got.Questions)
		}
	}
}
