package reach

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// acl checks the packet against the network ACL of the host's subnet. ACLs are stateless: the first
// matching rule in order decides.
//
// https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
func (t *trip) acl(h host, f flow, egress bool, which string) {
	if h.eni == nil {
		return
	}
	acl := t.net.ACLOf(h.subnet)
	for _, e := range inRuleOrder(acl.Entries, egress) {
		if !entryFits(e, f, egress) {
			continue
		}
		line := fmt.Sprintf("network ACL %s rule %s %%s %s%s", *acl.NetworkAclId, ruleName(e), which, heading(f, egress, entryBlock(e)))
		if e.RuleAction == types.RuleActionAllow {
			t.pass(RuleACL, line, "allows")
		} else {
			t.stop(RuleACL, line, "denies")
		}
		return
	}
	// AWS shows the rule * in every ACL. An ACL without it denies as well.
	t.stop(RuleACL, "network ACL %s has no rule for %s%s", *acl.NetworkAclId, which, heading(f, egress, f.far(egress).String()))
}

func inRuleOrder(entries []types.NetworkAclEntry, egress bool) []types.NetworkAclEntry {
	var directed []types.NetworkAclEntry
	for _, e := range entries {
		if aws.ToBool(e.Egress) == egress {
			directed = append(directed, e)
		}
	}
	slices.SortStableFunc(directed, func(a, b types.NetworkAclEntry) int {
		return int(aws.ToInt32(a.RuleNumber) - aws.ToInt32(b.RuleNumber))
	})
	return directed
}

// far is the address at the other end, which ACLs and security groups compare: the source of an
// inbound packet, and the destination of an outbound one.
func (f flow) far(egress bool) netip.Addr {
	if egress {
		return f.dst
	}
	return f.src
}

func entryBlock(e types.NetworkAclEntry) string {
	if e.Ipv6CidrBlock != nil {
		return *e.Ipv6CidrBlock
	}
	return aws.ToString(e.CidrBlock)
}

func entryFits(e types.NetworkAclEntry, f flow, egress bool) bool {
	if !within(entryBlock(e), f.far(egress)) {
		return false
	}
	number := ec2.ProtocolNumber(aws.ToString(e.Protocol))
	switch {
	case number == "-1":
		return true
	case number != f.protocol:
		return false
	case f.isICMP():
		return e.IcmpTypeCode == nil || fits(e.IcmpTypeCode.Type, f.icmpType) && fits(e.IcmpTypeCode.Code, 0)
	case e.PortRange == nil:
		return true
	default:
		return int(*e.PortRange.From) <= f.dstPort && f.dstPort <= int(*e.PortRange.To)
	}
}

// fits compares an ICMP type or code; -1 matches any.
func fits(rule *int32, got int) bool {
	return rule == nil || *rule == -1 || int(*rule) == got
}

func within(block string, addr netip.Addr) bool {
	p, err := netip.ParsePrefix(block)
	return err == nil && p.Contains(addr)
}

func ruleName(e types.NetworkAclEntry) string {
	if n := aws.ToInt32(e.RuleNumber); n < ec2.LastRule {
		return fmt.Sprint(n)
	}
	return "*"
}

// heading describes the traffic: "inbound tcp/80 from 0.0.0.0/0".
func heading(f flow, egress bool, block string) string {
	if egress {
		return fmt.Sprintf("outbound %s to %s", f, block)
	}
	return fmt.Sprintf("inbound %s from %s", f, block)
}
