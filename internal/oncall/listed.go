package oncall

import (
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Listed is an incident with what it waits for.
type Listed struct {
	quarantine.Incident
	// WaitingFor has words of: cut, retry, evidence, decision, release.
	WaitingFor []string `json:"waitingFor"`
}

// NewListed says what an incident waits for.
func NewListed(i quarantine.Incident) Listed {
	return Listed{WithLists(i), waitingFor(i)}
}

// waitingFor says what an incident waits for, first what comes first.
func waitingFor(i quarantine.Incident) []string {
	out := []string{}
	switch i.Status {
	case quarantine.StatusIsolating:
		out = append(out, "cut")
	case quarantine.StatusFailed:
		out = append(out, "retry")
	case quarantine.StatusContained:
		if i.Evidence.Status == "" || i.Evidence.Status == quarantine.EvidencePending {
			out = append(out, "evidence")
		}
	}
	asked := len(i.Pending()) > 0
	if asked {
		out = append(out, "decision")
	}
	if i.Status == quarantine.StatusReleasing || i.Status == quarantine.StatusContained && !asked {
		out = append(out, "release")
	}
	return out
}
