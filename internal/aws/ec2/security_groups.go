package ec2

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// SecurityGroups describes the groups with these ids; without ids it returns none.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
func (c *Client) SecurityGroups(ctx context.Context, r quarantine.Resource, ids []string) ([]quarantine.SecurityGroup, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, nil // EC2 would return all groups
	}
	pages := awsec2.NewDescribeSecurityGroupsPaginator(api, &awsec2.DescribeSecurityGroupsInput{GroupIds: ids})
	var out []quarantine.SecurityGroup
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("DescribeSecurityGroups", err)
		}
		for _, g := range page.SecurityGroups {
			out = append(out, groupOf(g))
		}
	}
	return out, nil
}

func groupOf(g types.SecurityGroup) quarantine.SecurityGroup {
	return quarantine.SecurityGroup{
		ID:    aws.ToString(g.GroupId),
		Name:  aws.ToString(g.GroupName),
		VPCID: aws.ToString(g.VpcId),
		Rules: append(ruleLines("ingress", g.IpPermissions), ruleLines("egress", g.IpPermissionsEgress)...),
	}
}

// ruleLines formats one line for each peer, for example "ingress tcp 80 0.0.0.0/0".
func ruleLines(direction string, permissions []types.IpPermission) []string {
	var out []string
	for _, p := range permissions {
		for _, peer := range peersOf(p) {
			out = append(out, direction+" "+protocolOf(p)+" "+portsOf(p)+" "+peer)
		}
	}
	return out
}

func peersOf(p types.IpPermission) []string {
	var out []string
	for _, r := range p.IpRanges {
		out = append(out, aws.ToString(r.CidrIp))
	}
	for _, r := range p.Ipv6Ranges {
		out = append(out, aws.ToString(r.CidrIpv6))
	}
	for _, l := range p.PrefixListIds {
		out = append(out, aws.ToString(l.PrefixListId))
	}
	for _, g := range p.UserIdGroupPairs {
		out = append(out, aws.ToString(g.GroupId))
	}
	return out
}

// protocolOf is a name, a number, or "all", for which EC2 uses -1.
func protocolOf(p types.IpPermission) string {
	if protocol := aws.ToString(p.IpProtocol); protocol != "-1" {
		return protocol
	}
	return "all"
}

// portsOf is a port, a range of ports (for ICMP, type and code), or "all".
func portsOf(p types.IpPermission) string {
	from, to := aws.ToInt32(p.FromPort), aws.ToInt32(p.ToPort)
	switch {
	case p.FromPort == nil || from == -1:
		return "all"
	case from == to:
		return fmt.Sprint(from)
	default:
		return fmt.Sprintf("%d-%d", from, to)
	}
}
