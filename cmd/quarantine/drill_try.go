package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/ec2-quarantine/quarantine/infra"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn/executions"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// open connects to the account, and finds the deployed stack.
func (d drillCommand) open(ctx context.Context, s streams) (*drillRun, error) {
	c, err := accountFlags{Stack: d.Stack, Profile: d.Profile, Region: d.Region, Endpoint: d.Endpoint, JSON: d.JSON}.connect(ctx, s)
	if err != nil {
		return nil, err
	}
	system, err := deployment.Find(ctx, c.stacks(), c.chosen.Name())
	if err != nil {
		return nil, c.notLocated(err)
	}
	c.use(system)
	r := &drillRun{drillCommand: d, onCall: c, fleet: ec2.New(c.aws.ec2)}
	r.drill = &drill.Drill{
		System: c.deployed.Stack, Machine: c.deployed.Release, By: c.aws.identity, Account: c.aws.account, Region: c.aws.region, Template: infra.Demo,
		Stacks: c.stacks(), Ledger: ledger.New(c.aws.dynamodb, c.Table), Evidence: evidence{c}, Releaser: releaser{c},
		LeaveSnapshots: d.LeaveSnapshots,
		Leftovers:      register.Leftovers(r.fleet, ledger.New(c.aws.dynamodb, c.Table), c.Table),
		Say:            r.progress, Clock: quarantine.SystemClock{},
	}
	r.receipt = drill.Receipt{System: c.deployed.Stack, By: c.aws.identity, StartedAt: time.Now().UTC(), Measured: []drill.Measured{}, Outside: []democheck.Step{}}
	return r, nil
}

// progress is a line about what the removal or CloudFormation does.
func (r *drillRun) progress(text string) {
	r.happens(time.Since(r.receipt.StartedAt), text)
}

// stepSeen is a step's end, as of the drill's start.
func (r *drillRun) stepSeen(s democheck.Step) {
	s.SinceStart = time.Since(r.receipt.StartedAt).Seconds()
	r.stepEnded(s)
}

// try makes the instance, has it contained and released, and measures.
func (r *drillRun) try(ctx context.Context) error {
	var err error
	if r.stack, err = r.drill.Create(ctx); err != nil {
		return err
	}
	instance, err := r.prepare(ctx)
	if err != nil {
		return err
	}
	if err := r.trackedFlows(ctx, instance); err != nil {
		return err
	}
	report, err := r.check.Follow(ctx)
	r.receipt.Outside, r.receipt.Incident, r.receipt.Execution = report.Steps, report.Incident, report.Drill
	if err != nil {
		return err
	}
	r.measure(ctx)
	in, err := r.ledger.Incident(ctx, report.Incident)
	if err != nil {
		return err
	}
	if err := r.drill.Release(ctx, in, r.stack.ID); err != nil {
		return err
	}
	r.check.Drill = nil
	back, err := r.check.Return(ctx)
	r.receipt.Outside = append(r.receipt.Outside, back.Steps...)
	return err
}

// prepare refuses what is not the drill's own instance, and is ready to follow it.
func (r *drillRun) prepare(ctx context.Context) (quarantine.Instance, error) {
	demo, err := r.drill.Demo(ctx, r.stack)
	if err != nil {
		return quarantine.Instance{}, err
	}
	demo.URL = cmp.Or(r.URL, demo.URL)
	r.receipt.Demo = &demo
	instance, err := r.fleet.Instance(ctx, demo.Resource)
	if err != nil {
		return instance, err
	}
	if err := drill.Check(demo, r.stack, instance); err != nil {
		return instance, err
	}
	page, err := democheck.NewBrowser(demo.URL)
	if err != nil {
		return instance, usage("%w: give the page's address with --url", err)
	}
	r.check = &democheck.Check{
		Demo: demo, Page: page, EC2: r.fleet, Records: &democheck.Ledger{Ledger: r.ledger, Demo: demo}, Timeout: r.Timeout,
		At: r.place(), Tell: r.stepSeen, Waiting: r.stillWaiting,
		Drill: r.drillOn(demo, instance, "drill", func() quarantine.Drill { return drill.Record(time.Now(), r.aws.identity, demo.Resource, r.stack.ID) }),
	}
	return instance, nil
}

// remember puts the moments into the receipt, as far as they are on record.
func (r *drillRun) remember(ctx context.Context) {
	if r.receipt.Incident == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	in, err := r.ledger.Incident(ctx, r.receipt.Incident)
	if err != nil {
		return // each time is "not known"
	}
	r.receipt.Times = drill.MomentsOf(in, r.events(ctx)).Times()
}

// events are the drill's execution's history, or nothing.
func (r *drillRun) events(ctx context.Context) []history.Event {
	events, err := executions.History(ctx, r.aws.sfn, r.receipt.Execution)
	if err != nil {
		return nil
	}
	return events
}

// conclude prints the receipt, and writes it to the file.
func (r *drillRun) conclude(problem error, out *receiptFile) error {
	r.receipt.EndedAt = time.Now().UTC()
	if problem != nil {
		r.receipt.Problem = problem.Error()
	}
	r.printReceipt()
	if r.receipt.Removed != nil {
		r.removed(*r.receipt.Removed)
	}
	return errors.Join(problem, out.write(r.receipt), r.printJSON(r.receipt))
}
