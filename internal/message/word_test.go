package message

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Whoever reads that it is cut off asks by whose word.
func TestContainedSaysByWhoseWordItWasCut(t *testing.T) {
	t.Parallel()
	asked := func(change func(*quarantine.ApprovalRequest)) Record {
		q := *request(quarantine.PurposeIsolate)
		q.Execution, q.Decision = execution(), nil
		change(&q)
		r := onRecord()
		r.Incident.Questions = append(r.Incident.Questions, q)
		return r
	}
	yes := func(q *quarantine.ApprovalRequest) {
		q.Decision = &quarantine.Decision{Approve: true, By: "arn:aws:iam::111122223333:user/on-call", Via: "cli", At: noon, Reason: "it mines"}
	}
	for name, c := range map[string]struct {
		record Record
		says   string // "" is neither
	}{
		"approved":             {asked(yes), `Approved by arn:aws:iam::111122223333:user/on-call through the command line.`},
		"silence":              {asked(func(q *quarantine.ApprovalRequest) { q.OnSilence = quarantine.ActionIsolate }), "Nobody had answered by 2026-11-02 13:00:07 UTC, and then the policy has it cut."},
		"of another execution": {asked(func(q *quarantine.ApprovalRequest) { yes(q); q.Execution.ID += "-2" }), ""},
		"nobody was asked":     {onRecord(), ""},
	} {
		text := unwrapped(composed(t, contained(), c.record).Text)
		if !strings.Contains(text, c.says) || c.says == "" && (strings.Contains(text, "Approved by") || strings.Contains(text, "Nobody had answered")) {
			t.Errorf("%s: want %q:\n%s", name, c.says, text)
		}
	}
}
