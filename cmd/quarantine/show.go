package main

import (
	"context"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// showCommand is quarantine show.
type showCommand struct {
	accountFlags `embed:""`

	Incident string `arg:"" name:"INCIDENT" help:"The incident's id, for example from quarantine list; or the id of the instance or access key that an open incident is about, or the instance's tag Name as it was then."`
	ByHand   bool   `help:"Print how to do with the AWS CLI alone what is left to do: take what does not hold everywhere, put back what is held, and keep what is evidence; of an incident that is over, put right what was left alone."`
}

// Help is shown by quarantine show --help.
func (showCommand) Help() string {
	return `For example:

    quarantine show inc-20260115-a749daa8d1
    quarantine show i-0c0ffee0123456789
    quarantine show inc-20260115-a749daa8d1 --by-hand

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
	if s.ByHand {
		_, err = fmt.Fprint(c.s.out, "\n"+message.ByHandOf(in, c.place()))
		return err
	}
	if d, err := c.ledger.Drill(ctx, in.Resource); err == nil && d != nil && d.Covers(in.OpenedAt) {
		c.colored(c.st.Warn, 0, "DRILL by "+d.By+", on an instance that was made for it")
	}
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
	about, err := oncall.About(open, id)
	switch {
	case err != nil:
		return "", usage("%w", err)
	case about == "":
		return "", usage("%q is no incident's id, and no open incident is about it: those that are released are listed, too, by: %s", id, c.command("list", "--all"))
	}
	return about, nil
}
