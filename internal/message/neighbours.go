package message

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// hit says who else was cut off, as it was counted right before.
func (f facts) hit() []line {
	if f.Containment == nil || f.Containment.Neighbours == nil {
		return nil
	}
	switch n := *f.Containment.Neighbours; {
	case n.NotKnown != "":
		return []line{say("Who else is cut off with it is %s.", Clean(n.String(), maxHit))}
	case n.Total() == 0 && !n.AtLeast && n.Group == nil:
		return []line{say("Nothing else was in %s when it was cut.", theSubnets(n))}
	default:
		return []line{say("Cut off with it, as counted then: %s.", Clean(n.String(), maxHit))}
	}
}

// hitWhole says it whole and by name, where the first lines have no room for that.
func (f facts) hitWhole() part {
	p := part{title: "Cut off with it", rank: open}
	if f.Containment == nil || f.Containment.Neighbours == nil {
		return p
	}
	short, named := f.Containment.Neighbours.String(), f.Containment.Neighbours.Named()
	whole := utf8.RuneCountInString(short) <= maxHit
	if whole && named == short {
		return p
	}
	p.lines = []line{say("%s.", Clean(named, maxFailure))}
	if whole {
		return p.elsewhere() // the record has the names
	}
	return p
}

// maxHit bounds who else is hit in the first lines, in characters: the incident's record has all.
const maxHit = 2*columns - 40

func theSubnets(n quarantine.Neighbours) string {
	if len(n.Subnets) == 1 {
		return "its subnet"
	}
	return "its subnets"
}

// natStep leads to the subnets that have lost their way out with a NAT gateway. To count them
// is a read that the cut does not wait for.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html
func (f facts) natStep() []line {
	if f.Containment == nil || f.Containment.Neighbours == nil {
		return nil
	}
	nats := slices.DeleteFunc(slices.Clone(f.Containment.Neighbours.Of(quarantine.NeighbourNATGateway).Names), func(name string) bool {
		return !strings.HasPrefix(name, "nat-") // EC2 did not tell
	})
	if len(nats) == 0 {
		return nil
	}
	return []line{
		say("A NAT gateway is cut off with it. Which subnets have lost their way out by that is not known here. See which are routed through it:"),
		f.aws("ec2 describe-route-tables", "--filters", arg("Name=route.nat-gateway-id,Values="+strings.Join(nats, ",")),
			"--query", arg("RouteTables[].Associations[].SubnetId"), "--output", "text"),
	}
}

// beyondNeighbours is what to weigh before a cut that hits more than the policy lets it.
func beyondNeighbours() []line {
	return []line{say("A yes cuts all of that off with the instance, and what depends on it stops. Weigh that against what the " +
		"instance can do until it is stopped or its security groups are taken away.")}
}

// membersAreHit is what to weigh before a cut that hits the instance's own Auto Scaling group.
func membersAreHit() []line {
	return []line{say("A yes cuts those off with the instance: members that fail their health checks for it are ended and replaced, which is billed, " +
		"and what the group launches into a cut subnet cannot work. Weigh that against what the instance can do. Before a yes, the group can be " +
		"given a subnet that is not cut, or its processes can be suspended.")}
}

// churnStep keeps the group from ending its other members for the cut, and from launching in their
// place what cannot work. Where standby is not taken, groupStep says so already.
func (f facts) churnStep() []line {
	if f.Containment == nil || f.Containment.Neighbours == nil || len(f.endingStep()) > 0 {
		return nil
	}
	g := f.Containment.Neighbours.Group
	if g == nil || g.Members == 0 && !g.Whole() {
		return nil
	}
	return []line{
		say("The Auto Scaling group %s ends other members that fail their health checks for the cut, and launches new ones, into cut "+
			"subnets too. To stop that until the subnets are given back:", Clean(g.Group, maxName)),
		f.aws("autoscaling suspend-processes", "--auto-scaling-group-name", arg(g.Group),
			"--scaling-processes", "HealthCheck", "ReplaceUnhealthy", "Terminate"),
	}
}

// uncounted says in a question that nobody has counted yet who else a yes hits: the brake's
// reason does, where it is the brake that asks.
func (f facts) uncounted(r quarantine.ApprovalRequest) string {
	if brake(r) != "" || !f.words.Placed {
		return ""
	}
	return "Which these are was not read for this question: they are counted right before the cut, and told. "
}
