// Package ec2 is the product's view of Amazon EC2: it reads instances, network
// ACLs, volumes, snapshots, security groups and consoles, puts network ACLs on
// subnets and takes snapshots, in the domain's types.
//
// It retries nothing itself. What the SDK's client is configured to retry is
// retried below it, and the rest by the state machine.
package ec2

import (
	"context"

	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is what the package calls of the SDK's client.
type API interface {
	InstancesAPI
	NetworkACLsAPI
	RestoreAPI
	DisksAPI
	SecurityGroupsAPI
	ConsoleAPI
	TagsAPI
}

// InstancesAPI is what reading instances needs.
type InstancesAPI interface {
	DescribeInstances(context.Context, *awsec2.DescribeInstancesInput, ...func(*awsec2.Options)) (*awsec2.DescribeInstancesOutput, error)
}

// NetworkACLsAPI is what reading and changing network ACLs needs.
type NetworkACLsAPI interface {
	DescribeNetworkAcls(context.Context, *awsec2.DescribeNetworkAclsInput, ...func(*awsec2.Options)) (*awsec2.DescribeNetworkAclsOutput, error)
	CreateNetworkAcl(context.Context, *awsec2.CreateNetworkAclInput, ...func(*awsec2.Options)) (*awsec2.CreateNetworkAclOutput, error)
	ReplaceNetworkAclAssociation(context.Context, *awsec2.ReplaceNetworkAclAssociationInput, ...func(*awsec2.Options)) (*awsec2.ReplaceNetworkAclAssociationOutput, error)
}

// DisksAPI is what reading volumes and taking snapshots needs.
type DisksAPI interface {
	DescribeVolumes(context.Context, *awsec2.DescribeVolumesInput, ...func(*awsec2.Options)) (*awsec2.DescribeVolumesOutput, error)
	DescribeSnapshots(context.Context, *awsec2.DescribeSnapshotsInput, ...func(*awsec2.Options)) (*awsec2.DescribeSnapshotsOutput, error)
	CreateSnapshots(context.Context, *awsec2.CreateSnapshotsInput, ...func(*awsec2.Options)) (*awsec2.CreateSnapshotsOutput, error)
}

// SecurityGroupsAPI is what reading security groups needs.
type SecurityGroupsAPI interface {
	DescribeSecurityGroups(context.Context, *awsec2.DescribeSecurityGroupsInput, ...func(*awsec2.Options)) (*awsec2.DescribeSecurityGroupsOutput, error)
}

// ConsoleAPI is what reading an instance's console needs.
type ConsoleAPI interface {
	GetConsoleOutput(context.Context, *awsec2.GetConsoleOutputInput, ...func(*awsec2.Options)) (*awsec2.GetConsoleOutputOutput, error)
}

// TagsAPI is what tagging needs.
type TagsAPI interface {
	CreateTags(context.Context, *awsec2.CreateTagsInput, ...func(*awsec2.Options)) (*awsec2.CreateTagsOutput, error)
}

// Client speaks to EC2 in one account and region. It holds no state and is
// safe for use by several goroutines.
type Client struct{ api API }

// New makes a Client over the SDK's client, or over anything that behaves like it.
func New(api API) *Client { return &Client{api: api} }

var (
	_ API = (*awsec2.Client)(nil)

	_ quarantine.Instances           = (*Client)(nil)
	_ quarantine.NetworkACLs         = (*Client)(nil)
	_ quarantine.Disks               = (*Client)(nil)
	_ quarantine.SecurityGroupReader = (*Client)(nil)
	_ quarantine.ConsoleReader       = (*Client)(nil)
)
