package securitygroup

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func (Measure) Info() measure.Info { return Info() }

// Info is what the measure says of itself.
func Info() measure.Info {
	return measure.Info{
		Name: "security-group", Kind: quarantine.KindInstance, Thing: "interface", On: true, Group: measure.Network, OnlyOurs: true, Makes: "security group without rules",
		Does:    "gives every network interface of the instance one security group, which has no rules",
		InShort: "gives its interfaces a security group without rules",
		Closes:  []measure.Way{measure.Inside},
		Leaves: []measure.Open{{
			Way: measure.Inside,
			Text: "Connections with hosts in the same subnet that were open before: security groups let them go on until they time out " +
				"(an idle TCP connection after 5 minutes to 5 days, by the instance's type and settings). New ones are closed.",
			Brief: "connections inside its subnet that were open before, until they time out",
		}},
		// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
		Alone: []measure.Open{{
			Way: measure.Border,
			Text: "Connections that were open before the group was changed, and are tracked: a group ends none of them. They go on, across the subnet's " +
				"border too, until they were idle for their time (TCP from 5 minutes to 5 days, by the instance's type and settings). Nobody can list them.",
			Brief: "connections that were open before the group was changed and are tracked, until they time out (TCP: up to 5 days)",
		}, {
			Way: measure.Border,
			Text: "Whatever goes through a NAT gateway is tracked whatever the rules were, and so is what goes through a Network or Gateway Load Balancer, a " +
				"transit gateway, a PrivateLink or Network Firewall endpoint, an egress-only internet gateway, Global Accelerator or a Lambda interface. " +
				"Take such connections for open.",
			Brief: "whatever goes through a NAT gateway, a Network or Gateway Load Balancer, a transit gateway, a PrivateLink or Network Firewall " +
				"endpoint, an egress-only internet gateway, Global Accelerator or a Lambda interface",
		}},
		Now: func(h quarantine.Hold) string {
			return fmt.Sprintf("has %s alone, which has no rules", h.Parts[part].After)
		},
		Before: func(h quarantine.Hold) string {
			return cmp.Or(strings.ReplaceAll(h.Parts[part].Before.Known(), ",", ", "), measure.NotKnown)
		},
		Unsure:  "whether it has the group without rules alone",
		Refuses: func(string) string { return "EC2 does not let its groups be changed" },
		ByHand: func(r quarantine.Resource, _ []quarantine.Hold) []measure.Step {
			return []measure.Step{
				{Say: "Make a security group without rules in the instance's VPC, and give it to each of its interfaces; write down the groups that they have now (the rule for ::/0 is there in a VPC with IPv6 only):"},
				{Command: []string{
					"ec2", "describe-network-interfaces", "--filters", "Name=attachment.instance-id,Values=" + r.ID,
					"--query", "NetworkInterfaces[].[NetworkInterfaceId,VpcId,join(' ',Groups[].GroupId)]", "--output", "text",
				}},
				{Command: []string{"ec2", "create-security-group", "--vpc-id", "VPC", "--group-name", "quarantine-by-hand", "--description", "quarantine"}},
				{Command: []string{"ec2", "revoke-security-group-egress", "--group-id", "GROUP", "--protocol", "all", "--cidr", "0.0.0.0/0"}},
				{Command: []string{"ec2", "revoke-security-group-egress", "--group-id", "GROUP", "--ip-permissions", "IpProtocol=-1,Ipv6Ranges=[{CidrIpv6=::/0}]"}},
				{Command: []string{"ec2", "modify-network-interface-attribute", "--network-interface-id", "INTERFACE", "--groups", "GROUP"}},
			}
		},
		LookByHand: func(r quarantine.Resource, _ []quarantine.Hold) []measure.Step {
			return []measure.Step{{Say: "See which groups its interfaces have:"}, {Command: []string{
				"ec2", "describe-network-interfaces", "--filters", "Name=attachment.instance-id,Values=" + r.ID,
				"--query", "NetworkInterfaces[].[NetworkInterfaceId,join(' ',Groups[].GroupId)]", "--output", "text",
			}}}
		},
		UndoByHand: func(held []quarantine.Hold) []measure.Step {
			out := []measure.Step{{Say: "Give each interface the groups that it had, unless somebody has changed them since: EC2 does not compare."}}
			for _, h := range held {
				groups := strings.Split(cmp.Or(h.Parts[part].Before.Known(), "GROUPS"), ",")
				out = append(out, measure.Step{Command: append([]string{
					"ec2", "modify-network-interface-attribute", "--network-interface-id", h.Thing, "--groups",
				}, groups...)})
			}
			return out
		},
		MadeByHand: []string{"ec2", "describe-security-groups", "--filters", "Name=tag:" + quarantine.TagProduct + ",Values=" + quarantine.Product},
		Actions: []string{
			"ec2:DescribeNetworkInterfaces", "ec2:ModifyNetworkInterfaceAttribute", "ec2:DescribeSecurityGroups",
			"ec2:CreateSecurityGroup", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress", "ec2:CreateTags",
		},
		Undoing:  []string{"ec2:DescribeNetworkInterfaces", "ec2:ModifyNetworkInterfaceAttribute", "ec2:DescribeSecurityGroups"},
		Removing: []string{"ec2:DeleteSecurityGroup"},
		UndoneBy: []string{
			"ModifyNetworkInterfaceAttribute",
			"ModifyInstanceAttribute", // its groups are those of the first interface
			"AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "ModifySecurityGroupRules",
			"AttachNetworkInterface", // one that has other groups
		},
	}
}
