package main

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
)

// listCommand is quarantine list.
type listCommand struct {
	accountFlags `embed:""`

	All bool `help:"Also incidents that are released."`
}

// Help is shown by quarantine list --help.
func (listCommand) Help() string {
	return `For example:

    quarantine list --stack quarantine --region eu-west-1

It reads the ledger and nothing else. IAM actions: cloudformation:DescribeStacks
on the stack, dynamodb:Scan on the table.`
}

// Run lists.
func (l listCommand) Run(ctx context.Context, s streams) error {
	c, err := l.open(ctx, s)
	if err != nil {
		return err
	}
	all, err := c.ledger.Overview(ctx)
	if err != nil {
		return c.explain(err)
	}
	shown := []oncall.Listed{}
	for _, i := range all {
		if l.All || i.Open() {
			shown = append(shown, oncall.NewListed(i))
		}
	}
	if c.JSON {
		return writeJSON(c.json.out, shown)
	}
	c.title()
	c.printer().List(shown, l.All)
	return nil
}
