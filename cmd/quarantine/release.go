package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/sfn/executions"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/story"
	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// releaseCommand is quarantine release.
type releaseCommand struct {
	accountFlags `embed:""`

	Incident   string         `arg:"" name:"INCIDENT" help:"The incident's id, for example from quarantine list."`
	Reason     command.Reason `required:"" placeholder:"TEXT" help:"Why; it goes on record and into the messages."`
	FalseAlarm bool           `help:"The incident's findings were a false alarm: for a time, a person is asked about the same types of finding on this resource instead of cutting it. Other types still cut. Also for an incident that is released already."`
	For        string         `placeholder:"TIME" help:"How long --false-alarm holds, in hours or days, such as 12h or 7d: 7d without it, 90d at most; 0 ends it."`
	Yes        bool           `short:"y" help:"Do not ask."`
	Here       bool           `help:"Run the definition and the handler from here, for a team that has deployed nothing."`
	Machine    string         `name:"state-machine" placeholder:"NAME" help:"The name of the state machine that releases, instead of the stack's."`
}

// Help is shown by quarantine release --help.
func (releaseCommand) Help() string {
	return `For example:

    quarantine release inc-20260115-a749daa8d1 --reason "the host was rebuilt"
    quarantine release inc-20260115-a749daa8d1 --reason "our own scanner" --false-alarm --for 14d
    quarantine release inc-20260115-a749daa8d1 --reason "it moved" --false-alarm --for 0

It puts back what stood on the incident's subnets, except where another incident
holds them or somebody has changed them, and follows that to its end. Releasing
twice is harmless. While a person is being asked whether to release the incident,
it refuses: the answer to that question decides.

GuardDuty repeats a finding for hours. A finding of the instance whose activity ended
before the release is told and not cut; what comes after is cut again, unless
--false-alarm says to ask. "quarantine list --false-alarms" shows what is asked about, by
whose word and until when.

` + releaseActions()
}

func releaseActions() string {
	return actions(`cloudformation:DescribeStacks on the stack; dynamodb:GetItem and
dynamodb:Query on the table; states:StartExecution on the state machine;
states:GetExecutionHistory on its executions. With --here, instead of those of
Step Functions: %s; dynamodb:UpdateItem, dynamodb:PutItem,
dynamodb:DeleteItem and dynamodb:ConditionCheckItem on the table.`, listed(register.Undoing()))
}

// released is what --json prints.
type released struct {
	Execution string              `json:"executionArn"`
	Status    history.Status      `json:"status"`
	Error     string              `json:"error,omitempty"`
	Cause     string              `json:"cause,omitempty"`
	Release   *quarantine.Release `json:"release,omitempty"`
}

// Run releases.
func (r releaseCommand) Run(ctx context.Context, s streams) error {
	until, err := r.falseAlarmUntil(time.Now())
	if err != nil {
		return err
	}
	c, err := r.connect(ctx, s)
	if err != nil {
		return err
	}
	if err := c.locate(ctx, r.need()); err != nil {
		return err
	}
	in, err := c.ledger.Incident(ctx, r.Incident)
	if err != nil {
		return c.explain(err)
	}
	c.title()
	c.st.Heading(c.s.out, fmt.Sprintf("Release of %s: %s", in.ID, kinds.Named(in.Resource, in.Holds)))
	c.printer().Asked(in.Questions)
	c.printer().Quarantine(in)
	if err := c.undecidedRelease(in.Questions); err != nil {
		return err
	}
	if in.NeverCut() {
		return usage("nothing of %s was cut: there is nothing to release", in.ID)
	}
	if err := confirm(c.s, r.Yes, "use --yes to release without a question"); err != nil {
		return err
	}
	c.st.Heading(c.s.out, "What happens")
	arn, last, err := c.runRelease(ctx, cmp.Or(r.Machine, c.deployed.Release), r.Here, order{incident: in.ID, reason: string(r.Reason), falseAlarmUntil: until})
	if err != nil {
		return err
	}
	return c.ended(arn, last, "the release", c.printer().Release)
}

// need is what the release takes from the deployment.
func (r releaseCommand) need() need {
	if r.Here || r.Machine != "" {
		return ledgerOnly
	}
	return ledgerAndMachines
}

// sevenDays is how long --false-alarm holds without --for.
const sevenDays = "7d"

// falseAlarmUntil is the end of what --false-alarm says; zero without it.
func (r releaseCommand) falseAlarmUntil(now time.Time) (time.Time, error) {
	switch {
	case !r.FalseAlarm && r.For != "":
		return time.Time{}, usage("--for says how long --false-alarm holds: give both")
	case !r.FalseAlarm:
		return time.Time{}, nil
	case r.For == "0":
		return now.UTC(), nil
	}
	d, err := quarantine.ParsePeriod(cmp.Or(r.For, sevenDays))
	if err != nil || d <= 0 || d > quarantine.LongestFalseAlarm {
		return time.Time{}, usage("--for %s: a time in hours or days such as 12h or 7d, 90d at most, or 0 to end it", r.For)
	}
	return now.Add(d).UTC(), nil
}

// order is what a person wants released, and why.
type order struct {
	incident, reason string
	falseAlarmUntil  time.Time // zero says nothing
	narrow           bool      // give back the subnets alone
}

// runRelease runs the release definition for an incident, deployed or from this
// computer, and gives its execution and the event that ended it.
func (c *onCall) runRelease(ctx context.Context, machine string, here bool, o order) (string, history.Event, error) {
	input, err := json.Marshal(struct {
		Incident        string    `json:"incident"`
		Reason          string    `json:"reason"`
		By              string    `json:"by"`
		FalseAlarmUntil time.Time `json:"falseAlarmUntil,omitzero"`
		Narrow          bool      `json:"narrow,omitzero"`
	}{o.incident, o.reason, c.aws.identity, o.falseAlarmUntil, o.narrow})
	if err != nil {
		return "", history.Event{}, err
	}
	start := c.there
	if here {
		start = c.here
	}
	return start(ctx, machine, o.incident+"-"+time.Now().UTC().Format("20060102T150405"), input)
}

// outcomeOf is the error of what did not succeed.
func outcomeOf(what string, last history.Event) error {
	status := last.Status()
	if status == history.StatusSucceeded {
		return nil
	}
	problem := cmp.Or(last.ExecutionProblem(), &history.Problem{})
	return fmt.Errorf("%s %s: %s: %s", what, status, cmp.Or(problem.Error, "no error is given"), problem.Cause)
}

// undecidedRelease refuses while an execution asks a person whether to release
// the incident: that would still wait, or release a second time, after this one.
func (c *onCall) undecidedRelease(questions []quarantine.ApprovalRequest) error {
	for _, q := range questions {
		if q.Purpose == quarantine.PurposeRelease && q.Status == quarantine.RequestPending {
			return usage("a person is being asked about this very release: %s (or deny) decides it", c.command("approve", q.ID))
		}
	}
	return nil
}

// there starts the deployed state machine and follows its execution to the
// event that ends it.
func (c *onCall) there(ctx context.Context, machine, name string, input json.RawMessage) (string, history.Event, error) {
	return c.execute(ctx, "the release", " or its machine with --state-machine, or use --here to release from this computer", machine, name, input)
}

// execute starts a deployed state machine, and follows its execution to the event that ends it. otherwise
// is what else than naming another stack can be done where there is no such machine.
func (c *onCall) execute(ctx context.Context, what, otherwise, machine, name string, input json.RawMessage) (string, history.Event, error) {
	arn := c.aws.states("stateMachine", machine)
	started, err := c.aws.sfn.StartExecution(ctx, &awssfn.StartExecutionInput{StateMachineArn: &arn, Name: &name, Input: aws.String(string(input))})
	if _, missing := errors.AsType[*types.StateMachineDoesNotExist](err); missing {
		return "", history.Event{}, usage("there is no state machine %s in account %s, %s: name the deployed stack with --stack%s",
			machine, c.aws.account, c.aws.region, otherwise)
	}
	if err != nil {
		return "", history.Event{}, fmt.Errorf("%s could not be started: %w", what, err)
	}
	last, err := c.follow(ctx, *started.ExecutionArn)
	if err != nil {
		err = fmt.Errorf("%s goes on, but cannot be followed (%s): %w", what, c.command("history", *started.ExecutionArn), err)
	}
	return *started.ExecutionArn, last, err
}

// pollEvery is how often an execution is looked at.
const pollEvery = time.Second

// follow prints the states as they are entered, and gives the event that ends
// the execution.
func (c *onCall) follow(ctx context.Context, arn string) (history.Event, error) {
	told := story.NewProgress(c.s.out, c.st)
	for {
		events, err := executions.History(ctx, c.aws.sfn, arn)
		if err != nil {
			return history.Event{}, err
		}
		for _, e := range events {
			told.Event(e)
		}
		if n := len(events); n > 0 && events[n-1].Ends() {
			return events[n-1], nil
		}
		select {
		case <-ctx.Done():
			return history.Event{}, ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

// ended says what came of what was done, and gives the exit code.
func (c *onCall) ended(arn string, last history.Event, what string, print func(quarantine.Release)) error {
	out := released{Execution: arn, Status: last.Status(), Release: releaseIn(last)}
	if problem := last.ExecutionProblem(); problem != nil {
		out.Error, out.Cause = problem.Error, problem.Cause
	}
	if c.JSON {
		if err := writeJSON(c.json.out, out); err != nil {
			return err
		}
	}
	c.st.Heading(c.s.out, "Outcome")
	if out.Release != nil {
		print(*out.Release)
	}
	return outcomeOf(what, last)
}

// releaseIn is what an execution of the release has read back, from the event
// that ended it; nil if it did not come so far.
func releaseIn(last history.Event) *quarantine.Release {
	if last.ExecutionSucceeded == nil {
		return nil
	}
	var out struct{ Release *quarantine.Release }
	_ = json.Unmarshal([]byte(last.ExecutionSucceeded.Output), &out) // of another version's definition there is none
	return out.Release
}
