package main

import (
	"context"
	"errors"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// demoCheckCommand is quarantine demo-check.
type demoCheckCommand struct {
	Stack      string        `placeholder:"NAME" help:"The deployed stack (infra/template.yaml), by name or ARN. Without it QUARANTINE_STACK, the configuration file, or quarantine."`
	Demo       string        `default:"quarantine-demo" help:"The name of the demo's stack (infra/demo.yaml)."`
	URL        string        `name:"url" placeholder:"URL" help:"The page to ask for; without it the demo's output WebUrl."`
	Timeout    time.Duration `default:"45m" help:"How long to follow it in all."`
	FindingNow bool          `name:"finding-now" xor:"way" help:"Do not wait for GuardDuty: start the state machine with a synthetic finding. Asks first."`
	Released   bool          `xor:"way" help:"Follow the release instead: wait for it, and see that everything is back."`
	Yes        bool          `short:"y" help:"Do not ask."`
	Profile    string        `placeholder:"NAME" help:"The profile of the AWS configuration; without it that of AWS_PROFILE, or the default."`
	Region     string        `placeholder:"REGION" help:"The region; without it that of the stack's ARN or of the AWS configuration."`
	Endpoint   string        `name:"endpoint-url" placeholder:"URL" help:"Talk to this endpoint instead of AWS's own, for example a local one for tests."`
	JSON       bool          `name:"json" help:"Print JSON; the rest goes to stderr."`
}

// Help is shown by quarantine demo-check --help.
func (demoCheckCommand) Help() string {
	return `For example:

    quarantine demo-check --stack quarantine --demo quarantine-demo
    quarantine demo-check --finding-now
    quarantine demo-check --released

It follows the demo's instance through a quarantine and times each step: the page
answers, the finding is on record, the subnet is cut off, the page
does not answer any more, the evidence is complete. Then it prints the evidence
and how to release. docs/demo.md has the whole walk.

GuardDuty takes minutes to report what the demo does, up to half an hour.
--finding-now puts a drill on record and starts the stack's state machine with a
finding. That really cuts the demo's subnet off, as GuardDuty's would, and messages
say DRILL. It refuses an instance that is not the demo's. "quarantine drill" does
all of that on an instance of its own, and removes it.

Without --finding-now it changes nothing. Interrupted, it can be run again and
goes on from what is on record.

` + actions(`cloudformation:DescribeStacks; %s; dynamodb:GetItem and dynamodb:Query
on the table. With --finding-now also dynamodb:UpdateItem on the table,
states:StartExecution on the state machine and states:GetExecutionHistory on its
executions.`, listed(register.Cut().Reading()))
}

// demoRun is one run of it.
type demoRun struct {
	demoCheckCommand
	*onCall
	demo     democheck.Demo
	fleet    *ec2.Client
	instance quarantine.Instance
	stack    cloudformation.Stack // the demo's
	check    *democheck.Check
}

// checked is what --json prints.
type checked struct {
	democheck.Report
	// Record is everything on record of the incident; nil where there is none.
	Record *oncall.Record `json:"record,omitempty"`
	// Problem says why the last step was not seen, and what to look at.
	Problem string `json:"problem,omitempty"`
}

// Run follows the demo.
func (d demoCheckCommand) Run(ctx context.Context, s streams) error {
	r, err := d.open(ctx, s)
	if err != nil {
		return err
	}
	r.intro()
	follow := r.check.Follow
	switch {
	case d.Released:
		follow = r.check.Return
	case d.FindingNow:
		if err := r.prepareDrill(); err != nil {
			return err
		}
	}
	r.st.Heading(r.s.out, "What happens (minutes:seconds since the start)")
	report, err := follow(ctx)
	return r.conclude(context.WithoutCancel(ctx), report, err)
}

// intro says what is followed.
func (r *demoRun) intro() {
	r.title()
	r.st.Heading(r.s.out, "Demo "+r.demo.Stack)
	r.say(2, "%s, %s, in %s of %s", named(r.instance), r.instance.State, r.demo.SubnetID, r.demo.VPCID)
	r.say(2, "page %s", r.demo.URL)
	r.say(2, "ledger %s", r.Table)
}

// conclude prints what was seen and what is on record, and gives the exit code.
func (r *demoRun) conclude(ctx context.Context, report democheck.Report, problem error) error {
	out := checked{Report: report}
	if problem != nil {
		out.Problem = r.explain(problem).Error()
	}
	if report.Incident != "" {
		record, err := r.ledger.Incident(ctx, report.Incident)
		if err != nil && problem == nil {
			return r.explain(err)
		}
		if err == nil {
			full := oncall.NewRecord(record)
			out.Record = &full
		}
	}
	r.outcome(out)
	if r.JSON {
		if err := writeJSON(r.json.out, out); err != nil {
			return err
		}
	}
	if errors.Is(problem, democheck.ErrNoIncident) {
		return usage("%w", problem)
	}
	return r.explain(problem)
}
