package ec2

import (
	"context"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var (
	revokeSecurityGroupEgress = call.Operation{
		Name: "RevokeSecurityGroupEgress", Mutating: true,
		Needs: []string{"GroupId"}, Reads: []string{"IpPermissions"},
	}
	revokeSecurityGroupIngress = call.Operation{
		Name: "RevokeSecurityGroupIngress", Mutating: true,
		Needs: []string{"GroupId"}, Reads: []string{"IpPermissions"},
	}
)

// RevokeSecurityGroupEgress follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
//
// If a rule does not exist, nothing is revoked; in a default VPC the other rules are, and the
// answer names the one that does not exist.
func (c *Client) RevokeSecurityGroupEgress(ctx context.Context, in *ec2.RevokeSecurityGroupEgressInput, _ ...func(*ec2.Options)) (*ec2.RevokeSecurityGroupEgressOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, revokeSecurityGroupEgress, in, r.revokeEgress)
}

// RevokeSecurityGroupIngress follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
//
// A rule that does not exist is answered as one for traffic out is.
func (c *Client) RevokeSecurityGroupIngress(ctx context.Context, in *ec2.RevokeSecurityGroupIngressInput, _ ...func(*ec2.Options)) (*ec2.RevokeSecurityGroupIngressOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, revokeSecurityGroupIngress, in, r.revokeIngress)
}

func (r *Resources) revokeEgress(in *ec2.RevokeSecurityGroupEgressInput) (*ec2.RevokeSecurityGroupEgressOutput, error) {
	unknown, err := r.revoke(*in.GroupId, in.IpPermissions, func(g *types.SecurityGroup) *[]types.IpPermission { return &g.IpPermissionsEgress })
	if err != nil {
		return nil, err
	}
	return &ec2.RevokeSecurityGroupEgressOutput{Return: aws.Bool(true), UnknownIpPermissions: unknown}, nil
}

func (r *Resources) revokeIngress(in *ec2.RevokeSecurityGroupIngressInput) (*ec2.RevokeSecurityGroupIngressOutput, error) {
	unknown, err := r.revoke(*in.GroupId, in.IpPermissions, func(g *types.SecurityGroup) *[]types.IpPermission { return &g.IpPermissions })
	if err != nil {
		return nil, err
	}
	return &ec2.RevokeSecurityGroupIngressOutput{Return: aws.Bool(true), UnknownIpPermissions: unknown}, nil
}

// revoke takes rules out of one direction of a group, and gives those that are not in it.
func (r *Resources) revoke(group string, revoked []types.IpPermission, direction func(*types.SecurityGroup) *[]types.IpPermission) ([]types.IpPermission, error) {
	if len(revoked) == 0 {
		return nil, call.Fail("MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.")
	}
	found, err := lookup(KindGroup, &r.network.groups, []string{group})
	if err != nil {
		return nil, err
	}
	g := found[0]
	rules := direction(g)
	left, unknown := without(*rules, revoked)
	vpc, ok := r.network.vpcs.get(aws.ToString(g.VpcId))
	if isDefault := ok && aws.ToBool(vpc.IsDefault); len(unknown) > 0 && !isDefault {
		return nil, call.Fail("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
	}
	*rules = left
	return unknown, nil
}

// without returns the rules that are left, and the revoked ones that are not among them.
func without(rules, revoked []types.IpPermission) (left, unknown []types.IpPermission) {
	left = single(rules)
	for _, one := range single(revoked) {
		at := slices.IndexFunc(left, func(p types.IpPermission) bool { return isSameRule(p, one) })
		if at < 0 {
			unknown = append(unknown, one)
			continue
		}
		left = slices.Delete(left, at, at+1)
	}
	return left, unknown
}

// single returns the permissions with one peer each: a rule each.
func single(permissions []types.IpPermission) []types.IpPermission {
	out := []types.IpPermission{}
	for _, p := range permissions {
		bare := types.IpPermission{IpProtocol: p.IpProtocol, FromPort: p.FromPort, ToPort: p.ToPort}
		for n := range p.IpRanges {
			next := bare
			next.IpRanges = p.IpRanges[n : n+1]
			out = append(out, next)
		}
		for n := range p.Ipv6Ranges {
			next := bare
			next.Ipv6Ranges = p.Ipv6Ranges[n : n+1]
			out = append(out, next)
		}
		for n := range p.PrefixListIds {
			next := bare
			next.PrefixListIds = p.PrefixListIds[n : n+1]
			out = append(out, next)
		}
		for n := range p.UserIdGroupPairs {
			next := bare
			next.UserIdGroupPairs = p.UserIdGroupPairs[n : n+1]
			out = append(out, next)
		}
	}
	return out
}

// isSameRule compares rules of one peer without their descriptions, which distinguish nothing.
func isSameRule(a, b types.IpPermission) bool {
	return ProtocolNumber(aws.ToString(a.IpProtocol)) == ProtocolNumber(aws.ToString(b.IpProtocol)) &&
		reflect.DeepEqual(a.FromPort, b.FromPort) && reflect.DeepEqual(a.ToPort, b.ToPort) && peerOf(a) == peerOf(b)
}

// peerOf is the peer of a rule: a CIDR block, or the ID of a prefix list or a group.
func peerOf(p types.IpPermission) string {
	switch {
	case len(p.IpRanges) > 0:
		return aws.ToString(p.IpRanges[0].CidrIp)
	case len(p.Ipv6Ranges) > 0:
		return aws.ToString(p.Ipv6Ranges[0].CidrIpv6)
	case len(p.PrefixListIds) > 0:
		return aws.ToString(p.PrefixListIds[0].PrefixListId)
	default:
		return aws.ToString(p.UserIdGroupPairs[0].GroupId)
	}
}
