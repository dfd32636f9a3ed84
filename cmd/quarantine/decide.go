package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// decideFlags are what approve and deny have in common.
type decideFlags struct {
	accountFlags `embed:""`

	Request string         `arg:"" name:"REQUEST" help:"The request's id, for example from quarantine approvals."`
	Reason  command.Reason `placeholder:"TEXT" help:"Why; it goes on record with the decision."`
	Yes     bool           `short:"y" help:"Do not ask."`
}

const decideHelp = `For example:

    quarantine %s req-0123456789abcdef0123 --reason "the host was rebuilt"

The decision counts once, and carries your identity as STS GetCallerIdentity
gives it. What is decided is shown first. Where a decision is on record that the
state machine does not have, that one is handed over, whichever you ask for.

IAM actions: cloudformation:DescribeStacks on the stack; dynamodb:GetItem,
dynamodb:UpdateItem and dynamodb:DeleteItem on the table; states:SendTaskSuccess on the
state machine that asks.`

// approveCommand is quarantine approve.
type approveCommand struct {
	decideFlags `embed:""`
}

// Help is shown by quarantine approve --help.
func (approveCommand) Help() string { return fmt.Sprintf(decideHelp, "approve") }

// Run approves.
func (a approveCommand) Run(ctx context.Context, s streams) error { return a.decide(ctx, s, true) }

// denyCommand is quarantine deny.
type denyCommand struct {
	decideFlags `embed:""`
}

// Help is shown by quarantine deny --help.
func (denyCommand) Help() string { return fmt.Sprintf(decideHelp, "deny") }

// Run denies.
func (d denyCommand) Run(ctx context.Context, s streams) error { return d.decide(ctx, s, false) }

// decide shows the question, asks, and decides.
func (f decideFlags) decide(ctx context.Context, s streams, approve bool) error {
	c, err := f.open(ctx, s)
	if err != nil {
		return err
	}
	c.title()
	r, err := c.ledger.Request(ctx, f.Request)
	if err != nil {
		return c.explain(err)
	}
	c.sayDrill(c.drillOf(ctx, r.Resource, r.AskedAt))
	c.printer().Request(r, approve)
	waits := oncall.Undelivered(r)
	if r.Status == quarantine.RequestPending || waits {
		if err := confirm(c.s, f.Yes, "use --yes to decide without a question"); err != nil {
			return err
		}
	}
	decider := &approval.Decider{Approvals: c.ledger, Tasks: sfn.New(c.aws.sfn), Clock: quarantine.SystemClock{}, Log: slog.New(slog.DiscardHandler)}
	r, err = decider.Decide(ctx, f.Request, quarantine.Decision{Approve: approve, By: c.aws.identity, Via: "cli", Reason: string(f.Reason)})
	handed := "The state machine has it."
	if waits && quarantine.Is(err, quarantine.AlreadyDecided) && r.Delivered && r.Decision.Approve == approve {
		err, handed = nil, "That was on record, and is handed over now."
	}
	if err != nil {
		return c.undecided(r, waits, err)
	}
	if c.JSON {
		return writeJSON(c.json.out, oncall.Request(r))
	}
	fmt.Fprintln(c.s.out)
	c.say(0, "Done: %s. %s", oncall.Decided(r), handed)
	return nil
}

// undecided says what stands instead of the decision, and what became of it if
// it was waiting to be handed over.
func (c *onCall) undecided(r quarantine.ApprovalRequest, waits bool, err error) error {
	if quarantine.Is(err, quarantine.AlreadyDecided) && r.Decision != nil {
		handed := "the state machine has had that decision"
		switch {
		case !r.Delivered:
			handed = "the state machine does not have it yet"
		case waits:
			handed = "that decision is handed over now"
		}
		return fmt.Errorf("AlreadyDecided: the request was %s; a request is decided once, and %s", oncall.Decided(r), handed)
	}
	if name := quarantine.NameOf(err); name != quarantine.RequestGone && name != quarantine.BadRequest {
		return fmt.Errorf("%s: %w", name, err)
	}
	return c.explain(err)
}
