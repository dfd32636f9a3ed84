package oncall

import (
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Listed is an incident with what it waits for.
type Listed struct {
	ledger.Summary
	// WaitingFor has words of: cut, retry, evidence, decision, release.
	WaitingFor []string `json:"waitingFor"`
}

// NewListed says what an incident waits for.
func NewListed(i ledger.Summary) Listed {
	i.Questions = Requests(i.Questions)
	return Listed{i, waitingFor(i)}
}

// waitingFor says what an incident waits for, first what comes first.
func waitingFor(i ledger.Summary) []string {
	out := []string{}
	switch i.Status {
	case quarantine.StatusIsolating:
		out = append(out, "cut")
	case quarantine.StatusFailed:
		out = append(out, "retry")
	case quarantine.StatusContained:
		if i.Evidence == "" || i.Evidence == quarantine.EvidencePending {
			out = append(out, "evidence")
		}
	}
	if len(i.Questions) > 0 {
		out = append(out, "decision")
	}
	if i.Status == quarantine.StatusReleasing || i.Status == quarantine.StatusContained && len(i.Questions) == 0 {
		out = append(out, "release")
	}
	return out
}
