package reach

import (
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// packetAt is a packet at one end of its way.
type packetAt struct {
	end    host
	f      flow
	egress bool
	peer   host
}

// judge has the security groups of one end judge a packet of the connection.
func (c *Connection) judge(t *trip, p packetAt, quiet time.Duration) {
	e, known := c.entries[p.end.name()]
	switch {
	case c.unsure:
		t.unsure(RuleTracked, "whether the security groups of %s let it go on, if it was open: they do if they track it", p.end.name())
	case c.passed == 0 || !known:
		t.group(p.end, p.f, p.egress, p.peer)
	case !e.tracked:
		t.untracked(p)
	default:
		c.judgeTracked(t, p, e, quiet)
	}
}

// untracked has a connection judged that no entry lets pass: both directions need a rule.
func (t *trip) untracked(p packetAt) {
	by := &trip{net: t.net}
	by.group(p.end, p.f, p.egress, p.peer)
	by.group(p.end, p.f.answer(), !p.egress, p.peer)
	switch {
	case by.stopped.text != "":
		t.stop(RuleUntracked, "%s", by.stopped.text)
	case by.unknown.text != "":
		t.unsure(by.unknown.rule, "%s", by.unknown.text)
	default:
		for _, text := range by.passed {
			t.pass(RuleGroup, "%s", text)
		}
	}
}

// judgeTracked decides by the entry, if it is still there. Where that is not known, only rules that
// allow the packet without an entry let it pass.
func (c *Connection) judgeTracked(t *trip, p packetAt, e entry, quiet time.Duration) {
	now := t.net.timeout(p.end, p.f)
	gone, lives := quiet >= max(e.idle.most(c.passed), now.most(c.passed)), quiet < min(e.idle.least(c.passed), now.least(c.passed))
	switch {
	case lives && e.always != "":
		t.pass(RuleAlways, "the security groups of %s let a tracked connection go on: they always track %s", p.end.name(), e.always)
	case lives:
		t.pass(RuleTracked, "the security groups of %s let a tracked connection go on", p.end.name())
	case gone && !c.starved:
		t.judgeAnew(p, t.stop, RuleIdle, "")
	case gone:
		t.judgeAnew(p, t.unsure, RuleStarved, "whether %s still tracks the connection, after "+quiet.String()+" in which packets were dropped: ")
	case e.idle != now:
		t.judgeAnew(p, t.unsure, RuleChangedIdle, "whether the timeout that %s has by now holds for the connection: ")
	default:
		t.judgeAnew(p, t.unsure, RuleDefaultIdle, "whether %s tracks a connection for 350 seconds or for five days: ")
	}
}

// judgeAnew judges a packet as the first one of a connection, and says what follows for one whose
// entry is gone, or may be.
func (t *trip) judgeAnew(p packetAt, otherwise func(Rule, string, ...any), r Rule, doubt string) {
	by := &trip{net: t.net}
	by.group(p.end, p.f, p.egress, p.peer)
	switch {
	case by.stopped.text != "" && doubt != "":
		otherwise(r, doubt+"if not, %s", p.end.name(), by.stopped.text)
	case by.stopped.text != "":
		otherwise(r, "%s", by.stopped.text)
	default:
		t.group(p.end, p.f, p.egress, p.peer)
	}
}

// entry is how the security groups would treat a flow of TCP or UDP from now on: they track it
// unless a rule allows it for all addresses, and a rule in the other direction allows the answers
// for all addresses and on all ports. IPv4 and IPv6 are judged apart.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#untracked-connections
func (n network) entry(end host, f flow, egress bool, peer host) entry {
	e := entry{tracked: true, always: peer.always, idle: n.timeout(end, f)}
	if e.always == "" {
		e.always = end.always
	}
	if e.always == "" {
		forAll := func(p types.IpPermission) bool { return permissionFits(p, f) && forEverybody(p, f.src) }
		answers := func(p types.IpPermission) bool { return onAllPorts(p, f) && forEverybody(p, f.src) }
		e.tracked = !n.hasRule(end, egress, forAll) || !n.hasRule(end, !egress, answers)
	}
	return e
}

func (n network) hasRule(end host, egress bool, match func(types.IpPermission) bool) bool {
	return slices.ContainsFunc(end.eni.Groups, func(id types.GroupIdentifier) bool {
		g := n.group(aws.ToString(id.GroupId))
		return g != nil && slices.ContainsFunc(rulesOf(g, egress), match)
	})
}

// forEverybody reports whether the permission is for all addresses of the IP version of like.
func forEverybody(p types.IpPermission, like netip.Addr) bool {
	if like.Is6() {
		return slices.ContainsFunc(p.Ipv6Ranges, func(r types.Ipv6Range) bool { return aws.ToString(r.CidrIpv6) == "::/0" })
	}
	return slices.ContainsFunc(p.IpRanges, func(r types.IpRange) bool { return aws.ToString(r.CidrIp) == "0.0.0.0/0" })
}

const lastPort = 65535

func onAllPorts(p types.IpPermission, f flow) bool {
	number := ec2.ProtocolNumber(aws.ToString(p.IpProtocol))
	all := aws.ToInt32(p.FromPort) == 0 && aws.ToInt32(p.ToPort) == lastPort
	return number == "-1" || number == f.protocol && all
}
