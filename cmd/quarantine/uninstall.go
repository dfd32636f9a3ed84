package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// uninstallCommand is quarantine uninstall.
type uninstallCommand struct {
	Stack          string         `required:"" placeholder:"NAME" help:"The stack's name, or its ARN."`
	ReleaseAll     bool           `help:"Release every open incident; without it, an open incident stops this."`
	Reason         command.Reason `placeholder:"TEXT" help:"Why; it goes on record with each release. Needed with --release-all."`
	DeleteLedger   bool           `help:"Delete the ledger's table, too: every record of every incident. It asks for the table's name, but not with --yes."`
	DeleteEvidence bool           `help:"Delete the snapshots that the ledger lists, too. It asks for the stack's name, whatever --yes says."`
	Wait           time.Duration  `default:"10m" help:"How long executions that run may take to end before they are stopped."`
	Table          string         `placeholder:"NAME" help:"The ledger's table, where the stack was deleted more than 90 days ago."`
	Profile        string         `placeholder:"NAME" help:"The profile of the AWS configuration; without it that of AWS_PROFILE, or the default."`
	Region         string         `placeholder:"REGION" help:"The region; without it that of the stack's ARN or of the AWS configuration."`
	Endpoint       string         `name:"endpoint-url" placeholder:"URL" help:"Talk to this endpoint instead of AWS's own, for example a local one for tests."`
	Yes            bool           `short:"y" help:"Do not ask."`
	DryRun         bool           `name:"dry-run" help:"Stop at the plan: nothing is changed."`
	JSON           bool           `name:"json" help:"Print one object with what was done and what is left; the rest goes to stderr."`
}

// Help is shown by quarantine uninstall --help.
func (uninstallCommand) Help() string {
	return `For example:

    quarantine uninstall --stack quarantine --dry-run
    quarantine uninstall --stack quarantine

It refuses while an incident is open, unless it is told to release all. One that
failed and holds nothing, and whose instance EC2 says is gone, it closes. Then it
releases, waits for executions that run, removes what measures made that nothing
uses, deletes the stack and follows that to its end, looks once more for what a
finding cut until the rule was gone, removes the rest of what measures made, and
deletes the packaging bucket. It keeps
the ledger and the snapshots unless told otherwise, and lists what it leaves
behind. A subnet that somebody changed by hand is left as it is, and listed.

Interrupted, or stopped by an error, it goes on from there when it is run again,
also after the stack is gone.

The table has to be the stack's ledger: its tag quarantine:stack names the stack.
It is kept for as long as a subnet is cut off or a thing is held.

` + actions(`cloudformation:DescribeStacks, cloudformation:ListStacks,
cloudformation:ListStackResources, cloudformation:DescribeStackEvents and
cloudformation:DeleteStack, with what deleting each of its resources takes, unless
the stack has a service role; dynamodb:DescribeTable,
dynamodb:ListTagsOfResource, dynamodb:Scan, dynamodb:Query and dynamodb:GetItem on
the table, and where there is an incident to close or to release
dynamodb:UpdateItem, dynamodb:PutItem, dynamodb:DeleteItem and
dynamodb:ConditionCheckItem; ec2:DescribeInstances,
ec2:DescribeSnapshots, %s; states:ListExecutions, states:DescribeExecution and
states:StopExecution; s3:ListAllMyBuckets, s3:GetBucketTagging,
s3:ListBucketVersions, s3:DeleteObject, s3:DeleteObjectVersion and
s3:DeleteBucket. With --release-all also states:StartExecution,
states:GetExecutionHistory and states:SendTaskSuccess, and for what is released
after the stack is gone %s. With --delete-ledger also
dynamodb:UpdateTable and dynamodb:DeleteTable. With --delete-evidence also
ec2:DeleteSnapshot.`, listed(register.Removing()), listed(register.Undoing()))
}

// Run uninstalls.
func (u uninstallCommand) Run(ctx context.Context, s streams) error {
	if u.ReleaseAll && u.Reason == "" {
		return usage("--release-all needs --reason TEXT: it goes on record with each release")
	}
	flags := accountFlags{Stack: u.Stack, Table: u.Table, Profile: u.Profile, Region: u.Region, Endpoint: u.Endpoint, JSON: u.JSON}
	c, err := flags.connect(ctx, s)
	if err != nil {
		return err
	}
	c.title()
	work := u.uninstaller(c)
	plan, err := work.Look(ctx)
	if err != nil {
		return u.explain(c, err)
	}
	c.Table = plan.Table
	c.showPlan(u, plan)
	if u.DryRun {
		return errors.Join(c.planned(plan), work.Refusal(plan))
	}
	if err := work.Refusal(plan); err != nil {
		return err
	}
	if err := u.agree(c.s, plan, askTerminal); err != nil {
		return err
	}
	c.st.Heading(c.s.out, "What happens")
	report, err := work.Run(ctx, plan)
	if _, cut := errors.AsType[*uninstall.CutOffError](err); err == nil || cut {
		c.showDone(report)
	}
	if u.JSON {
		err = errors.Join(err, writeJSON(c.json.out, report))
	}
	return err
}

// explain gives what Look answers the exit code that goes with it.
func (u uninstallCommand) explain(c *onCall, err error) error {
	if _, none := errors.AsType[*cloudformation.NoStackError](err); none {
		return usage("there is no stack %s in account %s, %s, and none of that name was deleted within 90 days. "+
			"Where the stack is gone, name its ledger: --table NAME", u.Stack, c.aws.account, c.aws.region)
	}
	for _, wrong := range []any{new(*uninstall.NotProductStackError), new(*uninstall.TableError), new(*uninstall.NotLedgerError), new(*uninstall.NamesakeError)} {
		if errors.As(err, wrong) {
			return usage("%w", err)
		}
	}
	return c.explain(err)
}

// agree asks for everything that there is to ask before anything is changed.
func (u uninstallCommand) agree(s streams, p *uninstall.Plan, ask func(streams, string) (string, error)) error {
	if err := confirm(s, u.Yes, "use --yes to go on without a question, or --dry-run to stop here"); err != nil {
		return err
	}
	if u.DeleteLedger && p.Ledger != nil && !u.Yes {
		if err := typed(s, ask, "Deleting the ledger deletes every record of every incident. Type the table's name", p.Table); err != nil {
			return err
		}
	}
	if u.DeleteEvidence {
		return typed(s, ask, fmt.Sprintf("Evidence is deleted for good (snapshots: %d). Type the stack's name", len(p.Snapshots.OnRecord)), p.Stack.Name)
	}
	return nil
}
