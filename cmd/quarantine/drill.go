package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// drillCommand is quarantine drill.
type drillCommand struct {
	Stack          string        `placeholder:"NAME" help:"The deployed stack (infra/template.yaml), by name or ARN. Without it QUARANTINE_STACK, the configuration file, or quarantine."`
	Clean          bool          `help:"Remove what an interrupted drill has left, and start none."`
	LeaveSnapshots bool          `name:"leave-snapshots" help:"Leave the drill's snapshots, and name them: for where you may not unlock them."`
	Flows          bool          `help:"Measure whether tracked flows end with a shorter idle timeout, too: it takes four minutes more, and changes the drill's own interface and security group."`
	TryRole        string        `name:"try-role" placeholder:"ARN" help:"A role that you may assume and that may replace associations of network ACLs: by it is measured which ACL that is authorised on. An IAM user needs none."`
	URL            string        `name:"url" placeholder:"URL" help:"The page to ask for; without it that of the instance."`
	Timeout        time.Duration `default:"45m" help:"How long to follow it in all, from the finding to the evidence."`
	Out            string        `placeholder:"FILE" help:"Write the receipt to a file, too, as JSON."`
	Yes            bool          `short:"y" help:"Do not ask."`
	Profile        string        `placeholder:"NAME" help:"The profile of the AWS configuration; without it that of AWS_PROFILE, or the default."`
	Region         string        `placeholder:"REGION" help:"The region; without it that of the stack's ARN or of the AWS configuration."`
	Endpoint       string        `name:"endpoint-url" placeholder:"URL" help:"Talk to this endpoint instead of AWS's own, for example a local one for tests."`
	JSON           bool          `name:"json" help:"Print the receipt as one JSON object; the rest goes to stderr."`
}

// Help is shown by quarantine drill --help.
func (drillCommand) Help() string {
	return `For example:

    quarantine drill
    quarantine drill --stack quarantine --out receipt.json
    quarantine drill --clean

It makes a stack of its own (infra/demo.yaml) with a VPC and a small instance,
starts the deployed state machine with a finding about that instance, and follows
the cut, the evidence and the release, from outside and from inside. It measures
what no document settles, prints a receipt with the times, and removes everything:
the snapshots, which it unlocks, and the stack. docs/drill.md has it in detail.

It is told to the people who are told of real incidents. The ledger has the
instance as a drill's, and so the messages say DRILL; nothing in an event does
that. It touches no instance but the one that its own stack made.

Interrupted, it leaves what is there, and --clean removes that. It costs a few cents.

` + actions(`cloudformation:CreateStack, cloudformation:DescribeStacks,
cloudformation:ListStackResources, cloudformation:DescribeStackEvents and
cloudformation:DeleteStack, with what creating and deleting the resources of
infra/demo.yaml takes (ssm:GetParameters and actions of ec2); dynamodb:GetItem,
dynamodb:Query, dynamodb:Scan and dynamodb:UpdateItem on the table, and
dynamodb:DeleteItem, dynamodb:PutItem and dynamodb:ConditionCheckItem where a
question is to be answered; states:StartExecution and states:DescribeStateMachine
on the state machines, states:GetExecutionHistory on their executions, and
states:SendTaskSuccess where a question is to be answered; %s;
ec2:GetConsoleOutput, ec2:UnlockSnapshot, ec2:DeleteSnapshot and %s; logs:FilterLogEvents
on the state machine's log group. What is measured of network ACLs takes
ec2:ReplaceNetworkAclAssociation, which is tried and not done, and
sts:GetFederationToken or, with --try-role, sts:AssumeRole; what --flows measures
takes ec2:ModifyNetworkInterfaceAttribute, ec2:RevokeSecurityGroupIngress and
ec2:AuthorizeSecurityGroupIngress.`, listed(register.Cut().Reading()), listed(register.Removing()))
}

// drillRun is one run of it.
type drillRun struct {
	drillCommand
	*onCall
	drill *drill.Drill
	fleet *ec2.Client

	stack   cloudformation.Stack // the drill's own
	check   *democheck.Check
	receipt drill.Receipt
}

// Run drills, or removes what a drill has left.
func (d drillCommand) Run(ctx context.Context, s streams) error {
	r, err := d.open(ctx, s)
	if err != nil {
		return err
	}
	found, err := r.drill.Found(ctx)
	if err != nil {
		return r.explain(err)
	}
	r.title()
	if d.Clean {
		return r.clean(ctx, found)
	}
	if found != nil {
		return usage("the stack %s of a drill of before is there, %s: another run is at it, or it was interrupted; this removes it: %s", found.Name, found.Status, r.cleaning())
	}
	out, err := d.receiptFile()
	if err != nil {
		return err
	}
	defer out.discard()
	r.intro()
	if err := confirm(r.s, r.Yes, "use --yes to start the drill without a question"); err != nil {
		return err
	}
	r.st.Heading(r.s.out, "What happens (minutes:seconds)")
	return r.conclude(r.course(ctx), out)
}

// intro says what a drill does, what it costs, and whom it reaches.
func (r *drillRun) intro() {
	r.st.Heading(r.s.out, "Drill of "+r.deployed.Stack)
	r.say(2, "The stack %s is made, with a VPC and an instance of its own: a t4g.micro with a public address and 8 GiB, for about a quarter of an hour. With a snapshot, that is a few cents.", r.drill.Stack())
	r.say(2, "%s gets a finding about that instance. If the policy says so, the instance is cut off, snapshots are taken and locked, and then it is released.", r.aws.states("stateMachine", r.deployed.Contain))
	r.say(2, "The people who are told of real incidents are told of this one: the messages say DRILL.")
	r.say(2, "At the end the snapshots are unlocked and deleted, and the stack is deleted. The ledger keeps the incident.")
}

// course drills, and then removes everything, unless it is interrupted.
func (r *drillRun) course(ctx context.Context) error {
	problem := r.try(ctx)
	r.remember(context.WithoutCancel(ctx))
	switch _, others := errors.AsType[*cloudformation.StackExistsError](problem); {
	case others: // another drill has begun meanwhile: what stands is its
		return usage("%w: another drill has begun, or was interrupted; this removes it: %s", problem, r.cleaning())
	case ctx.Err() != nil:
		return r.interrupted()
	}
	r.st.Heading(r.s.out, "Removal")
	removed, err := r.drill.Remove(ctx)
	r.receipt.Removed = &removed
	if ctx.Err() != nil {
		return r.interrupted()
	}
	return errors.Join(r.explain(problem), r.unremoved(err))
}

// interrupted says what removes what stands.
func (r *drillRun) interrupted() error {
	return fmt.Errorf("interrupted: what was made for the drill stands, and costs; this removes it: %s", r.cleaning())
}

// unremoved is nil where everything is removed.
func (r *drillRun) unremoved(err error) error {
	if err == nil {
		return nil
	}
	if _, not := errors.AsType[*drill.NotOwnError](err); not {
		return usage("%w", err)
	}
	if _, kept := errors.AsType[*drill.KeptSnapshotsError](err); kept {
		return fmt.Errorf("not everything is removed: %w. Once you may delete them, it goes on from there: %s; or else leave them, and remove the rest: %s",
			err, r.cleaning(), r.command("drill", "--clean", "--leave-snapshots"))
	}
	return fmt.Errorf("not everything is removed: %w. It goes on from there: %s", r.explain(err), r.cleaning())
}

// clean removes what a drill has left.
func (r *drillRun) clean(ctx context.Context, found *cloudformation.Stack) error {
	if found == nil {
		r.say(0, "There is nothing to remove: there is no stack %s.", r.drill.Stack())
		return r.printJSON(drill.Removed{})
	}
	r.st.Heading(r.s.out, "Removal of a drill")
	r.say(2, "The stack %s (%s), the incidents of its instance that are open, their snapshots, and what measures made in its VPC.", found.Name, found.Status)
	if err := confirm(r.s, r.Yes, "use --yes to remove it without a question"); err != nil {
		return err
	}
	removed, err := r.drill.Remove(ctx)
	if ctx.Err() != nil {
		return r.interrupted()
	}
	r.removed(removed)
	return errors.Join(r.unremoved(err), r.printJSON(removed))
}

func (r *drillRun) printJSON(v any) error {
	if !r.JSON {
		return nil
	}
	return writeJSON(r.json.out, v)
}

// cleaning is the command that removes what a drill of this deployment made.
func (r *drillRun) cleaning() string { return r.command("drill", "--clean") }
