package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// QuarantineGroupsAPI has the operations that make and delete a security group without rules,
// besides SecurityGroupsAPI.
type QuarantineGroupsAPI interface {
	CreateSecurityGroup(context.Context, *awsec2.CreateSecurityGroupInput, ...func(*awsec2.Options)) (*awsec2.CreateSecurityGroupOutput, error)
	RevokeSecurityGroupEgress(context.Context, *awsec2.RevokeSecurityGroupEgressInput, ...func(*awsec2.Options)) (*awsec2.RevokeSecurityGroupEgressOutput, error)
	RevokeSecurityGroupIngress(context.Context, *awsec2.RevokeSecurityGroupIngressInput, ...func(*awsec2.Options)) (*awsec2.RevokeSecurityGroupIngressOutput, error)
	DeleteSecurityGroup(context.Context, *awsec2.DeleteSecurityGroupInput, ...func(*awsec2.Options)) (*awsec2.DeleteSecurityGroupOutput, error)
}

// SecurityGroupByName finds the VPC's group of that name, and whether there is one. It compares
// the case, too. Action: ec2:DescribeSecurityGroups.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
func (c *Client) SecurityGroupByName(ctx context.Context, r quarantine.Resource, vpcID, name string) (quarantine.SecurityGroup, bool, error) {
	api, err := c.in(r)
	if err != nil {
		return quarantine.SecurityGroup{}, false, err
	}
	pages := awsec2.NewDescribeSecurityGroupsPaginator(api, &awsec2.DescribeSecurityGroupsInput{Filters: []types.Filter{
		{Name: aws.String("vpc-id"), Values: []string{vpcID}},
		{Name: aws.String("group-name"), Values: []string{name}},
	}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return quarantine.SecurityGroup{}, false, failure("DescribeSecurityGroups", err)
		}
		for _, g := range page.SecurityGroups {
			if aws.ToString(g.GroupName) == name { // a filter takes * and ? for wildcards
				return groupOf(g), true, nil
			}
		}
	}
	return quarantine.SecurityGroup{}, false, nil
}

// CreateSecurityGroup creates a group, which allows all traffic out until RevokeRules. EC2 takes
// no client token: Contended if the VPC has a group of that name, in any case; QuotaReached.
// Actions: ec2:CreateSecurityGroup and, for the tags, ec2:CreateTags.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
func (c *Client) CreateSecurityGroup(ctx context.Context, r quarantine.Resource, vpcID, name, description string, tags map[string]string) (string, error) {
	api, err := c.in(r)
	if err != nil {
		return "", err
	}
	made, err := api.CreateSecurityGroup(ctx, &awsec2.CreateSecurityGroupInput{
		DryRun: dry(ctx),
		VpcId:  aws.String(vpcID), GroupName: aws.String(name), Description: aws.String(description),
		TagSpecifications: tagSpec(types.ResourceTypeSecurityGroup, tags),
	})
	if err != nil {
		return "", taggedFailure("CreateSecurityGroup", err)
	}
	return aws.ToString(made.GroupId), nil
}

// RevokeRules revokes every rule of the group, in and out, of IPv4 and of IPv6, as EC2 describes
// them now; without any it does nothing. What EC2 describes can be old: read the group again
// afterwards. Contended if the group or a rule is gone meanwhile.
// Actions: ec2:DescribeSecurityGroups, ec2:RevokeSecurityGroupEgress, ec2:RevokeSecurityGroupIngress.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
func (c *Client) RevokeRules(ctx context.Context, r quarantine.Resource, groupID string) error {
	api, groups, err := c.rulesOf(ctx, r, groupID)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if err := revoke(ctx, api, g); err != nil {
			return err
		}
	}
	return nil
}

// RevokeEgress revokes every rule out, and tells whether there was any. Of both directions together one
// error says nothing of the other. Actions: ec2:DescribeSecurityGroups, ec2:RevokeSecurityGroupEgress.
func (c *Client) RevokeEgress(ctx context.Context, r quarantine.Resource, groupID string) (there bool, err error) {
	api, groups, err := c.rulesOf(ctx, r, groupID)
	if err != nil {
		return false, err
	}
	for _, g := range groups {
		if len(g.IpPermissionsEgress) == 0 {
			continue
		}
		if there, err = true, revokeEgress(ctx, api, g); err != nil {
			return there, err
		}
	}
	return there, nil
}

func (c *Client) rulesOf(ctx context.Context, r quarantine.Resource, groupID string) (API, []types.SecurityGroup, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, nil, err
	}
	found, err := api.DescribeSecurityGroups(ctx, &awsec2.DescribeSecurityGroupsInput{GroupIds: []string{groupID}})
	if err != nil {
		return nil, nil, failure("DescribeSecurityGroups", err)
	}
	return api, found.SecurityGroups, nil
}

// revoke revokes the rules that a group is described with, by one call for each direction that
// has any: EC2 takes none without rules. One that fails does not keep the other from it.
func revoke(ctx context.Context, api QuarantineGroupsAPI, g types.SecurityGroup) error {
	var in, out error
	if len(g.IpPermissions) > 0 {
		_, err := api.RevokeSecurityGroupIngress(ctx, &awsec2.RevokeSecurityGroupIngressInput{
			DryRun:  dry(ctx),
			GroupId: g.GroupId, IpPermissions: g.IpPermissions,
		})
		in = failure("RevokeSecurityGroupIngress", err)
	}
	if len(g.IpPermissionsEgress) > 0 {
		out = revokeEgress(ctx, api, g)
	}
	return quarantine.TransientFirst(in, out)
}

func revokeEgress(ctx context.Context, api QuarantineGroupsAPI, g types.SecurityGroup) error {
	_, err := api.RevokeSecurityGroupEgress(ctx, &awsec2.RevokeSecurityGroupEgressInput{
		DryRun:  dry(ctx),
		GroupId: g.GroupId, IpPermissions: g.IpPermissionsEgress,
	})
	return failure("RevokeSecurityGroupEgress", err)
}

// DeleteSecurityGroup deletes a group; one that is gone is no error. Contended while an interface
// has it. Action: ec2:DeleteSecurityGroup.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
func (c *Client) DeleteSecurityGroup(ctx context.Context, r quarantine.Resource, groupID string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.DeleteSecurityGroup(ctx, &awsec2.DeleteSecurityGroupInput{DryRun: dry(ctx), GroupId: aws.String(groupID)})
	if awserror.HasCode(err, "InvalidGroup.NotFound") {
		return nil
	}
	return failure("DeleteSecurityGroup", err)
}
