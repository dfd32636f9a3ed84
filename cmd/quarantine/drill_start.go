package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// drillStart puts a drill on record, and starts the stack's state machine in GuardDuty's stead.
// Repeated, it starts one execution: name and input stay the same.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
type drillStart struct {
	record        func(context.Context) error
	start         func(context.Context, *awssfn.StartExecutionInput, ...func(*awssfn.Options)) (*awssfn.StartExecutionOutput, error)
	execution     func(ctx context.Context, arn string) (history.Execution, bool, error)
	event         func(id string) ([]byte, error)
	machine, name string
	input         *string // once it is made
}

var _ democheck.Drill = (*drillStart)(nil)

// Start starts it, with a finding of the moment in which it is called first. What is not on record
// as a drill is not started: people would take it for real.
func (d *drillStart) Start(ctx context.Context) (string, error) {
	if d.input == nil {
		if err := d.record(ctx); err != nil {
			return "", fmt.Errorf("the drill could not be put on record, and was not started: %w", err)
		}
		event, err := d.event(d.name)
		if err != nil {
			return "", err
		}
		d.input = aws.String(string(event))
	}
	started, err := d.start(ctx, &awssfn.StartExecutionInput{StateMachineArn: &d.machine, Name: &d.name, Input: d.input})
	if err != nil {
		return "", fmt.Errorf("the drill could not be started: %w", err)
	}
	return *started.ExecutionArn, nil
}

// Ended says how it has ended.
func (d *drillStart) Ended(ctx context.Context, arn string) (string, error) {
	e, known, err := d.execution(ctx, arn)
	switch {
	case err != nil || !known || e.Status == history.StatusRunning:
		return "", err
	case e.Status == history.StatusSucceeded:
		return "has ended with " + cmp.Or(string(e.Output), "no output"), nil
	}
	return fmt.Sprintf("%s: %s: %s", e.Status, cmp.Or(e.Error, "no error is given"), e.Cause), nil
}

// drillOn is what starts a drill on an instance, by a command of ours.
func (c *onCall) drillOn(demo democheck.Demo, i quarantine.Instance, command string, record func() quarantine.Drill) *drillStart {
	var id [6]byte
	_, _ = rand.Read(id[:]) // never fails: https://pkg.go.dev/crypto/rand#Read
	return &drillStart{
		record: func(ctx context.Context) error { return c.ledger.BeginDrill(ctx, record()) },
		start:  c.aws.sfn.StartExecution, execution: c.execution, machine: c.aws.states("stateMachine", c.deployed.Contain),
		name: drill.Name(time.Now(), id),
		event: func(id string) ([]byte, error) {
			return democheck.DrillEvent(demo, i, c.aws.partition(), c.aws.identity, command, id, time.Now())
		},
	}
}
