// Package ec2 is the adapter to Amazon EC2: it reads instances, network ACLs,
// volumes, snapshots, security groups and consoles, associates network ACLs
// with subnets and creates and locks snapshots, sets what protects instances, and replaces the
// security groups of interfaces, in the domain's types.
//
// It does not retry. The SDK's client retries what it is configured to, and the
// state machine retries the rest.
package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/aws/places"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	InstancesAPI
	NetworkACLsAPI
	RestoreAPI
	DisksAPI
	SnapshotLocksAPI
	SecurityGroupsAPI
	ConsoleAPI
	TagsAPI
	ProtectionAPI
	TerminationAPI
	MetadataAPI
	NetworkInterfacesAPI
	QuarantineGroupsAPI
}

// InstancesAPI has the operation that reads instances.
type InstancesAPI interface {
	DescribeInstances(context.Context, *awsec2.DescribeInstancesInput, ...func(*awsec2.Options)) (*awsec2.DescribeInstancesOutput, error)
}

// NetworkACLsAPI has the operations that read and change network ACLs.
type NetworkACLsAPI interface {
	DescribeNetworkAcls(context.Context, *awsec2.DescribeNetworkAclsInput, ...func(*awsec2.Options)) (*awsec2.DescribeNetworkAclsOutput, error)
	CreateNetworkAcl(context.Context, *awsec2.CreateNetworkAclInput, ...func(*awsec2.Options)) (*awsec2.CreateNetworkAclOutput, error)
	ReplaceNetworkAclAssociation(context.Context, *awsec2.ReplaceNetworkAclAssociationInput, ...func(*awsec2.Options)) (*awsec2.ReplaceNetworkAclAssociationOutput, error)
}

// DisksAPI has the operations that read volumes, and read and create snapshots.
type DisksAPI interface {
	DescribeVolumes(context.Context, *awsec2.DescribeVolumesInput, ...func(*awsec2.Options)) (*awsec2.DescribeVolumesOutput, error)
	DescribeSnapshots(context.Context, *awsec2.DescribeSnapshotsInput, ...func(*awsec2.Options)) (*awsec2.DescribeSnapshotsOutput, error)
	CreateSnapshots(context.Context, *awsec2.CreateSnapshotsInput, ...func(*awsec2.Options)) (*awsec2.CreateSnapshotsOutput, error)
}

// SecurityGroupsAPI has the operation that reads security groups.
type SecurityGroupsAPI interface {
	DescribeSecurityGroups(context.Context, *awsec2.DescribeSecurityGroupsInput, ...func(*awsec2.Options)) (*awsec2.DescribeSecurityGroupsOutput, error)
}

// ConsoleAPI has the operations that read an instance's console.
type ConsoleAPI interface {
	GetConsoleOutput(context.Context, *awsec2.GetConsoleOutputInput, ...func(*awsec2.Options)) (*awsec2.GetConsoleOutputOutput, error)
	GetConsoleScreenshot(context.Context, *awsec2.GetConsoleScreenshotInput, ...func(*awsec2.Options)) (*awsec2.GetConsoleScreenshotOutput, error)
}

// TagsAPI has the operation that adds tags.
type TagsAPI interface {
	CreateTags(context.Context, *awsec2.CreateTagsInput, ...func(*awsec2.Options)) (*awsec2.CreateTagsOutput, error)
}

// Client calls EC2 in the account and Region of the resource that a call is about.
// It is safe for concurrent use.
type Client struct {
	in func(quarantine.Resource) (API, error)
}

// New makes a Client with the SDK's client, or any other implementation of API, for
// resources everywhere.
func New(api API) *Client {
	return &Client{in: func(quarantine.Resource) (API, error) { return api, nil }}
}

// Across makes a Client that calls where the resource is, with one client of the SDK's
// for each account and Region. over may wrap it; nil is the SDK's own.
func Across(accounts places.Accounts, over func(*awsec2.Client) API) *Client {
	if over == nil {
		over = func(c *awsec2.Client) API { return c }
	}
	return &Client{in: places.Of(accounts, func(c aws.Config) API { return over(awsec2.NewFromConfig(c)) })}
}

// dry is the DryRun of a request that changes something: EC2 then says whether it would carry the
// request out, as an error DryRunOperation, and does not.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
func dry(ctx context.Context) *bool {
	if quarantine.IsDryRun(ctx) {
		return aws.Bool(true)
	}
	return nil
}

var (
	_ API = (*awsec2.Client)(nil)

	_ quarantine.Instances           = (*Client)(nil)
	_ quarantine.Disks               = (*Client)(nil)
	_ quarantine.SecurityGroupReader = (*Client)(nil)
	_ quarantine.ConsoleReader       = (*Client)(nil)
	_ quarantine.NeighbourReader     = (*Client)(nil)
)
