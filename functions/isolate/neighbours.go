package isolate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// neighbourTime is how long a cut waits to learn who else it hits. That goes beside reads of
// EC2, which take tens of milliseconds.
const neighbourTime = time.Second

// look is one read of who is in subnets.
type look struct {
	subnets []string
	found   []quarantine.Neighbour
	all     bool
	err     error
}

// neighbours are the steps, one or none, that read who else is in these subnets.
func (c *isolation) neighbours(ctx context.Context, subnets []string) []func() error {
	if len(subnets) == 0 || !c.in.Limits.Neighbours.Counts() {
		return nil
	}
	return []func() error{func() error {
		ctx, cancel := context.WithTimeout(ctx, neighbourTime)
		defer cancel()
		l := look{subnets: subnets}
		l.found, l.all, l.err = c.Beside.Neighbours(ctx, c.in.Claim.Resource, subnets)
		c.looks = append(c.looks, l)
		if l.err != nil {
			c.Log.WarnContext(ctx, "who else is in the subnets could not be read", "error", l.err.Error())
		}
		return nil // not to know it is no reason not to cut
	}}
}

// unread are the instance's subnets that no read was of. One that failed is not repeated.
func (c *isolation) unread() []string {
	return slices.DeleteFunc(c.instance.Subnets(), func(id string) bool {
		return slices.ContainsFunc(c.looks, func(l look) bool { return slices.Contains(l.subnets, id) })
	})
}

// hit is what the cut hits beside the instance; nil where the policy has nobody count. What the
// finding alone says of subnets does not matter.
func (c *isolation) hit() *quarantine.Neighbours {
	if !c.in.Limits.Neighbours.Counts() {
		return nil
	}
	subnets := c.instance.Subnets()
	all := len(c.unread()) == 0 // or it came to be in them after the count
	var found []quarantine.Neighbour
	for _, l := range c.looks {
		if !slices.ContainsFunc(l.subnets, func(id string) bool { return slices.Contains(subnets, id) }) {
			continue
		}
		if l.err != nil {
			n := quarantine.Neighbours{Subnets: subnets, Kinds: []quarantine.NeighbourCount{}, NotKnown: unreadable(l.err)}
			n.Group = c.groupHit(nil, false)
			return &n
		}
		found, all = append(found, l.found...), all && l.all
	}
	n := quarantine.CountNeighbours(found, all, subnets)
	n.Group = c.groupHit(found, all)
	return &n
}

// unreadable is why they are not known, in few words: it stands in the first lines of a message.
func unreadable(err error) string {
	switch quarantine.NameOf(err) {
	case quarantine.Throttled:
		return "EC2 throttled DescribeNetworkInterfaces"
	case quarantine.AccessDenied:
		return "the role of isolate lacks ec2:DescribeNetworkInterfaces"
	case quarantine.Unavailable:
		return "EC2 did not answer in time"
	}
	return "EC2 refused DescribeNetworkInterfaces"
}

// hits says what the cut would hit of which the policy wants that, or "".
func (c *isolation) hits(wanted string) string {
	n := c.hit()
	if n == nil {
		return ""
	}
	switch why := n.Wants(c.in.Limits.Neighbours, wanted); why {
	case "":
		return ""
	case quarantine.TooManyNeighbours:
		return fmt.Sprintf("the cut would hit %s: %s (upTo is %s; a NAT gateway, a load balancer or a VPC endpoint is beyond it by itself)",
			n, why, c.in.Limits.Neighbours.Most())
	default:
		return fmt.Sprintf("the cut would hit %s, and %s", n, why)
	}
}

// andHits names what a cut would hit that is held for another reason.
func (c *isolation) andHits() string {
	if n := c.hit(); n != nil {
		return ". Beside the instance it would hit: " + n.String()
	}
	return ""
}

func subnetsIn(byVPC map[string][]string) (out []string) {
	for _, vpc := range slices.Sorted(maps.Keys(byVPC)) {
		out = append(out, byVPC[vpc]...)
	}
	return out
}
