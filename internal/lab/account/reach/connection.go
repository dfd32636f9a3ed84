package reach

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// Connection is an open TCP connection or UDP flow. It knows what the network has seen of it, and
// nothing of its hosts: one that they would have given up on passes packets again once the network
// lets it.
type Connection struct {
	packet  Packet
	entries map[string]entry // by interface
	last    time.Time        // when a packet and its answer last passed
	passed  int              // number of packets that passed and were answered
	busy    bool             // its hosts send without a pause
	starved bool             // packets have been stopped since then
	unsure  bool             // it is not known whether it could be opened, and so not who tracks it
}

// entry is how the security groups of one interface treat the connection. One that is not tracked
// has every packet judged by the rules.
type entry struct {
	tracked bool
	always  string // why it is tracked whatever the rules are; "" if the rules decide
	idle    timeout
}

// Open opens a connection with its first packet and the answer. If they do not get through, it is
// nil. Where that is not known, such as through a gateway of which nothing is described, it may be
// open: what stops every packet stops it, and of security groups it is not known.
func Open(d ec2.Description, p Packet, now time.Time) (*Connection, Path) {
	if p.Protocol == "icmp" {
		return nil, Path{Reason: "icmp has no connections"}
	}
	c := &Connection{packet: p}
	path := c.Send(d, now)
	if !path.Allowed && !path.Unknown {
		return nil, path
	}
	c.unsure, c.starved = path.Unknown, false
	return c, path
}

// Keep has the hosts send without a pause from now on, so that only what stops their packets makes
// the connection idle.
func (c *Connection) Keep() { c.busy = true }

// Tracked reports which interfaces on its way track the connection, each for itself: one that does
// not ends it when its own rules change. It is empty for one that was not seen to open.
func (c *Connection) Tracked() map[string]bool {
	out := map[string]bool{}
	for eni, e := range c.entries {
		out[eni] = e.tracked
	}
	return out
}

// Send sends one more packet, and its answer. Routes, network ACLs, which are stateless, and NAT
// gateways judge it like any packet. Security groups let a tracked connection go on, whatever
// their rules are by now, until it was idle for too long; of one that they do not track they judge
// both directions. After the idle timeout the packet is judged like the first one of a connection.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
func (c *Connection) Send(d ec2.Description, now time.Time) Path {
	t, entries := &trip{net: network{d}}, map[string]entry{}
	quiet := c.quiet(now)
	path := t.travel(c.packet, func(end host, f flow, egress bool, peer host) {
		if end.eni == nil {
			return
		}
		entries[end.name()] = t.net.entry(end, f, egress, peer)
		c.judge(t, packetAt{end, f, egress, peer}, quiet)
	})
	if t.nat != nil {
		c.rememberedByNAT(t, quiet)
		path = t.path()
	}
	switch {
	// A packet that passes is tracked by the rules of now, as is the rest of the connection then.
	// The documentation says so of the first packet only; AWSSupport-ContainEC2Instance, which
	// opens the groups for a moment before it closes them, relies on it for later ones.
	case path.Allowed:
		c.entries, c.last, c.passed, c.starved = entries, now, c.passed+1, false
	case !c.starved:
		c.starved = true
		if c.busy && c.passed > 0 {
			c.last = now // until then, its packets passed
		}
	}
	return path
}

// quiet is for how long no packet has passed.
func (c *Connection) quiet(now time.Time) time.Duration {
	if c.busy && !c.starved {
		return 0
	}
	return now.Sub(c.last)
}

// rememberedByNAT judges whether the NAT gateway on the way still has the connection.
func (c *Connection) rememberedByNAT(t *trip, quiet time.Duration) {
	switch {
	case c.passed == 0 || quiet < natIdle:
	case c.starved:
		t.unsure(RuleNATStarved, "whether the NAT gateway still has the connection, after %s in which nothing passed", quiet)
	default:
		t.stop(RuleNATIdle, "the NAT gateway has forgotten the connection, which was idle for %s", quiet)
	}
}
