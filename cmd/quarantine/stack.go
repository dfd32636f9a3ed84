package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// need is what a command takes from a deployment.
type need int

const (
	ledgerOnly need = iota
	ledgerAndMachines
)

// regionOf is the region that is asked for, or that in the stack's ARN, if either is.
func regionOf(chosen deployment.Choice, asked string) (string, error) {
	_, region := chosen.Place()
	if region != "" && asked != "" && asked != region {
		return "", usage("the stack that %s names is in %s, not in %s: leave --region out, or name another stack", chosen.Source, region, asked)
	}
	return cmp.Or(asked, region), nil
}

// locate finds the names of the ledger and, if they are needed, of the state
// machines. --table overrides the stack's table; with it, and no stack named,
// the state machines have the names that they have on a laptop.
func (c *onCall) locate(ctx context.Context, n need) error {
	if table := c.Table; table != "" && (n == ledgerOnly || !c.chosen.Named()) {
		found := deployment.Laptop
		found.Table = table
		c.use(found)
		return nil
	}
	found, doubt, err := deployment.Locate(ctx, c.stacks(), c.chosen)
	if err != nil {
		return c.notLocated(err)
	}
	if doubt != nil {
		fmt.Fprintf(c.s.err, "quarantine: what is deployed is not known, so this is about the table %s, which respond makes; --stack or --table names another. %s\n",
			found.Table, message.Clean(doubt.Error(), maxDoubt))
	}
	found.Table = cmp.Or(c.Table, found.Table)
	c.use(found)
	return nil
}

// maxDoubt is how much is told of why a stack was not used, in bytes.
const maxDoubt = 1000

// use has the command work with a deployment.
func (c *onCall) use(d deployment.Deployment) {
	c.deployed, c.Table, c.ledger = d, d.Table, ledger.New(c.aws.dynamodb, d.Table)
}

func (c *onCall) stacks() *cloudformation.Client {
	return cloudformation.New(slim.NewCloudFormation(c.aws.config))
}

// notLocated gives an error of locate the words and the exit code that a person needs.
func (c *onCall) notLocated(err error) error {
	const otherwise = "without it, name the table with --table, and the state machine with --state-machine where there is that flag"
	if none, ok := errors.AsType[*cloudformation.NoStackError](err); ok {
		return c.noStack(none.Stack, c.chosen.Source, "infra/template.yaml", "--stack")
	}
	where := fmt.Sprintf("account %s, %s", c.aws.account, c.aws.region)
	if c.chosen.Source != "" {
		where += ", stack named by " + c.chosen.Source
	}
	if unfinished, is := errors.AsType[*deployment.UnfinishedError](err); is {
		return usage("%w (%s): %s", err, where, c.awsCommand(unfinished.Next()...))
	}
	_, another := errors.AsType[*deployment.NotOursError](err)
	switch {
	case another, quarantine.Is(err, quarantine.BadRequest):
		return usage("%w (%s)", err, where)
	case quarantine.Is(err, quarantine.AccessDenied):
		return usage("%w (%s); %s", err, where, otherwise)
	}
	return fmt.Errorf("%w (%s); %s", err, where, otherwise)
}

// noStack says that there is no such stack, and what to do.
func (c *onCall) noStack(stack, source, template, flag string) error {
	named := ""
	if source != "" && source != flag {
		named = " (" + source + " names it)"
	}
	return usage("there is no stack %s in account %s, %s%s: deploy %s, or name the deployed one with %s, and its region with --region",
		stack, c.aws.account, c.aws.region, named, template, flag)
}
