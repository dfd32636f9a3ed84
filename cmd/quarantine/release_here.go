package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/story"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// here runs the definition and the handler on this computer, against the
// account, and gives the event that ends the execution. The machine's name is
// that of the definition.
func (c *onCall) here(ctx context.Context, _, name string, input json.RawMessage) (string, history.Event, error) {
	var turn sync.Mutex
	at := c.place()
	at.Here = true
	machines, err := wiring.New(
		wiring.Clients{EC2: c.aws.ec2, AutoScaling: c.aws.autoscaling, ELBv2: c.aws.elbv2, ELB: c.aws.elb, DynamoDB: c.aws.dynamodb, IAM: c.aws.iam, STS: c.aws.sts, Channels: []quarantine.Channel{screen{c, &turn}}},
		wiring.Options{
			AccountID: c.aws.account, Region: c.aws.region, Table: c.Table, Commands: at, Policy: triage.DefaultPolicy(),
			Clock: runner.WallClock(), Log: slog.New(slog.NewTextHandler(c.s.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
		})
	if err != nil {
		return "", history.Event{}, err
	}
	told := story.NewProgress(c.s.out, c.st)
	machines.OnEvent = func(_ string, e history.Event) {
		turn.Lock()
		defer turn.Unlock()
		told.Event(e)
	}
	running, err := machines.Start(ctx, wiring.Release, name, input)
	if err != nil {
		return "", history.Event{}, err
	}
	if _, err := machines.Wait(context.WithoutCancel(ctx)); err != nil {
		return "", history.Event{}, err
	}
	if ctx.Err() != nil {
		return "", history.Event{}, &exitError{exitInterrupted, fmt.Errorf("interrupted: what is done stays done and is on record; the same command goes on from there")}
	}
	events := running.Result.History
	return running.ARN, events[len(events)-1], nil
}

// screen is the channel to the person who types.
type screen struct {
	c    *onCall
	turn *sync.Mutex
}

// Name is the channel's.
func (screen) Name() string { return "terminal" }

// ReachesPeople returns true.
func (screen) ReachesPeople() bool { return true }

// Send prints the message.
func (s screen) Send(_ context.Context, m quarantine.Message) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.c.st.Quote(s.c.s.out, m.Text)
	return nil
}
