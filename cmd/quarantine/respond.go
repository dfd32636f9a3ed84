package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/outcome"
	"github.com/ec2-quarantine/quarantine/internal/history/story"
	"github.com/ec2-quarantine/quarantine/internal/history/table"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// respondCommand is quarantine respond.
type respondCommand struct {
	Event     string         `xor:"what" placeholder:"FILE" help:"The EventBridge event to respond to, or a finding as aws guardduty get-findings prints it; - is standard input."`
	FindingID string         `name:"finding" xor:"what" required:"" placeholder:"ID" help:"The finding to respond to, by its id or ARN: it is fetched from GuardDuty."`
	Instance  string         `xor:"what" placeholder:"i-..." help:"The instance to contain by your word, where no finding is: --reason says why."`
	Detector  string         `placeholder:"ID" help:"With --finding: the detector that has it; without it the region's."`
	Policy    string         `placeholder:"FILE" help:"The policy to judge by; without it the default one (see: quarantine policy)."`
	Stack     string         `placeholder:"NAME" help:"The deployed stack whose ledger has the incident, by name or ARN. Without it QUARANTINE_STACK, the configuration file, the stack quarantine, or nothing deployed."`
	Table     string         `placeholder:"NAME" help:"The ledger's DynamoDB table, instead of the stack's. Where nothing is deployed it is made if there is none; without it that is ${laptop_table}."`
	Topic     string         `placeholder:"ARN" help:"An SNS topic to tell, besides this terminal."`
	Profile   string         `placeholder:"NAME" help:"The profile of the AWS configuration; without it that of AWS_PROFILE, or the default."`
	Region    string         `placeholder:"REGION" help:"The instance's region; without it the finding's."`
	Endpoint  string         `name:"endpoint-url" placeholder:"URL" help:"Talk to this endpoint instead of AWS's own, for example a local one for tests."`
	Despite   bool           `name:"despite-other-ledger" help:"Go on where a subnet of the instance is under the quarantine ACL of another ledger: this one then has that as what stood there before."`
	Approve   bool           `help:"Answer with yes where the policy asks a person before this is cut; with --reason. --yes answers no such question."`
	Reason    command.Reason `placeholder:"TEXT" help:"Why; it goes on record with your word or your answer."`
	Yes       bool           `short:"y" help:"Do not ask whether to carry out the plan."`
	DryRun    bool           `name:"dry-run" help:"Stop at the verdict and the plan, which --json prints as one object: nothing is changed."`
	History   bool           `help:"Print the execution history at the end."`
	JSON      bool           `name:"json" help:"Print one object with the executions and the messages; the rest goes to stderr."`
}

// Help is shown by quarantine respond --help.
func (respondCommand) Help() string {
	return `For example:

    quarantine respond --event event.json --dry-run
    quarantine respond --finding 1ab92989eaf0e742df4a014d5171d6a2
    quarantine respond --instance i-0123456789abcdef0 --reason "it leaks data"

Runs the deployed definition and handlers from here against a real account,
through the SDK's ordinary credential chain: for a team that has deployed
nothing or, with the stack's ledger, beside what is deployed. It shows what it is about to touch and asks first.

With --instance there is no finding: the incident has on record by whose word it is,
which is your identity, and why. It has no score, and the plan says what a deployed
stack would ask a person about. What the policy exempts is not cut.

Where the policy asks a person before this is cut, that is asked here, after the
plan: yes and no go on record with your identity, and anything else changes
nothing. Without a terminal the answer is --approve with --reason.

Interrupted, it leaves a state that the next run of the same command picks up.
Run twice, it changes nothing more; of an instance that is contained already it says
so, and by which incident.

` + actions(`cloudformation:DescribeStacks on the stack; dynamodb:DescribeTable, dynamodb:GetItem and dynamodb:Query on the table, and
unless it is there dynamodb:CreateTable and dynamodb:UpdateTimeToLive; for the plan, with
--dry-run too, those of the following that read: %s; for the evidence
ec2:DescribeInstances, ec2:DescribeVolumes, ec2:DescribeSnapshots, ec2:CreateSnapshots,
ec2:CreateTags, ec2:DescribeSecurityGroups, ec2:GetConsoleOutput,
ec2:GetConsoleScreenshot, ec2:LockSnapshot and ec2:DescribeLockedSnapshots; and
dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem and
dynamodb:ConditionCheckItem on the table. With --topic also sns:Publish and
sns:ListSubscriptionsByTopic on it. With --finding also guardduty:GetFindings and, without
--detector, guardduty:ListDetectors.`, listed(taking()))
}

// taking are the actions of what is done from here, where identities are left alone.
func taking() []string {
	return register.Taking(measure.Network, measure.Instance, measure.Scaling)
}

// responder is one run of respond.
type responder struct {
	respondCommand
	s       streams
	st      terminal.Style
	called  string // the event, for people: its file's name, for example
	body    json.RawMessage
	finding quarantine.Finding
	said    *quarantine.Finding // the finding where it is a person's word, or nil
	policy  *triage.Policy
	aws     *clients
	at      *onCall // what finds the ledger
	name    string  // the execution's
	answers map[quarantine.Resource]quarantine.Decision
	decider *approval.Decider

	asking   sync.Mutex // held while a person is asked: one question at a time is on the screen
	mu       sync.Mutex
	messages []notification
}

// Run responds to one event. Exit codes are those of simulate.
func (c respondCommand) Run(ctx context.Context, s streams) error {
	r := &responder{respondCommand: c, s: s, st: terminal.NewStyle(s.out)}
	if c.JSON {
		r.s.out = s.err // the object alone goes to stdout
	}
	if err := r.open(ctx); err != nil {
		return err
	}
	p, err := r.plan(ctx)
	if c.DryRun && c.JSON && (err == nil || p.Refused != "") {
		err = errors.Join(err, writeJSON(s.out, p))
	}
	if err != nil || c.DryRun {
		return err
	}
	if err := r.ask(p); err != nil {
		return err
	}
	if err := r.prepare(ctx); err != nil {
		return err
	}
	return r.respond(ctx, s)
}

// respond runs the state machine to its end.
func (r *responder) respond(ctx context.Context, s streams) error {
	told := story.New(r.s.out, r.st)
	machines, err := wiring.New(
		wiring.Clients{EC2: r.aws.ec2, AutoScaling: r.aws.autoscaling, ELBv2: r.aws.elbv2, ELB: r.aws.elb, DynamoDB: r.aws.dynamodb, STS: r.aws.sts,
			Channels: r.channels(told), Asking: []quarantine.Channel{personHere{responderScreen{r, told}}}},
		wiring.Options{
			// The person whom the brake would ask has just confirmed the plan.
			AccountID: r.aws.account, Region: r.aws.region, Table: r.Table, Policy: r.policy.Confirmed(), Word: r.said,
			Commands: r.place(),
			Clock:    runner.WallClock(), Log: slog.New(slog.NewTextHandler(r.s.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
		})
	if err != nil {
		return err
	}
	r.decider = machines.Decider
	r.st.Heading(r.s.out, "What happens")
	machines.OnEvent = func(execution string, e history.Event) {
		r.mu.Lock()
		defer r.mu.Unlock()
		told.Event(execution, e)
		told.Flush()
	}
	going := context.WithoutCancel(ctx)
	if _, err := machines.Start(going, wiring.Name, r.name, r.body); err != nil {
		return err
	}
	// Also what the execution has started for other instances: nothing goes on unseen.
	defer context.AfterFunc(ctx, func() { _ = machines.StopAll(going, "Interrupted", "interrupted at the terminal") })()
	ended, err := machines.Wait(going)
	if err != nil {
		return err
	}
	return r.conclude(ctx, s, runs(ended))
}

// runs are the executions that have ended.
func runs(ended []*runner.Running) (all []history.Execution) {
	for _, e := range ended {
		all = append(all, *e.Result)
	}
	return all
}

// conclude prints what came of it and gives the exit code.
func (r *responder) conclude(ctx context.Context, s streams, all []history.Execution) error {
	r.st.Heading(r.s.out, "Outcome")
	_, names := headline.Of([]headline.Event{{Name: r.called, Finding: &r.finding}})
	outcome.Print(r.s.out, r.st, all, names)
	if r.History {
		for _, x := range all {
			table.Print(r.s.out, r.st, x)
		}
	}
	r.closing(context.WithoutCancel(ctx), all)
	if r.JSON {
		if err := writeJSON(s.out, responded{Executions: all, Notifications: r.messages}); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return &exitError{exitInterrupted, fmt.Errorf("interrupted: what is done stays done and is on record; the same command goes on from there")}
	}
	for _, e := range all {
		if e.Status != history.StatusSucceeded {
			return &exitError{code: exitFailed}
		}
	}
	return nil
}

// channels are this terminal and, if there is one, the topic.
func (r *responder) channels(told *story.Story) []quarantine.Channel {
	all := []quarantine.Channel{responderScreen{r, told}}
	if r.Topic != "" {
		all = append(all, r.aws.topic(r.Topic))
	}
	return all
}

// notification is a message that was sent, as --json prints it.
type notification struct {
	Channel string `json:"channel"`
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

func (t responderScreen) notification(m quarantine.Message) notification {
	return notification{Channel: t.Name(), Kind: string(m.Kind), Subject: m.Subject, Text: m.Text}
}

// responderScreen is the channel to the person who types.
type responderScreen struct {
	r    *responder
	told *story.Story
}

// Name is the channel's.
func (responderScreen) Name() string { return "terminal" }

// ReachesPeople returns true.
func (responderScreen) ReachesPeople() bool { return true }

// Send prints the message.
func (t responderScreen) Send(_ context.Context, m quarantine.Message) error {
	t.r.mu.Lock()
	defer t.r.mu.Unlock()
	t.r.messages = append(t.r.messages, t.notification(m))
	t.told.Message(time.Now(), "", t.Name(), m.Subject)
	t.r.st.Quote(t.r.s.out, m.Text)
	return nil
}
