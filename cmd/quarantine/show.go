package main

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// showCommand is quarantine show.
type showCommand struct {
	accountFlags `embed:""`

	Incident string `arg:"" name:"INCIDENT" help:"The incident's id, for example from quarantine list; or the id of the instance or access key that an open incident is about, or the instance's tag Name as it was then."`
}

// Help is shown by quarantine show --help.
func (showCommand) Help() string {
	return `For example:

    quarantine show inc-20260115-a749daa8d1
    quarantine show i-0c0ffee0123456789

It reads the ledger and nothing else. IAM actions: cloudformation:DescribeStacks
on the stack; dynamodb:GetItem and dynamodb:Query on the table and, for another id
than an incident's, on its index.`
}

// Run shows.
func (s showCommand) Run(ctx context.Context, to streams) error {
	c, err := s.open(ctx, to)
	if err != nil {
		return err
	}
	id, err := c.incidentOf(ctx, s.Incident)
	if err != nil {
		return c.explain(err)
	}
	in, err := c.ledger.Incident(ctx, id)
	if err != nil {
		return c.explain(err)
	}
	if c.JSON {
		return writeJSON(c.json.out, oncall.NewRecord(in))
	}
	c.title()
	c.printer().Record(in)
	return nil
}

// incidentOf is the incident that is meant: by its own id, or by what an open one is about.
func (c *onCall) incidentOf(ctx context.Context, id string) (string, error) {
	if quarantine.IsIncidentID(id) {
		return id, nil
	}
	open, err := c.ledger.OpenIncidents(ctx)
	if err != nil {
		return "", err
	}
	if id, err = oncall.About(open, id); err != nil {
		return "", usage("%w", err)
	}
	return id, nil
}
