package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Incident is what the table knows of an incident. Before its instance is
// contained, that is events alone.
type Incident struct {
	ID          string                `json:"id"`
	Target      quarantine.Target     `json:"target"`
	Status      quarantine.Status     `json:"status"`
	Finding     FirstFinding          `json:"finding"`
	Score       int                   `json:"score"`
	Reasons     []quarantine.Reason   `json:"reasons"`
	OpenedAt    time.Time             `json:"openedAt,omitzero"`
	ContainedAt time.Time             `json:"containedAt,omitzero"`
	Subnets     []string              `json:"subnets"`
	Owner       string                `json:"owner"` // the ARN of the execution that contained it last
	Events      []quarantine.Event    `json:"events"`
	Artifacts   []quarantine.Artifact `json:"artifacts"`
}

// FirstFinding is what is kept of the finding that opened an incident. Those
// that joined later are among the events.
type FirstFinding struct {
	ID       string  `json:"id"`
	Type     string  `json:"type"`
	Severity float64 `json:"severity"`
	Title    string  `json:"title"`
}

// Incident reads an incident with its events, oldest first, and its artifacts
// without their bodies. Errors: BadRequest if the table knows nothing of it;
// AccessDenied; Throttled; Unavailable.
func (l *Ledger) Incident(ctx context.Context, id string) (Incident, error) {
	head, err := l.get(ctx, incidentKey(id))
	if err != nil {
		return Incident{}, err
	}
	in := Incident{}
	if err := decode(head, &in); err != nil {
		return Incident{}, unreadable(err)
	}
	in.ID = id
	if in.Events, err = list[quarantine.Event](ctx, l, id, prefixEvent, "at", "kind", "by", "text", "id"); err != nil {
		return Incident{}, err
	}
	if in.Artifacts, err = l.Artifacts(ctx, id); err != nil {
		return Incident{}, err
	}
	if len(head) == 0 && len(in.Events) == 0 && len(in.Artifacts) == 0 {
		return Incident{}, quarantine.Failf(quarantine.BadRequest, "the ledger knows no incident %s", id)
	}
	slices.SortStableFunc(in.Events, func(a, b quarantine.Event) int { return a.At.Compare(b.At) })
	return in, nil
}
