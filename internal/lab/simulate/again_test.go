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

// Contain, release and contain again, as a person does with respond and release
// on a computer: with the very same event, whose execution has the same name
// again, with an update of it, and with another finding. Each ends, and
// association, ledger and messages agree at each step.
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
				for round := range 3 { // the third finds two incidents of that name released
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

// onComputer is a person with commands of which each is a process of its own.
type onComputer struct {
	t         *testing.T
	s         *simulate.Session
	incidents []string
}

// run runs a machine to its end, as a new process.
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
	var out struct{ Outcome, Incident string }
	if err := json.Unmarshal(e.Result.Output, &out); err != nil || out.Outcome != "contained" {
		p.t.Fatalf("%s ended as %q (%v), along %v", name, e.Result.Output, err, e.Result.Path)
	}
	for _, before := range p.incidents {
		if out.Incident == before {
			p.t.Errorf("%s goes on with incident %s, which is released", name, before)
		}
	}
	p.incidents = append(p.incidents, out.Incident)
	if acl := p.quarantineACL(); !acl.madeByProduct {
		p.t.Errorf("%s says contained, and %s is under %s", name, subnetA, acl.id)
	}
	p.wantOpen(ctx, out.Incident)
}

func (p *onComputer) release(ctx context.Context, name string) {
	p.t.Helper()
	incident := p.incidents[len(p.incidents)-1]
	for _, attempt := range []string{name, name + "-again"} { // twice is harmless
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

// wantOpen compares the incidents that the ledger has as open.
func (p *onComputer) wantOpen(ctx context.Context, want ...string) {
	p.t.Helper()
	all, err := p.s.Ledger.Overview(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	var open []string
	for _, i := range all {
		if i.Status != "released" {
			open = append(open, i.ID+" "+string(i.Status))
		}
	}
	for i := range want {
		want[i] += " contained"
	}
	if diff := cmp.Diff(want, open); diff != "" {
		p.t.Errorf("open incidents (-want +got):\n%s", diff)
	}
}

// quarantineACL is the ACL that subnet A is under.
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

// A release that is asked for an incident whose isolation somebody has run again,
// and stopped after the cut, puts the subnet back: the record alone says that it
// is restored, and EC2 does not.
func TestAReleaseReadsEC2BeforeItSpeaks(t *testing.T) {
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

// updated is the event as GuardDuty sends it again for later activity: the same
// finding, counted once more.
func updated(e simulate.Event) simulate.Event {
	body := strings.Replace(string(e.Body), `"count":1`, `"count":2`, 1)
	return simulate.Event{Name: e.Name, Body: []byte(strings.Replace(body, `"updatedAt":"2026-03-04T05:06:00Z"`, `"updatedAt":"2026-03-04T06:06:00Z"`, 1))}
}
