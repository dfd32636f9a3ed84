package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// narrowCommand is quarantine narrow.
type narrowCommand struct {
	accountFlags `embed:""`
	reasonFlag   `embed:""`

	Incident string `arg:"" name:"INCIDENT" help:"The incident's id, for example from quarantine list."`
	Yes      bool   `short:"y" help:"Do not ask."`
	Here     bool   `help:"Run the definition and the handler from here, for a team that has deployed nothing."`
	Machine  string `name:"state-machine" placeholder:"NAME" help:"The name of the state machine that releases, instead of the stack's."`
}

// Help is shown by quarantine narrow --help.
func (narrowCommand) Help() string {
	return `For example:

    quarantine narrow inc-20260115-a749daa8d1 --reason "the database beside it is needed"

The cut closes a subnet's border for everybody in it. This gives the incident's subnets
back, except where another incident holds them or somebody has changed them, while the
instance stays contained by its security group. The incident goes on, and everything else
of it. It is refused until that group holds every interface of the instance, as read back,
for ten minutes, and where an interface could not be held or the last look found something
open.

A security group ends no connection that was open before. That none goes on cannot be
known, above all not of what goes through a NAT gateway; it prints what to think of.
Activity after this, as GuardDuty reports it, cuts the subnets off again.

` + releaseActions()
}

// Run narrows.
func (n narrowCommand) Run(ctx context.Context, s streams) error {
	c, err := n.connect(ctx, s)
	if err != nil {
		return err
	}
	if err := c.locate(ctx, releaseCommand{Here: n.Here, Machine: n.Machine}.need()); err != nil {
		return err
	}
	in, err := c.ledger.Incident(ctx, n.Incident)
	if err != nil {
		return c.explain(err)
	}
	c.title()
	c.st.Heading(c.s.out, fmt.Sprintf("Give back the subnets of %s: %s", in.ID, kinds.Named(in.Resource, in.Holds)))
	c.printer().Asked(in.Questions)
	c.printer().Quarantine(in)
	// A question whether to release may wait: the incident goes on, and so does the question.
	if err := refused(in); err != nil {
		return err
	}
	c.printer().Unverified()
	if err := confirm(c.s, n.Yes, "use --yes to narrow without a question"); err != nil {
		return err
	}
	c.st.Heading(c.s.out, "What happens")
	arn, last, err := c.runRelease(ctx, cmp.Or(n.Machine, c.deployed.Release), n.Here, order{incident: in.ID, reason: string(n.Reason), narrow: true})
	if err != nil {
		return err
	}
	return c.ended(arn, last, "giving back the subnets", c.printer().GivenBack)
}

// refused says by the record why it would be refused. The function reads EC2, too.
func refused(in quarantine.Incident) error {
	if err := register.Narrowable(in, time.Now()); err != nil {
		return usage("%w", err)
	}
	return nil
}
