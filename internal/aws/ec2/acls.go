package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// NetworkACLs lists every network ACL of a VPC: one call, unless EC2 uses pages.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
func (c *Client) NetworkACLs(ctx context.Context, r quarantine.Resource, vpcID string) ([]quarantine.NetworkACL, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	pages := awsec2.NewDescribeNetworkAclsPaginator(api, &awsec2.DescribeNetworkAclsInput{
		Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{vpcID}}},
	})
	var out []quarantine.NetworkACL
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("DescribeNetworkAcls", err)
		}
		for _, a := range page.NetworkAcls {
			out = append(out, aclOf(a))
		}
	}
	return out, nil
}

// CreateNetworkACL creates an ACL without rules of its own, which denies everything.
// The client token has at most 64 characters.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html
func (c *Client) CreateNetworkACL(ctx context.Context, r quarantine.Resource, vpcID, token string, tags map[string]string) (quarantine.NetworkACL, error) {
	api, err := c.in(r)
	if err != nil {
		return quarantine.NetworkACL{}, err
	}
	made, err := api.CreateNetworkAcl(ctx, &awsec2.CreateNetworkAclInput{
		DryRun:            dry(ctx),
		VpcId:             aws.String(vpcID),
		ClientToken:       aws.String(token),
		TagSpecifications: tagSpec(types.ResourceTypeNetworkAcl, tags),
	})
	if err != nil {
		return quarantine.NetworkACL{}, taggedFailure("CreateNetworkAcl", err)
	}
	return aclOf(*made.NetworkAcl), nil
}

// ReplaceAssociation associates the ACL with the subnet of an existing association.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
func (c *Client) ReplaceAssociation(ctx context.Context, r quarantine.Resource, associationID, aclID string) (string, error) {
	api, err := c.in(r)
	if err != nil {
		return "", err
	}
	done, err := api.ReplaceNetworkAclAssociation(ctx, &awsec2.ReplaceNetworkAclAssociationInput{
		DryRun:        dry(ctx),
		AssociationId: aws.String(associationID),
		NetworkAclId:  aws.String(aclID),
	})
	if err != nil {
		return "", failure("ReplaceNetworkAclAssociation", err)
	}
	return aws.ToString(done.NewAssociationId), nil
}

// TagNetworkACL adds tags to an ACL.
func (c *Client) TagNetworkACL(ctx context.Context, r quarantine.Resource, aclID string, tags map[string]string) error {
	return c.tag(ctx, r, aclID, tags)
}

func aclOf(a types.NetworkAcl) quarantine.NetworkACL {
	out := quarantine.NetworkACL{
		ID:      aws.ToString(a.NetworkAclId),
		VPCID:   aws.ToString(a.VpcId),
		OwnerID: aws.ToString(a.OwnerId),
		Default: aws.ToBool(a.IsDefault),
		Tags:    tagMap(a.Tags),
	}
	for _, s := range a.Associations {
		out.Associations = append(out.Associations, quarantine.Association{
			ID: aws.ToString(s.NetworkAclAssociationId), SubnetID: aws.ToString(s.SubnetId),
		})
	}
	for _, e := range a.Entries {
		if e.RuleAction == types.RuleActionAllow {
			out.Allows++
		}
	}
	return out
}
