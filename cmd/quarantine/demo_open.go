package main

import (
	"context"
	"errors"
	"strings"

	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// stackOutputs reads what a stack gives out.
type stackOutputs interface {
	Outputs(ctx context.Context, stack string) (map[string]string, error)
}

var _ stackOutputs = (*cloudformation.Client)(nil)

// open connects to the account, and finds both stacks and the demo's instance.
func (d demoCheckCommand) open(ctx context.Context, s streams) (*demoRun, error) {
	c, err := accountFlags{Region: d.Region, Endpoint: d.Endpoint, JSON: d.JSON}.open(ctx, s)
	if err != nil {
		return nil, err
	}
	r := &demoRun{demoCheckCommand: d, onCall: c, fleet: ec2.New(c.aws.ec2)}
	if err := r.find(ctx, cloudformation.New(awscfn.NewFromConfig(c.aws.config))); err != nil {
		return nil, r.unfound(err)
	}
	page, err := democheck.NewBrowser(r.demo.URL)
	if err != nil {
		return nil, usage("%w: give the page's address with --url", err)
	}
	r.check = &democheck.Check{
		Demo: r.demo, Page: page, EC2: r.fleet, Records: &democheck.Ledger{Ledger: r.ledger, Demo: r.demo}, Timeout: d.Timeout,
		Flags: strings.Join(r.where(), " "), ReleaseFlags: r.releaseFlags(), Tell: r.tell, Waiting: r.waiting,
	}
	return r, nil
}

// find reads what the stacks are made of.
func (r *demoRun) find(ctx context.Context, stacks stackOutputs) error {
	var err error
	if r.stack, err = stacks.Outputs(ctx, r.Stack); err != nil {
		return err
	}
	if r.Table = r.stack["LedgerTable"]; r.Table == "" {
		return usage("the stack %s has no output LedgerTable: it is not infra/template.yaml; name the deployed one with --stack", r.Stack)
	}
	r.ledger = ledger.New(r.aws.dynamodb, r.Table)
	outputs, err := stacks.Outputs(ctx, r.Demo)
	if err != nil {
		return err
	}
	if r.URL != "" {
		outputs["WebUrl"] = r.URL
	}
	if r.demo, err = democheck.FromOutputs(r.Demo, r.aws.account, r.aws.region, outputs); err != nil {
		return err
	}
	if r.instance, err = r.fleet.Instance(ctx, r.demo.Target.InstanceID); err != nil {
		return err
	}
	return r.demo.Check(r.instance)
}

// unfound gives an error of find the words and the exit code that a person needs.
func (r *demoRun) unfound(err error) error {
	if none, ok := errors.AsType[*cloudformation.NoStackError](err); ok {
		template, flag := "infra/template.yaml", "--stack"
		if none.Stack == r.Demo {
			template, flag = "infra/demo.yaml", "--demo"
		}
		return usage("there is no stack %s in account %s, %s: deploy %s, or name the deployed one with %s", none.Stack, r.aws.account, r.aws.region, template, flag)
	}
	if _, not := errors.AsType[*democheck.NotDemoError](err); not || quarantine.Is(err, quarantine.InstanceGone) {
		return usage("%w", err)
	}
	return r.explain(err)
}

// where are the flags with which other commands find the same ledger.
func (r *demoRun) where() []string {
	out := []string{"--table", r.Table}
	if r.Region != "" {
		out = append(out, "--region", r.Region)
	}
	if r.Endpoint != "" {
		out = append(out, "--endpoint-url", r.Endpoint)
	}
	return out
}
