package simulate_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// live is the network with hosts that serve everybody on port 80 and one another on all ports, a
// way out through a NAT gateway in subnetC, and the probes that ask what goes on.
func live(o account.Options) (*account.Account, []simulate.Question, error) {
	a, _, err := network(o)
	if err != nil {
		return nil, nil, err
	}
	const nat = "nat-0123456789abcdef0"
	a.AddRoute(a.AddRouteTable(vpc, subnetA), "0.0.0.0/0", nat)
	a.AddRoute(a.AddRouteTable(vpc, subnetC), "0.0.0.0/0", a.AddInternetGateway(vpc))
	a.AddInterface(account.Interface{Subnet: subnetC, PrivateIP: "10.0.3.9", PublicIP: "198.51.100.9", Type: "nat_gateway", RequesterManaged: true,
		Description: "Interface for NAT Gateway " + nat})
	group := a.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Egress: []account.Rule{{Source: "0.0.0.0/0"}},
		Ingress: []account.Rule{{Protocol: "tcp", From: 80, To: 80, Source: "0.0.0.0/0"}, {Source: "10.0.0.0/16"}}})
	for _, host := range []string{hostA, hostA2, hostB} {
		a.SetGroups(host, group)
	}
	ask := func(name, from, to string, port int, open bool) simulate.Question {
		return simulate.Question{From: name, To: "", Open: open, Packet: account.Packet{From: from, To: to, Port: port}}
	}
	return a, []simulate.Question{
		ask("inside, tracked", hostA, hostA2, 22, true),
		ask("inside, untracked", hostA2, hostA, 80, true),
		ask("across, tracked", hostA, hostB, 22, true),
		ask("across, untracked", hostB, hostA, 80, true),
		ask("through NAT", hostA, account.Internet, 443, true),
		ask("new: inside", hostA2, hostA, 80, false),
		ask("new: across", hostA, hostB, 22, false),
		ask("new: through NAT", hostA, account.Internet, 443, false),
		ask("the neighbour's: across", hostB, hostA2, 80, true),
		ask("the neighbour's: through NAT", hostA2, account.Internet, 443, true),
	}, nil
}

// stages are a probe's answers: before, after the cut, when contained, when narrowed, at the end.
type stages [5]string

const (
	open   = simulate.Allowed
	closed = simulate.Denied
	maybe  = simulate.Unknown
)

func wantStages(t *testing.T, r *simulate.Report, want map[string]stages) {
	t.Helper()
	if len(r.Probes) != len(want) {
		t.Errorf("%d probes, want %d", len(r.Probes), len(want))
	}
	for _, p := range r.Probes {
		if got := (stages{p.Before, p.AfterCut, p.Contained, p.Narrowed, p.After}); got != want[p.From] {
			t.Errorf("%s is %v, want %v, by %v", p.From, got, want[p.From], p.Rules)
		}
		for phase, rules := range p.Rules {
			for _, rule := range rules {
				if r.Rules[rule].Says == "" {
					t.Errorf("%s, %s: the report does not say what %s is", p.From, phase, rule)
				}
			}
		}
	}
}

// The cut stops every packet at the border, and none inside. The group stops what is new and what
// it does not track. Once the border is open again, what it tracks goes on; whether a NAT gateway
// has kept a connection that was starved for longer than it remembers is not known, nor after a
// release. The neighbours' connections come back with the border.
func TestWhatLiveConnectionsDoUntilTheRelease(t *testing.T) {
	t.Parallel()
	r := withLive(t, live, func(ctx context.Context, s *simulate.Session) error {
		if err := narrowed(miner(hostA, 1))(ctx, s); err != nil {
			return err
		}
		return releaseLater(ctx, s)
	})
	wantStages(t, r, map[string]stages{
		//                              before cut     contained narrowed released
		"inside, tracked":              {open, open, open, open, open},
		"inside, untracked":            {open, open, closed, closed, open},
		"across, tracked":              {open, closed, closed, open, open},
		"across, untracked":            {open, closed, closed, closed, open},
		"through NAT":                  {open, closed, closed, maybe, maybe},
		"new: inside":                  {open, open, closed, closed, open},
		"new: across":                  {open, closed, closed, closed, open},
		"new: through NAT":             {open, closed, closed, closed, open},
		"the neighbour's: across":      {open, closed, closed, open, open},
		"the neighbour's: through NAT": {open, closed, closed, maybe, maybe},
	})
	wantRule(t, r, "through NAT", "narrowed", "nat-gateway-starved")
	wantRule(t, r, "across, tracked", "narrowed", "tracked")
	wantRule(t, r, "across, untracked", "contained", "network-acl")
	wantRule(t, r, "inside, untracked", "contained", "untracked")
	for _, p := range r.Probes {
		serves80 := strings.Contains(p.From, "untracked") || p.From == "the neighbour's: across" // which is open to all
		if got := slices.Contains(slices.Collect(maps.Values(p.Tracking)), simulate.Untracked); p.Open && (got != serves80 || len(p.Tracking) == 0) {
			t.Errorf("%s is tracked like that: %v", p.From, p.Tracking)
		}
	}
}

// Where the group alone is taken, because the network is another account's, all that is tracked
// goes on, through a NAT gateway, too.
func TestWhatLiveConnectionsDoUnderTheGroupAlone(t *testing.T) {
	t.Parallel()
	shared := func(o account.Options) (*account.Account, []simulate.Question, error) {
		a, questions, err := live(o)
		share(a)
		return a, questions, err
	}
	r := withLive(t, shared, func(ctx context.Context, s *simulate.Session) error {
		if err := delivered(ctx, s, miner(hostA, 1)); err != nil {
			return err
		}
		return s.Clock.Sleep(ctx, time.Hour)
	})
	const never = "" // nothing was narrowed
	wantStages(t, r, map[string]stages{
		"inside, tracked":              {open, open, open, never, open},
		"inside, untracked":            {open, closed, closed, never, closed},
		"across, tracked":              {open, open, open, never, open},
		"across, untracked":            {open, closed, closed, never, closed},
		"through NAT":                  {open, open, open, never, open},
		"new: inside":                  {open, closed, closed, never, closed},
		"new: across":                  {open, closed, closed, never, closed},
		"new: through NAT":             {open, closed, closed, never, closed},
		"the neighbour's: across":      {open, open, open, never, open},
		"the neighbour's: through NAT": {open, open, open, never, open},
	})
	wantRule(t, r, "through NAT", "after", "always-tracked")
}

// An interface with a short timeout may have forgotten what was starved, or not.
func TestWhetherAStarvedConnectionIsStillTrackedIsNotKnown(t *testing.T) {
	t.Parallel()
	short := func(o account.Options) (*account.Account, []simulate.Question, error) {
		a, questions, err := live(o)
		a.SetTCPIdle(hostA, 5*time.Minute)
		return a, questions[2:3], err
	}
	r := withLive(t, short, narrowed(miner(hostA, 1)))
	wantStages(t, r, map[string]stages{"across, tracked": {open, closed, closed, maybe, maybe}})
	wantRule(t, r, "across, tracked", "narrowed", "starved-entry")
}

func withLive(t *testing.T, a func(account.Options) (*account.Account, []simulate.Question, error), scenario func(context.Context, *simulate.Session) error) *simulate.Report {
	t.Helper()
	r, err := simulate.Run(t.Context(), simulate.Options{Account: a, Policy: triage.DefaultPolicy(), Start: start, Scenario: scenario})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantRule wants a probe's answer in a phase to follow from a rule of which AWS has a document.
func wantRule(t *testing.T, r *simulate.Report, probe, phase string, rule account.PathRule) {
	t.Helper()
	for _, p := range r.Probes {
		if p.From == probe && !slices.Contains(p.Rules[phase], rule) {
			t.Errorf("%s, %s, follows from %v, want %s", probe, phase, p.Rules[phase], rule)
		}
	}
	if !strings.HasPrefix(r.Rules[rule].Document, "https://docs.aws.amazon.com/") {
		t.Errorf("%s is said in %q", rule, r.Rules[rule].Document)
	}
}

// releaseLater releases the one open incident, an hour later.
func releaseLater(ctx context.Context, s *simulate.Session) error {
	if err := s.Clock.Sleep(ctx, time.Hour); err != nil {
		return err
	}
	open, err := s.Ledger.OpenIncidents(ctx)
	if err != nil {
		return err
	}
	return startRelease(ctx, s, open[0].ID)
}
