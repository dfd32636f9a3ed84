package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/preflight/account"
	"github.com/ec2-quarantine/quarantine/internal/preflight/show"
)

// preflightCommand is quarantine preflight.
type preflightCommand struct {
	accountFlags `embed:""`

	VPC     []string      `name:"vpc" placeholder:"ID,..." help:"Look at these VPCs alone, and try powers on what is in the first of them. Without it: wherever the region has instances."`
	Policy  string        `placeholder:"FILE" help:"Where nothing is deployed: the policy that says which instances are exempt or asked about; without it the default one. A stack has its own."`
	All     bool          `help:"Print each check, also where a part has many that are green or say the same."`
	Timeout time.Duration `default:"5m" placeholder:"5m" help:"How long it may take."`
}

// Help is shown by quarantine preflight --help.
func (preflightCommand) Help() string {
	return `For example:

    quarantine preflight --stack quarantine --region eu-west-1
    quarantine preflight --vpc vpc-0a1b2c3d4e5f60718
    quarantine preflight --policy mine.yaml --json

It finds out before it counts whether a containment would work: detector, rule, dead
letters, subscribers, alarms, page, quotas, networks, and every call of every
function, which each tries under its own role with DryRun. It changes nothing, and
says what to do about each thing that is not well. Where nothing is deployed, it
does the same with your own credentials, as respond would.

Green means: these roles, on these ids, at this moment, and no more.

` + actions(`cloudformation:DescribeStacks on the stack; states:StartExecution on the state machine;
states:GetExecutionHistory on its executions. Where nothing is deployed, what respond
needs, which is tried: %s; ec2:DescribeVolumes, ec2:DescribeSnapshots, ec2:CreateSnapshots,
ec2:GetConsoleOutput, ec2:GetConsoleScreenshot, ec2:LockSnapshot and
ec2:DescribeLockedSnapshots; dynamodb:GetItem and dynamodb:Query on the table; and for the
account's checks guardduty:ListDetectors, guardduty:GetDetector,
servicequotas:GetServiceQuota, servicequotas:GetAWSDefaultServiceQuota,
iam:GetAccountAuthorizationDetails, iam:GetInstanceProfile, iam:GetRole and
iam:SimulatePrincipalPolicy. What is denied is told as red or as not known.`, listed(tried()))
}

// tried are the actions of all measures: what is tried is every function's.
func tried() []string {
	return register.Taking(measure.Network, measure.Instance, measure.Scaling, measure.Identity)
}

// vpcID is the form of a VPC's id.
var vpcID = regexp.MustCompile(`^vpc-[0-9a-f]{8,17}$`)

const thePreflight = "the preflight"

// preflighted is what --json prints.
type preflighted struct {
	Execution string `json:"executionArn"`
	// Stack is "" where nothing is deployed, and what only a stack has is not checked.
	Stack string `json:"stack,omitempty"`
	preflight.Report
}

// Run runs a preflight.
func (p preflightCommand) Run(ctx context.Context, s streams) error {
	for _, id := range p.VPC {
		if !vpcID.MatchString(id) {
			return usage("--vpc %s: that is no VPC's id, which is vpc- and hexadecimal digits", id)
		}
	}
	if len(p.VPC) > account.MostVPCs {
		return usage("--vpc names %d VPCs: a report has room for %d", len(p.VPC), account.MostVPCs)
	}
	if p.Timeout <= 0 {
		return usage("--timeout %s: it has to have some time", p.Timeout)
	}
	c, err := p.connect(ctx, s)
	if err != nil {
		return err
	}
	if err := c.locate(ctx, ledgerAndMachines); err != nil {
		return err
	}
	if c.deployed.Stack != "" && p.Policy != "" {
		return usage("--policy: the stack %s has its own policy, by which its preflight judges", c.deployed.Stack)
	}
	policy, err := readPolicy(p.Policy, s.in)
	if err != nil {
		return err
	}
	if c.deployed.Preflight == "" {
		return usage("the stack %s is of a release without a preflight: update it, and run this again", c.deployed.Stack)
	}
	c.title()
	c.st.Heading(c.s.out, "What happens")
	arn, last, err := p.execute(ctx, c, policy)
	if err != nil {
		return err
	}
	return p.report(c, arn, last)
}

// execute runs the definition, deployed or from this computer, to the event that ends it.
func (p preflightCommand) execute(ctx context.Context, c *onCall, policy *triage.Policy) (string, history.Event, error) {
	input, err := json.Marshal(map[string]any{"vpcs": append([]string{}, p.VPC...)})
	if err != nil {
		return "", history.Event{}, err
	}
	within, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	name := "preflight-" + time.Now().UTC().Format("20060102T150405.000")
	var arn string
	var last history.Event
	if c.deployed.Stack == "" {
		arn, last, err = c.preflightHere(within, policy, name, input)
	} else {
		arn, last, err = c.execute(within, thePreflight, "", c.deployed.Preflight, name, input)
	}
	if errors.Is(within.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		err = fmt.Errorf("the preflight has not ended after %s (--timeout): %w", p.Timeout, err)
	}
	return arn, last, err
}

// ofUnreadTable tells whether a check is about a call to the ledger's table that had no answer.
func ofUnreadTable(c preflight.Check) bool {
	return c.State == preflight.Unknown && c.ID == preflight.Power && strings.Contains(c.Subject, " dynamodb:")
}

// report prints what came of it. The exit code is the report's state.
func (p preflightCommand) report(c *onCall, arn string, last history.Event) error {
	if err := outcomeOf(thePreflight, last); err != nil {
		return err
	}
	out := preflighted{Execution: arn, Stack: c.deployed.Stack}
	if last.ExecutionSucceeded == nil || json.Unmarshal([]byte(last.ExecutionSucceeded.Output), &out.Report) != nil || out.State == "" {
		return fmt.Errorf("the preflight ended without a report: see %s", c.command("history", arn))
	}
	show.Printer{W: c.s.out, Style: c.st, Every: p.All, Caller: out.Stack == ""}.Report(out.Report)
	if out.Stack == "" {
		c.say(2, "Left out, because nothing is deployed: %s.", account.LeftOut)
		if slices.ContainsFunc(out.Checks, ofUnreadTable) {
			c.say(2, "If there is no table %s, respond makes it when it first runs; what is of it is not known until then.", c.Table)
		}
	}
	if c.JSON {
		if err := writeJSON(c.json.out, out); err != nil {
			return err
		}
	}
	switch out.State {
	case preflight.Green:
		return nil
	case preflight.Red:
		return &exitError{code: exitUsage, err: errors.New("the preflight is " + show.Summary(out.Report))}
	}
	return &exitError{code: exitFailed, err: errors.New("the preflight is " + show.Summary(out.Report))}
}
