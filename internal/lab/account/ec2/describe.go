package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var (
	describeSubnets = call.Operation{
		Name:  "DescribeSubnets",
		Reads: []string{"SubnetIds", "Filters", "MaxResults", "NextToken"},
	}
	describeSecurityGroups = call.Operation{
		Name:  "DescribeSecurityGroups",
		Reads: []string{"GroupIds", "Filters", "MaxResults", "NextToken"},
	}
	describeVolumes = call.Operation{
		Name:  "DescribeVolumes",
		Reads: []string{"VolumeIds", "Filters", "MaxResults", "NextToken"},
	}
)

// DescribeSubnets follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
func (c *Client) DescribeSubnets(ctx context.Context, in *ec2.DescribeSubnetsInput, _ ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, describeSubnets, in, func(in *ec2.DescribeSubnetsInput) (*ec2.DescribeSubnetsOutput, error) {
		s := search[types.Subnet]{
			kind: KindSubnet, from: &r.network.subnets,
			id:   func(s *types.Subnet) *string { return s.SubnetId },
			tags: func(s *types.Subnet) []types.Tag { return s.Tags },
			known: filters[types.Subnet]{
				"subnet-id":         func(s *types.Subnet) []string { return one(s.SubnetId) },
				"vpc-id":            func(s *types.Subnet) []string { return one(s.VpcId) },
				"availability-zone": func(s *types.Subnet) []string { return one(s.AvailabilityZone) },
			},
		}
		found, next, err := s.run(r, describeSubnets, pageRequest{in.MaxResults, in.NextToken, in.SubnetIds}, in.Filters)
		return &ec2.DescribeSubnetsOutput{Subnets: found, NextToken: next}, err
	})
}

// DescribeSecurityGroups follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
func (c *Client) DescribeSecurityGroups(ctx context.Context, in *ec2.DescribeSecurityGroupsInput, _ ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupsOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, describeSecurityGroups, in, func(in *ec2.DescribeSecurityGroupsInput) (*ec2.DescribeSecurityGroupsOutput, error) {
		s := search[types.SecurityGroup]{
			kind: KindGroup, from: &r.network.groups,
			id:   func(g *types.SecurityGroup) *string { return g.GroupId },
			tags: func(g *types.SecurityGroup) []types.Tag { return g.Tags },
			known: filters[types.SecurityGroup]{
				"group-id":   func(g *types.SecurityGroup) []string { return one(g.GroupId) },
				"group-name": func(g *types.SecurityGroup) []string { return one(g.GroupName) },
				"vpc-id":     func(g *types.SecurityGroup) []string { return one(g.VpcId) },
			},
		}
		found, next, err := s.run(r, describeSecurityGroups, pageRequest{in.MaxResults, in.NextToken, in.GroupIds}, in.Filters)
		return &ec2.DescribeSecurityGroupsOutput{SecurityGroups: found, NextToken: next}, err
	})
}

// DescribeVolumes follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
func (c *Client) DescribeVolumes(ctx context.Context, in *ec2.DescribeVolumesInput, _ ...func(*ec2.Options)) (*ec2.DescribeVolumesOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, describeVolumes, in, func(in *ec2.DescribeVolumesInput) (*ec2.DescribeVolumesOutput, error) {
		s := search[types.Volume]{
			kind: KindVolume, from: &r.storage.volumes,
			id:   func(v *types.Volume) *string { return v.VolumeId },
			tags: func(v *types.Volume) []types.Tag { return v.Tags },
			known: filters[types.Volume]{
				"volume-id":              func(v *types.Volume) []string { return one(v.VolumeId) },
				"status":                 func(v *types.Volume) []string { return []string{string(v.State)} },
				"attachment.instance-id": attachedTo,
			},
		}
		found, next, err := s.run(r, describeVolumes, pageRequest{in.MaxResults, in.NextToken, in.VolumeIds}, in.Filters)
		return &ec2.DescribeVolumesOutput{Volumes: found, NextToken: next}, err
	})
}

func attachedTo(v *types.Volume) []string {
	var ids []string
	for _, at := range v.Attachments {
		ids = append(ids, aws.ToString(at.InstanceId))
	}
	return ids
}
