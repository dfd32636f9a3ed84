package main

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
)

// approvalsCommand is quarantine approvals.
type approvalsCommand struct {
	accountFlags `embed:""`
}

// Help is shown by quarantine approvals --help.
func (approvalsCommand) Help() string {
	return `For example:

    quarantine approvals --json

It reads the ledger and nothing else. IAM actions: cloudformation:DescribeStacks
on the stack; dynamodb:Query on the table's index; dynamodb:GetItem on the table.`
}

// Run lists the questions that wait for a person.
func (a approvalsCommand) Run(ctx context.Context, s streams) error {
	c, err := a.open(ctx, s)
	if err != nil {
		return err
	}
	pending, err := c.ledger.Pending(ctx)
	if err != nil {
		return c.explain(err)
	}
	if c.JSON {
		return writeJSON(c.json.out, oncall.Requests(pending))
	}
	c.title()
	c.printer().Questions(pending)
	return nil
}
