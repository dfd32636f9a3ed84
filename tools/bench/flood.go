package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/slack"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

const (
	ledgerTable = "quarantine-ledger"
	alertsTopic = "quarantine-alerts"
	// webhook is the URL of the simulated Slack; nothing leaves the process.
	webhook = "https://hooks.slack.invalid/services/bench"
)

// unbraked is the default policy with its limits at their maximum: they would stop a
// flood, and this command measures one.
const unbraked = `version: 1
limits:
  isolationsPerHour: {account: 1000, vpc: 1000}
  vpcSubnetsPercent: 100
`

// flood is one run: an in-memory account, the deployed definition with the deployed
// handlers, and arriving findings.
type flood struct {
	plan    plan
	hosts   []host
	clock   *simtime.Scheduler
	account *account.Account
	system  *wiring.System
	done    func() // called for each execution that has ended; may be nil

	arrived map[string]time.Time // executions by name
	running []*runner.Running    // not digested yet
	wall    time.Time            // real time at the start of the run
	outcome outcome
}

func newFlood(p plan) (*flood, error) {
	f := &flood{plan: p, hosts: hosts(p.subnets), clock: simtime.New(began), arrived: map[string]time.Time{}}
	o := account.Options{AccountID: accountID, Region: region, Clock: f.clock, Latency: latency, SnapshotTime: 3 * time.Minute}
	if p.limited {
		o.Limits = account.EC2Limits
	}
	f.account = account.New(o)
	fill(f.account, f.hosts)
	f.account.AddDefined(ledger.TableDefinition(ledgerTable))
	policy, err := triage.ParsePolicy([]byte(unbraked))
	if err != nil {
		return nil, err
	}
	room, err := slack.New(webhook, &http.Client{Transport: f.account.Webhook()})
	if err != nil {
		return nil, err
	}
	topic := sns.New(f.account.SNS(), f.account.AddTopic(alertsTopic))
	f.system, err = wiring.New(
		wiring.Clients{EC2: f.account.EC2(), AutoScaling: f.account.AutoScaling(), ELBv2: f.account.ELBv2(), ELB: f.account.ELB(), DynamoDB: f.account.DynamoDB(), STS: f.account.STS(), Channels: []quarantine.Channel{topic, room}},
		wiring.Options{
			AccountID: accountID, Region: region, Table: ledgerTable,
			Policy: policy, Clock: f.clock, Log: slog.New(slog.DiscardHandler),
		})
	if err != nil {
		return nil, err
	}
	f.system.Rand, f.system.OnEvent = rand.New(rand.NewPCG(1, 2)).Float64, f.onEvent
	f.outcome = outcome{ended: map[string]int{}}
	return f, nil
}

// run delivers the findings, waits until every execution has ended, and counts what is
// under quarantine then.
func (f *flood) run(ctx context.Context) (err error) {
	f.wall = time.Now()
	f.clock.Run(func() {
		over := false
		f.clock.Go(func() { f.sweep(ctx, &over) })
		if err = f.deliver(ctx); err == nil {
			_, err = f.system.Wait(ctx)
		}
		over = true
		f.digest()
		f.outcome.took = time.Since(f.wall)
		f.outcome.simulated = f.clock.Now().Sub(began)
		f.outcome.calls = tally(f.account.Calls())
		if err == nil {
			err = f.survey(ctx)
		}
	})
	return err
}

// sweep digests executions that have ended every 10 s, so that not all of their
// histories are kept until the end.
func (f *flood) sweep(ctx context.Context, over *bool) {
	for !*over && f.clock.Sleep(ctx, 10*time.Second) == nil {
		f.digest()
	}
}

// onEvent records when an instance was contained.
func (f *flood) onEvent(execution string, e history.Event) {
	if e.StateExited == nil || e.StateExited.Name != state.Isolate {
		return
	}
	o := &f.outcome
	o.cuts = append(o.cuts, f.clock.Now().Sub(f.arrived[execution]))
	o.lastCut, o.lastCutTook = f.clock.Now().Sub(began), time.Since(f.wall)
}

// survey counts the quarantine ACLs and the subnets under them.
func (f *flood) survey(ctx context.Context) error {
	fleet, at := ec2.New(f.account.EC2()), -1
	for _, h := range f.hosts {
		if h.vpcAt == at {
			continue
		}
		at = h.vpcAt
		if err := f.clock.Sleep(ctx, time.Second); err != nil { // stays below the request limits
			return err
		}
		acls, err := fleet.NetworkACLs(ctx, quarantine.Resource{}, h.vpc)
		if err != nil {
			return err
		}
		for _, acl := range acls {
			if acl.Quarantines() {
				f.outcome.acls++
				f.outcome.quarantined += len(acl.Associations)
			}
		}
	}
	return nil
}
