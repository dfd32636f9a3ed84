package quarantine_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// neighbours are so many things of a kind in subnet-1.
func neighbours(kind quarantine.NeighbourKind, of ...string) (out []quarantine.Neighbour) {
	for _, id := range of {
		out = append(out, quarantine.Neighbour{Subnet: "subnet-1", Kind: kind, Of: id})
	}
	return out
}

func counted(all bool, found ...[]quarantine.Neighbour) quarantine.Neighbours {
	var list []quarantine.Neighbour
	for _, f := range found {
		list = append(list, f...)
	}
	return quarantine.CountNeighbours(list, all, []string{"subnet-1"})
}

// A record has room for the names of the first hosts, which a message leaves out.
func TestNeighboursByName(t *testing.T) {
	t.Parallel()
	n := counted(true, neighbours(quarantine.NeighbourInstance, "i-1", "i-2", "i-3", "i-4"), neighbours(quarantine.NeighbourNATGateway, "nat-1"),
		neighbours(quarantine.NeighbourDatabase, "eni-1"))
	if got, want := n.Named(), "4 other instances (i-1, i-2, i-3 and 1 more), a NAT gateway (nat-1) and a database's interface"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := n.String(), "4 other instances, a NAT gateway (nat-1) and a database's interface"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNeighboursInWordsAndAgainstTheLimit(t *testing.T) {
	t.Parallel()
	hosts := neighbours(quarantine.NeighbourInstance, "i-1", "i-2", "i-1", "i-3")
	nats := neighbours(quarantine.NeighbourNATGateway, "nat-1", "nat-2", "nat-3", "nat-4", "nat-5")
	elsewhere := []quarantine.Neighbour{{Subnet: "subnet-2", Kind: quarantine.NeighbourInstance, Of: "i-9"}}
	three := quarantine.NeighbourLimit{UpTo: 3, Beyond: quarantine.BeyondAsk}
	for _, c := range []struct {
		quarantine.Neighbours
		limit  quarantine.NeighbourLimit
		beyond bool
		says   string
	}{
		{counted(true), three, false, "nothing else"},
		{counted(true, elsewhere), three, false, "nothing else"},
		{counted(true, hosts, elsewhere), three, false, "3 other instances"},
		{counted(true, hosts[:1]), three, false, "1 other instance"},
		{counted(true, hosts, neighbours(quarantine.NeighbourDatabase, "eni-1")), three, true, "3 other instances and a database's interface"},
		{counted(true, hosts, neighbours(quarantine.NeighbourDatabase, "eni-1")), quarantine.NeighbourLimit{UpTo: 3, Beyond: quarantine.BeyondCut}, false, "3 other instances and a database's interface"},
		{counted(true, hosts), quarantine.NeighbourLimit{Beyond: quarantine.BeyondAsk}, false, "3 other instances"},
		{counted(true, nats[:1]), quarantine.NeighbourLimit{Beyond: quarantine.BeyondAsk}, true, "a NAT gateway (nat-1)"},
		{counted(true, nats, hosts), three, true, "3 other instances and 5 NAT gateways (nat-1, nat-2, nat-3 and 2 more)"},
		{counted(true, neighbours(quarantine.NeighbourLoadBalancer, "app/a/1", "app/a/1")), three, true, "a load balancer (app/a/1)"},
		{counted(true, hosts, nats[:1], neighbours(quarantine.NeighbourOther, "eni-1", "eni-2")), three, true, "3 other instances, a NAT gateway (nat-1) and 2 interfaces of other AWS services"},
		{counted(true, neighbours(quarantine.NeighbourEndpoint, "vpce-1")), three, true, "a VPC endpoint (vpce-1)"},
		{counted(false, hosts[:1]), three, true, "at least 1 other instance"},
		{counted(false), three, true, "not known (there are more interfaces than were read)"},
		{quarantine.Neighbours{NotKnown: "throttled"}, three, false, "not known (throttled)"},
	} {
		if got := c.String(); got != c.says || c.Beyond(c.limit) != c.beyond {
			t.Errorf("%q, beyond %+v: %t; want %q, %t", got, c.limit, c.Beyond(c.limit), c.says, c.beyond)
		}
	}
}
