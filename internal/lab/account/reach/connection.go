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
	tracked map[string]bool // by interface; an interface that does not track it judges every packet by its rules
	last    time.Time       // when a packet and its answer last passed
	passed  int             // number of packets that passed and were answered
	unsure  bool            // it is not known whether it could be opened, and so not who tracks it
}

// Open opens a connection with its first packet and the answer. If they do not get through, it is
// nil. Where that is not known, such as through a NAT gateway, it may be open: what stops every
// packet stops it, and of security groups it is not known.
func Open(d ec2.Description, p Packet, now time.Time) (*Connection, Path) {
	if p.Protocol == "icmp" {
		return nil, Path{Reason: "icmp has no connections"}
	}
	c := &Connection{packet: p}
	path := c.Send(d, now)
	if !path.Allowed && !path.Unknown {
		return nil, path
	}
	c.unsure = path.Unknown
	return c, path
}

// Send sends one more packet, and its answer. Routes and network ACLs, which are stateless, judge
// it like any packet. Security groups let a tracked connection go on, whatever their rules are by
// now, until it was idle for too long; of one that they do not track they judge both directions.
// After the idle timeout the packet is judged like the first one of a connection.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
func (c *Connection) Send(d ec2.Description, now time.Time) Path {
	t, tracked := &trip{net: network{d}}, map[string]bool{}
	path := t.travel(c.packet, func(end host, f flow, egress bool, peer host) {
		if end.eni == nil {
			return
		}
		tracked[end.name()] = t.net.tracks(end, f, egress)
		switch {
		case c.unsure:
			t.unsure("whether the security groups of %s let it go on, if it was open: they do if they track it", end.name())
		case c.passed == 0 || c.tracked[end.name()] && now.Sub(c.last) >= c.idle(end, f):
			t.group(end, f, egress, peer)
		case c.tracked[end.name()]:
			t.pass("the security groups of %s let a tracked connection go on", end.name())
		default:
			t.group(end, f, egress, peer)
			t.group(end, f.answer(), !egress, peer)
		}
	})
	// A packet that passes is tracked by the rules of now, as is the rest of the connection then.
	// The documentation says so of the first packet only; AWSSupport-ContainEC2Instance, which
	// opens the groups for a moment before it closes them, relies on it for later ones.
	if path.Allowed {
		c.tracked, c.last, c.passed = tracked, now, c.passed+1
	}
	return path
}
