package simulate_test

import (
	"context"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// live is the network with hosts that serve everybody on port 80 and one another on all ports, a
// way out through a NAT gateway, and the probes that ask what goes on.
func live(o account.Options) (*account.Account, []simulate.Question, error) {
	a, _, err := network(o)
	if err != nil {
		return nil, nil, err
	}
	a.AddRoute(a.AddRouteTable(vpc, subnetA), "0.0.0.0/0", "nat-0123456789abcdef0")
	group := a.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Egress: []account.Rule{{Source: "0.0.0.0/0"}},
		Ingress: []account.Rule{{Protocol: "tcp", From: 80, To: 80, Source: "0.0.0.0/0"}, {Source: "10.0.0.0/16"}}})
	for _, host := range []string{hostA, hostA2, hostB} {
		a.SetGroups(host, group)
	}
	ask := func(name, from, to string, port int, open bool) simulate.Question {
		return simulate.Question{From: name, To: to, Open: open, Packet: account.Packet{From: from, To: to, Port: port}}
	}
	return a, []simulate.Question{
		ask("inside, untracked", hostA2, hostA, 80, true),
		ask("inside, tracked", hostA, hostA2, 22, true),
		ask("across, untracked", hostB, hostA, 80, true),
		ask("across, tracked", hostA, hostB, 22, true),
		ask("through NAT", hostA, account.Internet, 443, true),
		ask("a new one out", hostA, hostB, 22, false),
		ask("a new one in", hostB, hostA, 80, false),
		ask("a new one through NAT", hostA, account.Internet, 443, false),
		ask("the neighbour's", hostB, hostA2, 80, false),
	}, nil
}

// Over the cut, the security group beside it, and the group alone: the border stops every packet
// while it stands. The group stops what is new, and what it did not track; what it did track goes
// on once the border is open, and of what went through a NAT gateway nothing is known.
func TestWhatGoesOnWhenTheSubnetIsGivenBack(t *testing.T) {
	t.Parallel()
	const unknown = simulate.Unknown
	r, err := simulate.Run(t.Context(), simulate.Options{
		Account: live, Policy: triage.DefaultPolicy(), Start: start,
		Scenario: func(ctx context.Context, s *simulate.Session) error { return narrowed(miner(hostA, 1))(ctx, s) },
	})
	if err != nil {
		t.Fatal(err)
	}
	wantProbes(t, r, map[string]phases{
		"inside, untracked → " + hostA:                {allowed, allowed, denied, denied},
		"inside, tracked → " + hostA2:                 {allowed, allowed, allowed, allowed},
		"across, untracked → " + hostA:                {allowed, denied, denied, denied},
		"across, tracked → " + hostB:                  {allowed, denied, denied, allowed},
		"through NAT → " + account.Internet:           {unknown, denied, denied, unknown},
		"a new one out → " + hostB:                    {allowed, denied, denied, denied},
		"a new one in → " + hostA:                     {allowed, denied, denied, denied},
		"a new one through NAT → " + account.Internet: {unknown, denied, denied, denied},
		"the neighbour's → " + hostA2:                 {allowed, denied, denied, allowed},
	})
}
