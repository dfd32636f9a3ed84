package main

import (
	"context"
	"errors"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// open connects to the account, and finds both stacks and the demo's instance.
func (d demoCheckCommand) open(ctx context.Context, s streams) (*demoRun, error) {
	c, err := accountFlags{Stack: d.Stack, Profile: d.Profile, Region: d.Region, Endpoint: d.Endpoint, JSON: d.JSON}.connect(ctx, s)
	if err != nil {
		return nil, err
	}
	r := &demoRun{demoCheckCommand: d, onCall: c, fleet: ec2.New(c.aws.ec2)}
	if err := r.find(ctx); err != nil {
		return nil, r.unfound(err)
	}
	page, err := democheck.NewBrowser(r.demo.URL)
	if err != nil {
		return nil, usage("%w: give the page's address with --url", err)
	}
	r.check = &democheck.Check{
		Demo: r.demo, Page: page, EC2: r.fleet, Records: &democheck.Ledger{Ledger: r.ledger, Demo: r.demo}, Timeout: d.Timeout,
		At: r.place(), Asked: r.asked(), Tell: r.stepEnded, Waiting: r.stillWaiting,
	}
	return r, nil
}

// find reads what the stacks are made of.
func (r *demoRun) find(ctx context.Context) error {
	system, err := deployment.Find(ctx, r.stacks(), r.chosen.Name())
	if err != nil {
		return r.notLocated(err)
	}
	r.use(system)
	if r.stack, err = r.stacks().Stack(ctx, r.Demo); err != nil {
		return err
	}
	outputs := r.stack.Outputs
	if r.URL != "" {
		outputs["WebUrl"] = r.URL
	}
	if r.demo, err = democheck.FromOutputs(r.Demo, r.aws.account, r.aws.region, outputs); err != nil {
		return err
	}
	if r.instance, err = r.fleet.Instance(ctx, r.demo.Resource); err != nil {
		return err
	}
	return r.demo.Check(r.instance)
}

// unfound gives an error of find the words and the exit code that a person needs.
func (r *demoRun) unfound(err error) error {
	if none, ok := errors.AsType[*cloudformation.NoStackError](err); ok {
		return r.noStack(none.Stack, "--demo", "infra/demo.yaml", "--demo")
	}
	if _, not := errors.AsType[*democheck.NotDemoError](err); not || quarantine.Is(err, quarantine.InstanceGone) {
		return usage("%w", err)
	}
	return r.explain(err)
}

// asked are the flags with which this command finds the same demo.
func (r *demoRun) asked() (out []string) {
	if r.Demo != "quarantine-demo" {
		out = append(out, "--demo", r.Demo)
	}
	if r.URL != "" {
		out = append(out, "--url", r.URL)
	}
	return out
}
