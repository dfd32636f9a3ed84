package simulate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// Contains, releases and contains again, as a person does with the commands respond and
// release: with the same event, whose execution has the same name again, with an update of
// it, and with another finding. Each execution must end, and at each step association,
// ledger and messages must agree.
func TestContainedReleasedAndContainedAgain(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]struct {
		execution string
		event     simulate.Event
	}{
		"the same event":         {"respond-1", miner(hostA, 1)},
		"an update of the event": {"respond-2", updated(miner(hostA, 1))},
		"another finding":        {"respond-3", miner(hostA, 2)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario := func(ctx context.Context, s *simulate.Session) error {
				p := &onComputer{t: t, s: s}
				for round := range 3 { // in the third round the ledger has two released incidents of that name
					started, event := "respond-1", miner(hostA, 1)
					if round > 0 {
						started, event = next.execution, next.event
					}
					p.contain(ctx, started, event)
					p.release(ctx, fmt.Sprint("release-", round))
				}
				return nil
			}
			if _, err := simulate.Run(t.Context(), simulate.Options{Scenario: scenario, Account: network, Policy: triage.DefaultPolicy(), Start: start}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// onComputer is a person who runs commands, each in a process of its own.
type onComputer struct {
	t         *testing.T
	s         *simulate.Session
	incidents []string
}

// run runs a state machine to its end, in a new process.
func (p *onComputer) run(ctx context.Context, machine, name string, input []byte) *runner.Running {
	p.t.Helper()
	process, err := p.s.Restart()
	if err != nil {
		p.t.Fatal(err)
	}
	begun := p.s.Clock.Now()
	e, err := process.Start(ctx, machine, name, input)
	if err == nil {
		_, err = process.Wait(ctx)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	if took := p.s.Clock.Now().Sub(begun); took > 10*time.Minute {
		p.t.Errorf("%s took %s: the snapshots take three minutes", name, took)
	}
	return e
}

func (p *onComputer) contain(ctx context.Context, name string, event simulate.Event) {
	p.t.Helper()
	e := p.run(ctx, wiring.Name, name, event.Body)
	var out struct {
		Outcome, Incident string
		Subnets           []string // none where the security group contains the instance by itself
	}
	if err := json.Unmarshal(e.Result.Output, &out); err != nil || out.Outcome != "contained" {
		p.t.Fatalf("%s ended as %q (%v), along %v", name, e.Result.Output, err, e.Result.Path)
	}
	for _, before := range p.incidents {
		if out.Incident == before {
			p.t.Errorf("%s goes on with incident %s, which is released", name, before)
		}
	}
	p.incidents = append(p.incidents, out.Incident)
	if acl := p.quarantineACL(); acl.madeByProduct != (len(out.Subnets) > 0) {
		p.t.Errorf("%s says contained by %v, and %s is under %s", name, out.Subnets, subnetA, acl.id)
	}
	p.wantOpen(ctx, out.Incident)
}

func (p *onComputer) release(ctx context.Context, name string) {
	p.t.Helper()
	incident := p.incidents[len(p.incidents)-1]
	for _, attempt := range []string{name, name + "-again"} { // a second release changes nothing
		input, err := json.Marshal(map[string]string{"incident": incident, "reason": "rebuilt", "by": "the person on call"})
		if err != nil {
			p.t.Fatal(err)
		}
		e := p.run(ctx, wiring.Release, attempt, input)
		var out struct {
			Subnets []struct{ Subnet, Outcome string }
		}
		if err := json.Unmarshal(e.Result.Output, &out); err != nil || len(out.Subnets) != 1 || out.Subnets[0].Outcome != "restored" {
			p.t.Fatalf("%s ended as %s (%v), along %v", attempt, e.Result.Output, err, e.Result.Path)
		}
		if acl := p.quarantineACL(); acl.madeByProduct {
			p.t.Errorf("%s says restored, and %s is under %s", attempt, subnetA, acl.id)
		}
		p.wantOpen(ctx)
	}
}

// wantOpen compares the open incidents in the ledger.
func (p *onComputer) wantOpen(ctx context.Context, want ...string) {
	p.t.Helper()
	all, err := p.s.Ledger.OpenIncidents(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	var open []string
	for _, i := range all {
		open = append(open, i.ID+" "+string(i.Status))
	}
	for i := range want {
		want[i] += " contained"
	}
	if diff := cmp.Diff(want, open); diff != "" {
		p.t.Errorf("open incidents (-want +got):\n%s", diff)
	}
}

// quarantineACL is the ACL of subnet A.
func (p *onComputer) quarantineACL() (found struct {
	id            string
	madeByProduct bool
}) {
	for _, printed := range p.s.Account.DescribeAllNetworkACLs() {
		var one acl
		convert(p.t, printed, &one)
		for _, a := range one.Associations {
			if a.SubnetID == subnetA {
				found.id, found.madeByProduct = one.NetworkACLID, len(one.Tags) > 0
			}
		}
	}
	return found
}

// The isolation of a released incident runs again and stops after the cut. A release of
// that incident must then restore the subnet: according to the record alone it is restored
// already, but not according to EC2.
func TestAReleaseReadsEC2AndNotOnlyTheRecord(t *testing.T) {
	t.Parallel()
	scenario := func(ctx context.Context, s *simulate.Session) error {
		p := &onComputer{t: t, s: s}
		p.contain(ctx, "respond-1", miner(hostA, 1))
		p.release(ctx, "release-1")
		remove := s.Account.Inject(account.Fault{Service: "ec2", Operation: "DescribeNetworkAcls", Skip: 1, Kind: account.Deny})
		p.run(ctx, wiring.Name, "respond-1", miner(hostA, 1).Body)
		remove()
		if acl := p.quarantineACL(); !acl.madeByProduct {
			t.Fatalf("%s is under %s: nothing is cut that could be released", subnetA, acl.id)
		}
		p.release(ctx, "release-2")
		return nil
	}
	if _, err := simulate.Run(t.Context(), simulate.Options{Scenario: scenario, Account: network, Policy: triage.DefaultPolicy(), Start: start}); err != nil {
		t.Fatal(err)
	}
}

// updated is the event that GuardDuty sends for later activity: the same finding with a
// later update time and a higher count.
func updated(e simulate.Event) simulate.Event {
	body := strings.Replace(string(e.Body), `"count":1`, `"count":2`, 1)
	return simulate.Event{Name: e.Name, Body: []byte(strings.Replace(body, `"updatedAt":"2026-03-04T05:06:00Z"`, `"updatedAt":"2026-03-04T06:06:00Z"`, 1))}
}
