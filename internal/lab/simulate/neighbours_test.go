package simulate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// natGateway puts a NAT gateway into subnetA.
func natGateway(a *account.Account) {
	a.AddInterface(account.Interface{
		ID: "eni-0f000000000000001", Subnet: subnetA, PrivateIP: "10.0.1.99", Type: "nat_gateway", RequesterManaged: true,
		Description: "Interface for NAT Gateway nat-0a000000000000001",
	})
}

// crowd puts so many hosts more into subnetA, where two are beside hostA.
func crowd(hosts int) func(*account.Account) {
	return func(a *account.Account) {
		for n := range hosts {
			a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnetA, PrivateIP: fmt.Sprintf("10.0.1.%d", 100+n)}}})
		}
	}
}

// counting matches the read that counts neighbours before a cut.
func counting(kind account.Kind) account.Fault {
	return account.Fault{Operation: "DescribeNetworkInterfaces", Kind: kind, Match: func(c account.Call) bool { return c.Caller.Function == "isolate" }}
}

func TestNeighboursBeyondTheLimitAreCutOnAPersonsWordAlone(t *testing.T) {
	t.Parallel()
	both := func(more account.Fault) func(*account.Account) {
		return func(a *account.Account) { natGateway(a); a.Inject(more) }
	}
	for name, c := range map[string]struct {
		prepare func(*account.Account)
		person  bool
		policy  string
		end     string
		says    string // in the first message
	}{
		"as many as may be":    {crowd(18), false, "", "Contained", "as counted then: 20 other instances."},
		"one more, and a no":   {crowd(19), false, "", "LeftUncut", "the cut would hit 21 other instances:"},
		"one more, and a yes":  {crowd(19), true, "", "Contained", "the cut would hit 21 other instances:"},
		"a gateway, and a no":  {natGateway, false, "", "LeftUncut", "the cut would hit 2 other instances and a NAT gateway (nat-0a000000000000001):"},
		"a gateway, and a yes": {natGateway, true, "", "Contained", "the cut would hit 2 other instances and a NAT gateway (nat-0a000000000000001):"},
		"a gateway may be cut": {natGateway, false, "neighbours: {beyond: cut}\n", "Contained", "as counted then: 2 other instances and a NAT gateway (nat-0a000000000000001)."},
		"throttled":            {both(counting(account.Throttle)), false, "", "Contained", "is not known (EC2 throttled DescribeNetworkInterfaces)."},
		"denied":               {both(counting(account.Deny)), false, "", "Contained", "is not known (the role of isolate lacks ec2:DescribeNetworkInterfaces)."},
		"the answer is lost":   {both(counting(account.TimeoutAfter)), false, "", "Contained", "is not known (EC2 did not answer in time)."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := triage.ParsePolicy([]byte("version: 1\n" + c.policy))
			if err != nil {
				t.Fatal(err)
			}
			w := world(true, miner(hostA, 1))
			w.Answer = map[bool]invariants.Answer{true: invariants.Yes, false: invariants.No}[c.person]
			r := checked(t, simulate.Options{
				Events: []simulate.Event{miner(hostA, 1)}, Account: network, Prepare: c.prepare, Person: simulate.Answer(c.person), Policy: p, Start: start,
			}, w)
			if got := end(r.Executions[0]); got != c.end {
				t.Fatalf("ended in %s: %s", got, path(r.Executions[0]))
			}
			if text := strings.Join(strings.Fields(r.Notifications[0].Text), " "); !strings.Contains(text, c.says) {
				t.Errorf("%q is not in:\n%s", c.says, r.Notifications[0].Text)
			}
		})
	}
}
