package ec2

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var (
	createSecurityGroup = call.Operation{
		Name: "CreateSecurityGroup", Mutating: true,
		Needs: []string{"GroupName", "Description", "VpcId"}, Reads: []string{"TagSpecifications"},
	}
	deleteSecurityGroup = call.Operation{
		Name: "DeleteSecurityGroup", Mutating: true,
		Needs: []string{"GroupId"},
	}
)

// CreateSecurityGroup follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
//
// There is no client token: a second call with the name, in any case, is refused. The group allows
// all traffic out: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
func (c *Client) CreateSecurityGroup(ctx context.Context, in *ec2.CreateSecurityGroupInput, _ ...func(*ec2.Options)) (*ec2.CreateSecurityGroupOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, createSecurityGroup, in, r.createGroup)
}

func (r *Resources) createGroup(in *ec2.CreateSecurityGroupInput) (*ec2.CreateSecurityGroupOutput, error) {
	vpcs, err := lookup(KindVPC, &r.network.vpcs, []string{*in.VpcId})
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(KindGroup, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := r.checkNewGroup(*in.VpcId, *in.GroupName, *in.Description); err != nil {
		return nil, err
	}
	egress := []Rule{{Source: "0.0.0.0/0"}}
	if len(vpcs[0].Ipv6CidrBlockAssociationSet) > 0 {
		egress = append(egress, Rule{Source: "::/0"})
	}
	id := r.service.NewID(KindGroup.Prefix)
	g := r.insertGroup(SecurityGroup{ID: id, VPC: *in.VpcId, Name: *in.GroupName, Egress: egress})
	g.Description, g.Tags = in.Description, tags
	return &ec2.CreateSecurityGroupOutput{GroupId: &id, Tags: tags, SecurityGroupArn: aws.String(r.service.ARN(name, "security-group/"+id))}, nil
}

// The characters and the length of a group's name and description:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
const (
	maxGroupText   = 255
	groupTextMarks = " ._-:/()#,@[]+=&;{}!$*"
)

func (r *Resources) checkNewGroup(vpc, groupName, description string) error {
	for _, text := range []string{groupName, description} {
		if len(text) > maxGroupText || strings.ContainsFunc(text, isNoGroupText) {
			return call.Fail("InvalidParameterValue", "Invalid security group name or description '%s'", text)
		}
	}
	if strings.HasPrefix(strings.ToLower(groupName), KindGroup.Prefix+"-") {
		return call.Fail("InvalidParameterValue", "Group names may not be in the format sg-*: '%s'", groupName)
	}
	all := r.network.groups.all()
	if slices.ContainsFunc(all, func(g *types.SecurityGroup) bool {
		return aws.ToString(g.VpcId) == vpc && strings.EqualFold(aws.ToString(g.GroupName), groupName)
	}) {
		return call.Fail("InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'", groupName, vpc)
	}
	if len(all) >= r.network.groupQuota {
		return call.Fail("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached.")
	}
	return nil
}

func isNoGroupText(c rune) bool {
	letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	return !letter && !strings.ContainsRune(groupTextMarks, c)
}

// DeleteSecurityGroup follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
//
// A group that an interface has, or that another group's rule refers to, is not deleted.
func (c *Client) DeleteSecurityGroup(ctx context.Context, in *ec2.DeleteSecurityGroupInput, _ ...func(*ec2.Options)) (*ec2.DeleteSecurityGroupOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, deleteSecurityGroup, in, func(in *ec2.DeleteSecurityGroupInput) (*ec2.DeleteSecurityGroupOutput, error) {
		if err := r.deleteGroup(*in.GroupId); err != nil {
			return nil, err
		}
		return &ec2.DeleteSecurityGroupOutput{GroupId: in.GroupId, Return: aws.Bool(true)}, nil
	})
}

func (r *Resources) deleteGroup(id string) error {
	found, err := lookup(KindGroup, &r.network.groups, []string{id})
	if err != nil {
		return err
	}
	switch {
	case aws.ToString(found[0].GroupName) == "default":
		return call.Fail("CannotDelete", "the specified group: \"%s\" name: \"default\" cannot be deleted by a user", id)
	case r.network.isUsed(id) || r.network.isReferenced(id):
		return call.Fail("DependencyViolation", "resource %s has a dependent object", id)
	}
	r.network.groups.remove(id)
	return nil
}

// isUsed reports whether an interface has the group.
func (n *network) isUsed(group string) bool {
	return slices.ContainsFunc(n.interfaces.all(), func(eni *types.NetworkInterface) bool {
		return slices.Contains(groupIDs(eni.Groups), group)
	})
}

// isReferenced reports whether another group's rule refers to the group.
func (n *network) isReferenced(group string) bool {
	names := func(p types.IpPermission) bool {
		return slices.ContainsFunc(p.UserIdGroupPairs, func(u types.UserIdGroupPair) bool { return aws.ToString(u.GroupId) == group })
	}
	return slices.ContainsFunc(n.groups.all(), func(g *types.SecurityGroup) bool {
		return aws.ToString(g.GroupId) != group && (slices.ContainsFunc(g.IpPermissions, names) || slices.ContainsFunc(g.IpPermissionsEgress, names))
	})
}

// SetSecurityGroupQuota sets the quota of security groups in the Region.
func (r *Resources) SetSecurityGroupQuota(n int) {
	defer r.service.Change()()
	r.network.groupQuota = n
}
