package main

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
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

It reads the ledger and nothing else. IAM actions: cloudformation:DescribeStacks
on the stack; dynamodb:GetItem and dynamodb:Query on the table.`
}

// Run shows.
func (s showCommand) Run(ctx context.Context, to streams) error {
	c, err := s.open(ctx, to)
	if err != nil {
		return err
	}
	in, err := c.ledger.Incident(ctx, s.Incident)
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
