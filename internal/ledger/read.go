package ledger

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var _ quarantine.Incidents = (*Ledger)(nil)

// incidentItem is an incident's own item, as it is stored.
type incidentItem struct {
	Resource    quarantine.Resource       `json:"resource"`
	Status      quarantine.Status         `json:"status"`
	Finding     quarantine.FindingSummary `json:"finding"`
	Action      quarantine.Action         `json:"action"`
	Score       int                       `json:"score"`
	Reasons     []quarantine.Reason       `json:"reasons"`
	OpenedAt    time.Time                 `json:"openedAt"`
	ContainedAt time.Time                 `json:"containedAt"`
	ContainedBy string                    `json:"containedBy"`
	Neighbours  *quarantine.Neighbours    `json:"neighbours"`
	Described   *quarantine.Described     `json:"described"`
	Owner       string                    `json:"owner"`
	Release     *quarantine.Release       `json:"release"`
	ReleasedIn  string                    `json:"releasedIn"`
	Narrowed    *quarantine.Release       `json:"narrowed"`
	NarrowedIn  string                    `json:"narrowedIn"`
}

// eventItem is an event, with the finding that it is about and, where isolation
// failed, whose it was.
type eventItem struct {
	quarantine.Event
	Resource quarantine.Resource       `json:"resource"`
	Finding  quarantine.FindingSummary `json:"finding"`
	Score    int                       `json:"score"`
}

// Incident reads an incident whole: its partition, which names everything that
// belongs to it, then what that names, each by its key and consistently. How much
// else the table holds makes no difference: it is one Query and one GetItem for the
// lock, one GetItem for each subnet and question, and for the evidence one Query
// and at most one GetItem.
func (l *Ledger) Incident(ctx context.Context, id string) (quarantine.Incident, error) {
	return l.incident(ctx, reference{id: id})
}

// reference names an incident, and the resource that it is about where that is known.
type reference struct {
	id       string
	resource quarantine.Resource
}

// incident reads an incident. Of one whose lock was taken just now, there is
// nothing but the lock, which its resource leads to.
func (l *Ledger) incident(ctx context.Context, of reference) (quarantine.Incident, error) {
	items, err := l.partition(ctx, incidentPK(of.id))
	if err != nil {
		return quarantine.Incident{}, err
	}
	if len(items) == 0 && of.resource.ID == "" {
		return quarantine.Incident{}, quarantine.Failf(quarantine.BadRequest, "the ledger knows no incident %s", of.id)
	}
	r := reading{Ledger: l, incident: quarantine.Incident{ID: of.id, Resource: of.resource, Newer: newest(items)}}
	for _, step := range []func(context.Context, []item) error{r.head, r.events, r.holds, r.questions, r.observed, r.lock, r.evidence, r.watch} {
		if err := step(ctx, items); err != nil {
			return quarantine.Incident{}, err
		}
	}
	if r.incident.Status == "" && r.incident.Observation != nil {
		r.incident.Status = quarantine.StatusObserved
	}
	return r.incident, nil
}

// reading puts an incident together. Each step takes its kind of items of the
// incident's partition, and reads what they point to.
type reading struct {
	*Ledger
	incident quarantine.Incident
}

func (r *reading) head(_ context.Context, items []item) error {
	heads, err := decoded[incidentItem](items, sortIncident)
	if err != nil || len(heads) == 0 {
		return err
	}
	in, head := &r.incident, heads[0]
	r.about(head.Resource)
	in.Status, in.Owner = head.Status, head.Owner
	in.OpenedAt, in.ContainedAt = head.OpenedAt, head.ContainedAt
	in.ContainedBy, in.Neighbours, in.Described = head.ContainedBy, head.Neighbours, head.Described
	in.Release, in.ReleasedIn = head.Release, head.ReleasedIn
	in.Narrowed, in.NarrowedIn = head.Narrowed, head.NarrowedIn
	in.Verdict = quarantine.Verdict{Action: head.Action, Score: head.Score, Reasons: head.Reasons}
	in.Findings = found(in.Findings, head.Finding, head.Score, head.OpenedAt)
	return nil
}

// found adds a finding, unless none is on record or the incident has it already.
func found(all []quarantine.IncidentFinding, f quarantine.FindingSummary, score int, at time.Time) []quarantine.IncidentFinding {
	if f.ID == "" || slices.ContainsFunc(all, func(other quarantine.IncidentFinding) bool { return other.ID == f.ID }) {
		return all
	}
	return append(all, quarantine.IncidentFinding{FindingSummary: f, Score: score, At: at})
}

// events puts the events in order of time. An incident that was never contained
// is known by the record of its failure.
func (r *reading) events(_ context.Context, items []item) error {
	all, err := decoded[eventItem](items, prefixEvent)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b eventItem) int { return a.At.Compare(b.At) })
	in := &r.incident
	for _, e := range all {
		in.Timeline = append(in.Timeline, e.Event)
		in.Findings = found(in.Findings, e.Finding, e.Score, e.At)
		r.about(e.Resource)
		if status, says := evidenceKinds[e.Kind]; says {
			in.Evidence.Status = status
		}
	}
	return nil
}

// about takes the resource of what belongs to the incident, if it is not known yet.
func (r *reading) about(resource quarantine.Resource) {
	if r.incident.Resource.ID == "" {
		r.incident.Resource = resource
	}
}

func (r *reading) holds(ctx context.Context, items []item) error {
	pointers, err := decoded[pointerItem](items, prefixPointer)
	if err != nil {
		return err
	}
	for _, p := range pointers {
		r.about(p.Resource)
		h, err := r.HoldOf(ctx, p.hold())
		if err != nil {
			return err
		}
		r.incident.Holds = append(r.incident.Holds, h)
	}
	return nil
}

func (r *reading) questions(ctx context.Context, items []item) error {
	pointers, err := decoded[questionItem](items, prefixQuestion)
	if err != nil {
		return err
	}
	in := &r.incident
	for _, p := range pointers {
		q, err := r.Request(ctx, p.Request)
		if err != nil {
			return err
		}
		r.about(q.Resource)
		in.Questions = append(in.Questions, q)
	}
	slices.SortFunc(in.Questions, byAge)
	if len(in.Questions) == 0 || in.Status != "" {
		return nil
	}
	first := in.Questions[0] // nothing was contained: all that is known is what people were asked
	in.OpenedAt, in.Verdict.Score, in.Verdict.Reasons = first.AskedAt, first.Score, first.Reasons
	in.Findings = found(in.Findings, first.Finding, first.Score, first.AskedAt)
	return nil
}

// lock reads how far an incident is that is not contained, and whether the
// release of one that is has begun.
func (r *reading) lock(ctx context.Context, _ []item) error {
	in := &r.incident
	if in.Resource.ID == "" || in.Status == quarantine.StatusReleased {
		return nil
	}
	lock, err := r.Lock(ctx, in.Resource)
	switch {
	case err != nil:
		return err
	case lock.Incident == in.ID && in.Status == "":
		in.Status, in.Owner, in.OpenedAt, in.Verdict.Score = lock.Status, lock.Owner, lock.AcquiredAt, lock.Score
	case lock.Incident == in.ID && lock.Status == quarantine.StatusReleasing:
		in.Status = lock.Status
	case lock.Incident == in.ID && (lock.Status == quarantine.StatusFailed || lock.Status == quarantine.StatusContained):
		// To cut it anew has failed, or waits for a person: what it holds, the new owner alone can put right.
		in.Owner = lock.Owner
	case lock.LastReleased == in.ID && in.Status == "": // freed, and not on record yet
		in.Status = quarantine.StatusReleasing
	}
	return nil
}

func (r *reading) evidence(ctx context.Context, _ []item) (err error) {
	e := &r.incident.Evidence
	if e.Artifacts, err = r.Artifacts(ctx, r.incident.ID); err != nil {
		return err
	}
	e.Snapshots, err = r.snapshots(ctx, r.incident.ID, e.Artifacts)
	return err
}

// decoded are the items of a partition whose sort key begins with prefix, each as a T.
func decoded[T any](items []item, prefix string) (out []T, err error) {
	for _, i := range items {
		if !strings.HasPrefix(text(i, sortKey), prefix) {
			continue
		}
		var v T
		if err := decode(i, &v); err != nil {
			return nil, unreadable(err)
		}
		out = append(out, v)
	}
	return out, nil
}
