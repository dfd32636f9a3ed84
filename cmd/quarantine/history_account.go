package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn/executions"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// fromAccount reads executions that a subject names, with those nested in them.
func (c *onCall) fromAccount(ctx context.Context, subject string) ([]history.Execution, error) {
	arns, err := c.candidates(ctx, subject)
	if err != nil {
		return nil, err
	}
	out, err := history.WithNested(func(arn string) (history.Execution, bool, error) { return c.execution(ctx, arn) }, arns...)
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, usage("Step Functions knows no execution %s in account %s, %s: it ran on a computer (respond, release --here), or ended more than 90 days ago, "+
			"or another stack's state machine ran it (--stack, or the execution's ARN)", subject, c.aws.account, c.aws.region)
	}
	return out, nil
}

// execution reads one execution, if Step Functions knows it.
func (c *onCall) execution(ctx context.Context, arn string) (history.Execution, bool, error) {
	events, err := executions.History(ctx, c.aws.sfn, arn)
	if _, gone := errors.AsType[*types.ExecutionDoesNotExist](err); gone {
		return history.Execution{}, false, nil
	}
	if _, bad := errors.AsType[*types.InvalidArn](err); bad {
		return history.Execution{}, false, usage("%s is no execution's ARN: %w", arn, err)
	}
	if err != nil {
		return history.Execution{}, false, fmt.Errorf("the history of %s cannot be read: %w", arn, err)
	}
	return history.FromEvents(arn, events), true, nil
}

// candidates are the ARNs that a subject can stand for. An ARN needs no
// deployment to be found. A name is looked for in all state machines: one that
// calls others comes before those.
func (c *onCall) candidates(ctx context.Context, subject string) ([]string, error) {
	if strings.HasPrefix(subject, "arn:") {
		return []string{subject}, nil
	}
	if err := c.locate(ctx, ledgerAndMachines); err != nil {
		return nil, err
	}
	if quarantine.IsIncidentID(subject) {
		in, err := c.ledger.Incident(ctx, subject)
		if err != nil {
			return nil, c.explain(err)
		}
		return c.mentioned(in), nil
	}
	var arns []string
	for _, machine := range []string{c.deployed.Approval, c.deployed.Contain, c.deployed.Release} {
		arns = append(arns, c.aws.states("execution", machine+":"+subject))
	}
	return arns, nil
}

// mentioned are the executions that an incident's records name: those that ask
// first, for the others can be nested in them.
func (c *onCall) mentioned(in quarantine.Incident) (arns []string) {
	note := func(id string) {
		if _, ok := arn.ParseExecution(id); ok && !slices.Contains(arns, id) {
			arns = append(arns, id)
		}
	}
	for _, q := range in.Questions {
		note(q.Execution.ID)
	}
	note(in.Owner)
	for _, e := range in.Timeline {
		note(e.By)
		switch e.Kind {
		case quarantine.EventReleaseBegun, quarantine.EventReleased, quarantine.EventNarrowed:
			note(c.aws.states("execution", c.deployed.Release+":"+e.ID)) // by is a person there
		}
	}
	return arns
}
