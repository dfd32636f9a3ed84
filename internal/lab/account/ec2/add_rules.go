package ec2

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ACL describes a network ACL to create. It denies what no rule allows.
type ACL struct {
	ID    string
	VPC   string
	Rules []ACLRule
	Tags  map[string]string
}

// ACLRule is one rule of a network ACL.
type ACLRule struct {
	Number   int
	Egress   bool
	Allow    bool
	Protocol string // "tcp", "udp", "icmp", "icmpv6"; "" is all
	From, To int    // ports; 0 and 0 means all
	CIDR     string // "" is 0.0.0.0/0
}

// SecurityGroup describes a security group to create.
type SecurityGroup struct {
	ID      string
	VPC     string
	Name    string
	Ingress []Rule
	Egress  []Rule // none means that no traffic may leave
	Tags    map[string]string
}

// Rule is a security group rule.
type Rule struct {
	Protocol string // "tcp", "udp", "icmp", "icmpv6"; "" is all
	From, To int    // ports; 0 and 0 means all
	Source   string // a CIDR, or a security group's ID; for an egress rule it is the destination
}

// AddACL creates a network ACL without associations, and returns its ID.
func (r *Resources) AddACL(acl ACL) string {
	defer r.service.Change()()
	must(r.network.vpcs.get(acl.VPC))("VPC", acl.VPC)
	id := r.idOr(acl.ID, KindACL.Prefix)
	r.network.acls.add(id, &types.NetworkAcl{
		NetworkAclId: &id, VpcId: &acl.VPC, OwnerId: aws.String(r.service.AccountID()), IsDefault: aws.Bool(false),
		Associations: []types.NetworkAclAssociation{},
		Entries:      append(aclEntries(acl.Rules), lastRule(true), lastRule(false)), Tags: toTags(acl.Tags),
	})
	return id
}

// allowAll are the rules of a default network ACL:
// https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
func allowAll(ipv6 bool) []ACLRule {
	rules := []ACLRule{{Number: 100, Egress: true, Allow: true}, {Number: 100, Allow: true}}
	if ipv6 {
		rules = append(rules, ACLRule{Number: 101, Egress: true, Allow: true, CIDR: "::/0"}, ACLRule{Number: 101, Allow: true, CIDR: "::/0"})
	}
	return rules
}

func aclEntries(rules []ACLRule) []types.NetworkAclEntry {
	var entries []types.NetworkAclEntry
	for _, r := range rules {
		e := types.NetworkAclEntry{
			RuleNumber: aws.Int32(int32(r.Number)), Egress: aws.Bool(r.Egress), Protocol: aws.String(ProtocolNumber(r.Protocol)),
			RuleAction: types.RuleActionDeny,
		}
		if r.Allow {
			e.RuleAction = types.RuleActionAllow
		}
		switch {
		case r.CIDR == "":
			e.CidrBlock = aws.String("0.0.0.0/0")
		case mustPrefix(r.CIDR).Addr().Is6():
			e.Ipv6CidrBlock = aws.String(r.CIDR)
		default:
			e.CidrBlock = aws.String(r.CIDR)
		}
		if r.From != 0 || r.To != 0 {
			e.PortRange = &types.PortRange{From: aws.Int32(int32(r.From)), To: aws.Int32(int32(r.To))}
		}
		entries = append(entries, e)
	}
	return entries
}

// AddSecurityGroup creates a security group, and returns its ID.
func (r *Resources) AddSecurityGroup(g SecurityGroup) string {
	defer r.service.Change()()
	must(r.network.vpcs.get(g.VPC))("VPC", g.VPC)
	g.ID = r.idOr(g.ID, KindGroup.Prefix)
	r.insertGroup(g)
	return g.ID
}

func (r *Resources) insertGroup(g SecurityGroup) *types.SecurityGroup {
	if g.Name == "" {
		g.Name = g.ID
	}
	group := &types.SecurityGroup{
		GroupId: &g.ID, GroupName: &g.Name, Description: &g.Name, VpcId: &g.VPC, OwnerId: aws.String(r.service.AccountID()),
		IpPermissions: permissions(g.Ingress), IpPermissionsEgress: permissions(g.Egress), Tags: toTags(g.Tags),
	}
	r.network.groups.add(g.ID, group)
	return group
}

func permissions(rules []Rule) []types.IpPermission {
	out := []types.IpPermission{}
	for _, r := range rules {
		p := types.IpPermission{IpProtocol: aws.String("-1")}
		if r.Protocol != "" {
			p.IpProtocol = aws.String(r.Protocol)
			p.FromPort, p.ToPort = aws.Int32(int32(r.From)), aws.Int32(int32(r.To))
			if r.From == 0 && r.To == 0 {
				p.FromPort, p.ToPort = allPorts(r.Protocol)
			}
		}
		switch {
		case strings.HasPrefix(r.Source, KindGroup.Prefix+"-"):
			p.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: aws.String(r.Source)}}
		case mustPrefix(r.Source).Addr().Is6():
			p.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: aws.String(r.Source)}}
		default:
			p.IpRanges = []types.IpRange{{CidrIp: aws.String(r.Source)}}
		}
		out = append(out, p)
	}
	return out
}

// allPorts are the port values with which a security group means all ports of a protocol.
func allPorts(protocol string) (from, to *int32) {
	if strings.HasPrefix(protocol, "icmp") {
		return aws.Int32(-1), aws.Int32(-1)
	}
	return aws.Int32(0), aws.Int32(65535)
}

// ProtocolNumber is a protocol's number in network ACL entries.
func ProtocolNumber(name string) string {
	switch name {
	case "":
		return "-1"
	case "tcp":
		return "6"
	case "udp":
		return "17"
	case "icmp":
		return "1"
	case "icmpv6":
		return "58"
	default:
		return name
	}
}
