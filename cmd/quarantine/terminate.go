package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/termination"
)

// terminateCommand is quarantine terminate.
type terminateCommand struct {
	accountFlags `embed:""`

	Incident string         `arg:"" name:"INCIDENT" help:"The incident's id, for example from quarantine list."`
	Reason   command.Reason `required:"" placeholder:"TEXT" help:"Why; it goes on record and into the messages."`
	Yes      bool           `short:"y" help:"Do not ask."`
	Here     bool           `help:"Release from here, for a team that has deployed nothing."`
	Machine  string         `name:"state-machine" placeholder:"NAME" help:"The name of the state machine that releases, instead of the stack's."`
}

// Help is shown by quarantine terminate --help.
func (terminateCommand) Help() string {
	return `For example:

    quarantine terminate inc-20260115-a749daa8d1 --reason "it is rebuilt from a clean image"

It terminates the incident's instance with your credentials, for good, and then
releases everything else that the incident holds, as quarantine release does. First
it shows what is lost and what stays: volumes, addresses, what an Auto Scaling group
will do. No verdict, tag or function ever terminates anything.

It refuses unless the evidence is complete, and all its snapshots are locked at that
moment, as EC2 shows them ("evidence.lockDays" in the policy has them locked from the
start), and unless there is a snapshot of every volume that would be deleted.
Interrupted after EC2 has accepted, the instance ends by itself, and quarantine
release does the rest.

` + actions(`cloudformation:DescribeStacks on the stack; dynamodb:GetItem,
dynamodb:Query, dynamodb:UpdateItem and dynamodb:PutItem on the table;
ec2:DescribeInstances, ec2:DescribeInstanceAttribute, ec2:DescribeSnapshots,
ec2:DescribeLockedSnapshots, ec2:ModifyInstanceAttribute and
ec2:TerminateInstances; states:StartExecution on the state machine;
states:GetExecutionHistory on its executions. With --here, instead of those of
Step Functions: %s; dynamodb:DeleteItem and dynamodb:ConditionCheckItem on the
table.`, listed(register.Undoing()))
}

// Run terminates.
func (t terminateCommand) Run(ctx context.Context, s streams) error {
	release := releaseCommand{accountFlags: t.accountFlags, Here: t.Here, Machine: t.Machine}
	if strings.TrimSpace(string(t.Reason)) == "" {
		return usage("--reason is empty: it goes on record")
	}
	c, err := t.connect(ctx, s)
	if err != nil {
		return err
	}
	if err := c.locate(ctx, release.need()); err != nil {
		return err
	}
	in, err := c.ledger.Incident(ctx, t.Incident)
	if err != nil {
		return c.explain(err)
	}
	if r := in.Resource; r.AccountID != c.aws.account || r.Region != c.aws.region && !kinds.Of(r.Kind).Global {
		return usage("%s is in account %s, %s, and these credentials are for account %s, %s", r.ID, r.AccountID, r.Region, c.aws.account, c.aws.region)
	}
	word := termination.Termination{Fleet: ec2.New(c.aws.ec2), Ledger: c.ledger, Clock: quarantine.SystemClock{}, By: c.aws.identity, Reason: string(t.Reason), At: c.place()}
	plan, err := t.planned(ctx, c, word, in)
	if err != nil {
		return err
	}
	if err := confirm(c.s, t.Yes, "use --yes to terminate without a question"); err != nil {
		return err
	}
	c.st.Heading(c.s.out, "What happens")
	c.say(2, "%s is terminated.", in.Resource.ID)
	if err := word.Run(ctx, plan); err != nil {
		return err
	}
	c.say(2, "EC2 shows it as terminated. What else the incident holds is released.")
	arn, last, err := c.runRelease(ctx, cmp.Or(t.Machine, c.deployed.Release), t.Here, order{incident: in.ID, reason: "terminated: " + string(t.Reason)})
	if err != nil {
		return fmt.Errorf("the instance is terminated, and the rest is not released (%s): %w", c.command("release", in.ID), err)
	}
	return c.ended(arn, last, "the release", c.printer().Release)
}

// planned shows what a termination would do, unless it is refused.
func (t terminateCommand) planned(ctx context.Context, c *onCall, word termination.Termination, in quarantine.Incident) (termination.Plan, error) {
	plan, err := word.Plan(ctx, in)
	switch {
	case quarantine.Is(err, quarantine.BadRequest), quarantine.Is(err, quarantine.InstanceGone):
		return plan, usage("%w", err)
	case err != nil:
		return plan, err
	}
	if err := c.undecidedRelease(in.Questions); err != nil {
		return plan, err
	}
	c.title()
	c.st.Heading(c.s.out, fmt.Sprintf("Termination of %s: %s", in.ID, kinds.Named(in.Resource, in.Holds)))
	for _, line := range plan.Lines() {
		c.colored(c.st.Warn, 2, line)
	}
	return plan, nil
}
