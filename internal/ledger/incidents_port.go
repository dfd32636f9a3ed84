package ledger

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Incidents reads incidents whole.
type Incidents struct{ Ledger *Ledger }

var _ quarantine.Incidents = Incidents{}

// Incident reads an incident by its key, with the records of what it holds or held.
func (i Incidents) Incident(ctx context.Context, id string) (quarantine.Incident, error) {
	known, err := i.Ledger.Incident(ctx, id)
	if err != nil {
		return quarantine.Incident{}, err
	}
	record, err := i.Ledger.IncidentRecord(ctx, id)
	if err != nil {
		return quarantine.Incident{}, err
	}
	out := quarantine.Incident{
		ID: id, Resource: record.Resource, Status: record.Status, Verdict: quarantine.Verdict{Score: known.Score, Reasons: known.Reasons},
		OpenedAt: known.OpenedAt, ContainedAt: known.ContainedAt, Owner: known.Owner, Timeline: known.Events,
		Release: record.Release, ReleasedIn: record.ReleasedIn,
	}
	if f := known.Finding; f.ID != "" {
		out.Findings = append(out.Findings, quarantine.IncidentFinding{
			FindingSummary: quarantine.FindingSummary{ID: f.ID, Type: f.Type, Title: f.Title, Severity: f.Severity}, Score: known.Score})
	}
	for _, subnet := range record.Subnets {
		q, err := i.Ledger.Quarantine(ctx, record.Resource, subnet)
		if err != nil {
			return quarantine.Incident{}, err
		}
		out.Holds = append(out.Holds, q)
	}
	return out, nil
}
