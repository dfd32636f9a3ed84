// Package oncall is what people on call are shown: what is open, everything that
// is on record of an incident, and questions, as lines of a terminal.
package oncall

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Record is everything that is on record of an incident.
type Record struct {
	ledger.Incident
	Release     *quarantine.Release          `json:"release,omitempty"`
	Quarantines []quarantine.Quarantine      `json:"quarantines"`
	Snapshots   []quarantine.Snapshot        `json:"snapshots"`
	Questions   []quarantine.ApprovalRequest `json:"questions"`
	// RemainsOpen is what its quarantine does not cut; nothing where none stands.
	RemainsOpen []string `json:"remainsOpen"`
}

// Ledger is what is read of the ledger.
type Ledger interface {
	Bodies
	Questions(ctx context.Context, incident string) ([]quarantine.ApprovalRequest, error)
	Incident(ctx context.Context, id string) (ledger.Incident, error)
	IncidentRecord(ctx context.Context, id string) (quarantine.IncidentRecord, error)
	Quarantine(ctx context.Context, t quarantine.Resource, subnet string) (quarantine.Quarantine, error)
	Lock(ctx context.Context, t quarantine.Resource) (ledger.Lock, error)
}

// Bodies gives the bodies of artifacts.
type Bodies interface {
	Body(ctx context.Context, incident, name string) ([]byte, error)
}

var _ Ledger = (*ledger.Ledger)(nil)

// Read reads everything that is on record of an incident. Errors are the
// ledger's: BadRequest where it knows nothing of it.
func Read(ctx context.Context, l Ledger, id string) (Record, error) {
	var out Record
	var err error
	if out.Questions, err = l.Questions(ctx, id); err != nil {
		return out, err
	}
	if err = head(ctx, l, id, &out); err != nil {
		return out, err
	}
	for _, subnet := range out.Subnets {
		q, err := l.Quarantine(ctx, out.Resource, subnet)
		if err != nil {
			return out, err
		}
		if q.Releasing == id || slices.Contains(q.Holders, id) {
			out.Quarantines = append(out.Quarantines, q)
		}
	}
	if len(out.Quarantines) > 0 {
		out.RemainsOpen = quarantine.RemainsOpen(out.Quarantines)
	}
	out.Snapshots, err = Snapshots(ctx, l, id, out.Artifacts)
	return out, err
}

// head reads the incident itself. While its first isolation runs or has failed,
// there is a lock and perhaps a subnet, and before that only a question.
func head(ctx context.Context, l Ledger, id string, out *Record) error {
	var err error
	if out.Incident, err = l.Incident(ctx, id); err != nil && !quarantine.Is(err, quarantine.BadRequest) {
		return err
	}
	record, recordErr := l.IncidentRecord(ctx, id)
	switch {
	case recordErr == nil:
		out.Resource, out.Status, out.Subnets, out.Release = record.Resource, record.Status, record.Subnets, record.Release
	case !quarantine.Is(recordErr, quarantine.BadRequest):
		return recordErr
	case err != nil && len(out.Questions) == 0:
		return err // the ledger knows nothing of it
	case len(out.Questions) > 0:
		out.Resource, out.Score, out.Reasons = out.Questions[0].Resource, out.Questions[0].Score, out.Questions[0].Reasons
	}
	out.ID = id
	if out.Status != quarantine.StatusContained {
		return nil
	}
	lock, err := l.Lock(ctx, out.Resource)
	if lock.Incident == id && lock.Status == quarantine.StatusReleasing {
		out.Status = lock.Status
	}
	return err
}

// snapshotLists are the artifacts that list an incident's snapshots, the
// latest first.
var snapshotLists = []string{"snapshots-final", "snapshots-failed", "snapshots"}

// Snapshots are those that an incident's artifacts list, as they were when they
// were last on record.
func Snapshots(ctx context.Context, l Bodies, incident string, artifacts []quarantine.Artifact) ([]quarantine.Snapshot, error) {
	var out []quarantine.Snapshot
	for _, name := range snapshotLists {
		if !slices.ContainsFunc(artifacts, func(a quarantine.Artifact) bool { return a.Name == name }) {
			continue
		}
		body, err := l.Body(ctx, incident, name)
		if err != nil {
			return nil, err
		}
		return out, json.Unmarshal(body, &out)
	}
	return out, nil
}
