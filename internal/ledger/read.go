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
	Resource    quarantine.Resource   `json:"resource"`
	Status      quarantine.Status     `json:"status"`
	Finding     FirstFinding          `json:"finding"`
	Score       int                   `json:"score"`
	Reasons     []quarantine.Reason   `json:"reasons"`
	OpenedAt    time.Time             `json:"openedAt,omitzero"`
	ContainedAt time.Time             `json:"containedAt,omitzero"`
	Subnets     []string              `json:"subnets"` // every one that it was cut off in, sorted
	Owner       string                `json:"owner"`   // the ARN of the execution that contained it last
	Joined      []JoinedFinding       `json:"joined"`
	Events      []quarantine.Event    `json:"events"`
	Artifacts   []quarantine.Artifact `json:"artifacts"`
}

// FirstFinding is what is kept of the finding that opened an incident.
type FirstFinding struct {
	ID       string  `json:"id"`
	Type     string  `json:"type"`
	Severity float64 `json:"severity"`
	Title    string  `json:"title"`
}

// JoinedFinding is what is kept of a finding that came later.
type JoinedFinding struct {
	ID    string    `json:"finding"`
	Type  string    `json:"findingType"`
	Score int       `json:"score"`
	At    time.Time `json:"at"`
}

type eventItem struct {
	quarantine.Event
	FindingID   string `json:"finding"`
	FindingType string `json:"findingType"`
	Score       int    `json:"score"`
}

// Incident reads an incident with its findings and events, oldest first, and
// its artifacts without their bodies. Errors: BadRequest if the table knows nothing of it;
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
	in.ID, in.Subnets = id, slices.Sorted(slices.Values(in.Subnets))
	events, err := list[eventItem](ctx, l, incidentPK(id), prefixEvent, "at", "kind", "by", "text", "id", "finding", "findingType", "score")
	if err != nil {
		return Incident{}, err
	}
	in.tell(events)
	if in.Artifacts, err = l.Artifacts(ctx, id); err != nil {
		return Incident{}, err
	}
	if len(head) == 0 && len(in.Events) == 0 && len(in.Artifacts) == 0 {
		return Incident{}, quarantine.Failf(quarantine.BadRequest, "the ledger knows no incident %s", id)
	}
	return in, nil
}

// tell puts the events in order of time, and the findings among them.
func (i *Incident) tell(events []eventItem) {
	slices.SortStableFunc(events, func(a, b eventItem) int { return a.At.Compare(b.At) })
	for _, e := range events {
		i.Events = append(i.Events, e.Event)
		if e.Kind == quarantine.EventJoined && e.FindingID != "" {
			i.Joined = append(i.Joined, JoinedFinding{ID: e.FindingID, Type: e.FindingType, Score: e.Score, At: e.At})
		}
	}
}
