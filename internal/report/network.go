package report

import (
	"cmp"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Internet and Resolver are the hosts that are in no subnet.
const (
	Internet = "internet"
	Resolver = "resolver"
)

// bothWays is what is said of a way in either direction.
const bothWays = "both ways"

// groupMeasure holds the instance by its security group, in its subnet too.
const groupMeasure = "security-group"

// recorded is the network as far as it is on record: what the incident holds says what is closed, and
// what stood before says what was put back, not whom it let through.
func recorded(in quarantine.Incident, names map[string]string) Network {
	n := Network{Moments: []string{"before", "as on record"}}
	host := Host{ID: in.Resource.ID, Name: cmp.Or(names[in.Resource.ID], in.Resource.ID)}
	for _, h := range in.HoldsOf(quarantine.MeasureCut) {
		host.Subnet, host.VPC = cmp.Or(host.Subnet, h.Thing), cmp.Or(host.VPC, h.VPCID)
	}
	internet, elsewhere := Host{ID: Internet, Name: "Internet"}, Host{Name: "Other subnets", VPC: host.VPC, Subnet: "any other"}
	border, inside := border(in), inside(in)
	n.add(internet, host, "in", border)
	n.add(host, internet, "out", border)
	n.add(host, elsewhere, bothWays, border)
	beside := Host{Name: "Neighbours", Subnet: host.Subnet, VPC: host.VPC}
	if in.Neighbours != nil {
		beside.ID = in.Neighbours.String()
	}
	n.add(host, beside, bothWays, inside)
	n.add(host, Host{ID: Resolver, Name: "The VPC's DNS resolver", VPC: host.VPC}, "DNS", Passage{Open, "open", "neither a network ACL nor a security group closes it"})
	return n
}

func (n *Network) add(from, to Host, what string, now Passage) {
	n.Ways = append(n.Ways, Way{
		From: from, To: to, What: what, Both: what == bothWays,
		At: []Passage{{NotKnown, "not known", "what passed before the cut is not on record"}, now},
	})
}

// border is what passes the border of the instance's subnets.
func border(in quarantine.Incident) Passage {
	cut, held := things(in, quarantine.MeasureCut)
	switch {
	case in.Release != nil || in.Narrowed != nil && held == 0:
		return Passage{NotKnown, "given back", "what stood on the subnets before is put back; what that lets through is not on record"}
	case in.ContainedBy != "" && held == 0:
		p := closedAll(in, in.ContainedBy)
		if p.Pass == Closed {
			return Passage{Half, "nothing new", "the subnet is not cut: a connection that was open before may go on"}
		}
		return p
	case len(cut) == 0:
		return Passage{NotKnown, "not cut", "nothing that this incident holds closes it"}
	}
	return closedAll(in, quarantine.MeasureCut)
}

// inside is what passes between the instance and its neighbours in the same subnet.
func inside(in quarantine.Incident) Passage {
	all, _ := things(in, groupMeasure)
	switch p := closedAll(in, groupMeasure); {
	case in.Release != nil:
		return Passage{NotKnown, "given back", "its security groups are put back; what they let through is not on record"}
	case len(all) == 0:
		return Passage{Open, "not closed", "a network ACL does not filter what stays inside a subnet, and no security group is held"}
	case p.Pass == Closed:
		return Passage{Half, "nothing new", "nothing new can be opened; whether a connection that was open before goes on is not known"}
	default:
		return p
	}
}

// things are those of a measure that the incident holds or had to leave, and how many it holds.
func things(in quarantine.Incident, name string) (all []quarantine.Hold, held int) {
	for _, h := range in.HeldAndLeft() {
		if h.Measure != name {
			continue
		}
		all = append(all, h)
		if h.HeldFor(in.ID) {
			held++
		}
	}
	return all, held
}

// closedAll says whether a measure closes all of its things, as read back.
func closedAll(in quarantine.Incident, name string) Passage {
	all, _ := things(in, name)
	open := func(h quarantine.Hold) bool {
		return h.Outcome == quarantine.LeftOpen || h.Drift != nil && h.Drift.Open() && h.Drift.Kind != quarantine.DriftUnverified
	}
	switch {
	case slices.ContainsFunc(all, open):
		return Passage{Open, "OPEN", "the last look, or the measure itself, found one that is open: see what is held"}
	case len(all) == 0 || slices.ContainsFunc(all, func(h quarantine.Hold) bool { return !measure.Closed(h) }):
		return Passage{NotKnown, "not known", "no read-back is on record of everything that " + register.Named(name).Name + " is to close"}
	}
	return Passage{Closed, "closed", register.Named(name).Does}
}
