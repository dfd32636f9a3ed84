package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/history"
)

// demoDrill starts the stack's state machine in GuardDuty's stead. Repeated, it
// starts one execution: name and input stay the same.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
type demoDrill struct {
	start         func(context.Context, *awssfn.StartExecutionInput, ...func(*awssfn.Options)) (*awssfn.StartExecutionOutput, error)
	execution     func(ctx context.Context, arn string) (history.Execution, bool, error)
	event         func(id string) ([]byte, error)
	machine, name string
	input         *string // once it is made
}

var _ democheck.Drill = (*demoDrill)(nil)

// Start starts it, with a finding of the moment in which it is called first.
func (d *demoDrill) Start(ctx context.Context) (string, error) {
	if d.input == nil {
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
func (d *demoDrill) Ended(ctx context.Context, arn string) (string, error) {
	e, known, err := d.execution(ctx, arn)
	switch {
	case err != nil || !known || e.Status == history.StatusRunning:
		return "", err
	case e.Status == history.StatusSucceeded:
		return "has ended with " + cmp.Or(string(e.Output), "no output"), nil
	}
	return fmt.Sprintf("%s: %s: %s", e.Status, cmp.Or(e.Error, "no error is given"), e.Cause), nil
}

// prepareDrill says what a drill does, and asks.
func (r *demoRun) prepareDrill() error {
	machine := r.aws.states("stateMachine", r.deployed.Contain)
	r.st.Heading(r.s.out, "Drill")
	r.say(2, "A synthetic finding about %s is given to %s. If the stack's policy says so, it cuts off %s with every host in it, takes snapshots, and tells people. "+
		"The title of the finding says that it is a drill.", r.instance.ID, machine, r.demo.SubnetID)
	if err := confirm(r.s, r.Yes, "use --yes to start the drill without a question"); err != nil {
		return err
	}
	id := make([]byte, 6)
	_, _ = rand.Read(id) // never fails: https://pkg.go.dev/crypto/rand#Read
	r.check.Drill = &demoDrill{
		start: r.aws.sfn.StartExecution, execution: r.execution, machine: machine,
		name: "drill-" + time.Now().UTC().Format("20060102T150405") + "-" + hex.EncodeToString(id),
		event: func(id string) ([]byte, error) {
			return democheck.DrillEvent(r.demo, r.instance, r.aws.partition(), r.aws.identity, id, time.Now())
		},
	}
	return nil
}
