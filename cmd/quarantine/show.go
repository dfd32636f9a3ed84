package main

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// showCommand is quarantine show.
type showCommand struct {
	accountFlags `embed:""`

	Incident string `arg:"" name:"INCIDENT" help:"The incident's id, for example from quarantine list."`
}

// Help is shown by quarantine show --help.
func (showCommand) Help() string {
	return `For example:

    quarantine show inc-20260115-a749daa8d1

It reads the ledger and nothing else. IAM actions: dynamodb:GetItem,
dynamodb:Query and dynamodb:Scan on the table.`
}

// shown is everything that is on record of an incident.
type shown struct {
	ledger.Incident
	Release     *quarantine.Release          `json:"release,omitempty"`
	Quarantines []quarantine.Quarantine      `json:"quarantines"`
	Snapshots   []quarantine.Snapshot        `json:"snapshots"`
	Questions   []quarantine.ApprovalRequest `json:"questions"`
	// RemainsOpen is what its quarantine does not cut; nothing where none stands.
	RemainsOpen []string `json:"remainsOpen"`
}

// Run shows.
func (s showCommand) Run(ctx context.Context, to streams) error {
	c, err := s.open(ctx, to)
	if err != nil {
		return err
	}
	in, err := c.look(ctx, s.Incident)
	if err != nil {
		return c.words(err)
	}
	if c.JSON {
		return writeJSON(c.json.out, in.withEmptyLists())
	}
	c.title()
	c.show(in)
	return nil
}

// look reads everything that is on record of an incident.
func (c *onCall) look(ctx context.Context, id string) (shown, error) {
	var out shown
	var err error
	if out.Questions, err = c.book.Questions(ctx, id); err != nil {
		return out, err
	}
	if err = c.head(ctx, id, &out); err != nil {
		return out, err
	}
	for _, subnet := range out.Subnets {
		q, err := c.book.Quarantine(ctx, out.Target, subnet)
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
	out.Snapshots, err = c.snapshots(ctx, out.Incident)
	return out, err
}

// head reads the incident itself. While its first isolation runs or has failed,
// there is a lock and perhaps a subnet, and before that only a question.
func (c *onCall) head(ctx context.Context, id string, out *shown) error {
	var err error
	if out.Incident, err = c.book.Incident(ctx, id); err != nil && !quarantine.Is(err, quarantine.BadRequest) {
		return err
	}
	record, recordErr := c.book.IncidentRecord(ctx, id)
	switch {
	case recordErr == nil:
		out.Target, out.Status, out.Subnets, out.Release = record.Target, record.Status, record.Subnets, record.Release
	case !quarantine.Is(recordErr, quarantine.BadRequest):
		return recordErr
	case err != nil && len(out.Questions) == 0:
		return err // the ledger knows nothing of it
	case len(out.Questions) > 0:
		out.Target, out.Score, out.Reasons = out.Questions[0].Target, out.Questions[0].Score, out.Questions[0].Reasons
	}
	out.ID = id
	if out.Status != quarantine.StatusContained {
		return nil
	}
	lock, err := c.book.Lock(ctx, out.Target)
	if lock.Incident == id && lock.Status == quarantine.StatusReleasing {
		out.Status = lock.Status
	}
	return err
}

// snapshotLists are the artifacts that list an incident's snapshots, the
// latest first.
var snapshotLists = []string{"snapshots-final", "snapshots-failed", "snapshots"}

// snapshots are the incident's, as they were when they were last on record.
func (c *onCall) snapshots(ctx context.Context, in ledger.Incident) ([]quarantine.Snapshot, error) {
	var out []quarantine.Snapshot
	for _, name := range snapshotLists {
		if !slices.ContainsFunc(in.Artifacts, func(a quarantine.Artifact) bool { return a.Name == name }) {
			continue
		}
		body, err := c.book.Body(ctx, in.ID, name)
		if err != nil {
			return nil, err
		}
		return out, json.Unmarshal(body, &out)
	}
	return out, nil
}
