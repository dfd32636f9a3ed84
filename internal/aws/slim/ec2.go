package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// EC2 has the operations of Amazon EC2 that are called.
type EC2 struct {
	authorizeSecurityGroupIngress   operation[ec2.AuthorizeSecurityGroupIngressInput, ec2.AuthorizeSecurityGroupIngressOutput, ec2.Options]
	createNetworkAcl                operation[ec2.CreateNetworkAclInput, ec2.CreateNetworkAclOutput, ec2.Options]
	createSecurityGroup             operation[ec2.CreateSecurityGroupInput, ec2.CreateSecurityGroupOutput, ec2.Options]
	createSnapshots                 operation[ec2.CreateSnapshotsInput, ec2.CreateSnapshotsOutput, ec2.Options]
	createTags                      operation[ec2.CreateTagsInput, ec2.CreateTagsOutput, ec2.Options]
	deleteNetworkAcl                operation[ec2.DeleteNetworkAclInput, ec2.DeleteNetworkAclOutput, ec2.Options]
	deleteSecurityGroup             operation[ec2.DeleteSecurityGroupInput, ec2.DeleteSecurityGroupOutput, ec2.Options]
	deleteSnapshot                  operation[ec2.DeleteSnapshotInput, ec2.DeleteSnapshotOutput, ec2.Options]
	deleteTags                      operation[ec2.DeleteTagsInput, ec2.DeleteTagsOutput, ec2.Options]
	describeInstanceAttribute       operation[ec2.DescribeInstanceAttributeInput, ec2.DescribeInstanceAttributeOutput, ec2.Options]
	describeInstances               operation[ec2.DescribeInstancesInput, ec2.DescribeInstancesOutput, ec2.Options]
	describeLockedSnapshots         operation[ec2.DescribeLockedSnapshotsInput, ec2.DescribeLockedSnapshotsOutput, ec2.Options]
	describeNetworkAcls             operation[ec2.DescribeNetworkAclsInput, ec2.DescribeNetworkAclsOutput, ec2.Options]
	describeNetworkInterfaces       operation[ec2.DescribeNetworkInterfacesInput, ec2.DescribeNetworkInterfacesOutput, ec2.Options]
	describeSecurityGroups          operation[ec2.DescribeSecurityGroupsInput, ec2.DescribeSecurityGroupsOutput, ec2.Options]
	describeSnapshots               operation[ec2.DescribeSnapshotsInput, ec2.DescribeSnapshotsOutput, ec2.Options]
	describeVolumes                 operation[ec2.DescribeVolumesInput, ec2.DescribeVolumesOutput, ec2.Options]
	getConsoleOutput                operation[ec2.GetConsoleOutputInput, ec2.GetConsoleOutputOutput, ec2.Options]
	getConsoleScreenshot            operation[ec2.GetConsoleScreenshotInput, ec2.GetConsoleScreenshotOutput, ec2.Options]
	lockSnapshot                    operation[ec2.LockSnapshotInput, ec2.LockSnapshotOutput, ec2.Options]
	modifyInstanceAttribute         operation[ec2.ModifyInstanceAttributeInput, ec2.ModifyInstanceAttributeOutput, ec2.Options]
	modifyInstanceMetadataOptions   operation[ec2.ModifyInstanceMetadataOptionsInput, ec2.ModifyInstanceMetadataOptionsOutput, ec2.Options]
	modifyNetworkInterfaceAttribute operation[ec2.ModifyNetworkInterfaceAttributeInput, ec2.ModifyNetworkInterfaceAttributeOutput, ec2.Options]
	replaceNetworkAclAssociation    operation[ec2.ReplaceNetworkAclAssociationInput, ec2.ReplaceNetworkAclAssociationOutput, ec2.Options]
	revokeSecurityGroupEgress       operation[ec2.RevokeSecurityGroupEgressInput, ec2.RevokeSecurityGroupEgressOutput, ec2.Options]
	revokeSecurityGroupIngress      operation[ec2.RevokeSecurityGroupIngressInput, ec2.RevokeSecurityGroupIngressOutput, ec2.Options]
	terminateInstances              operation[ec2.TerminateInstancesInput, ec2.TerminateInstancesOutput, ec2.Options]
	unlockSnapshot                  operation[ec2.UnlockSnapshotInput, ec2.UnlockSnapshotOutput, ec2.Options]
}

// NewEC2 makes the client.
func NewEC2(config aws.Config, options ...func(*ec2.Options)) EC2 {
	client := ec2.NewFromConfig(config, options...)
	return EC2{
		authorizeSecurityGroupIngress:   client.AuthorizeSecurityGroupIngress,
		createNetworkAcl:                client.CreateNetworkAcl,
		createSecurityGroup:             client.CreateSecurityGroup,
		createSnapshots:                 client.CreateSnapshots,
		createTags:                      client.CreateTags,
		deleteNetworkAcl:                client.DeleteNetworkAcl,
		deleteSecurityGroup:             client.DeleteSecurityGroup,
		deleteSnapshot:                  client.DeleteSnapshot,
		deleteTags:                      client.DeleteTags,
		describeInstanceAttribute:       client.DescribeInstanceAttribute,
		describeInstances:               client.DescribeInstances,
		describeLockedSnapshots:         client.DescribeLockedSnapshots,
		describeNetworkAcls:             client.DescribeNetworkAcls,
		describeNetworkInterfaces:       client.DescribeNetworkInterfaces,
		describeSecurityGroups:          client.DescribeSecurityGroups,
		describeSnapshots:               client.DescribeSnapshots,
		describeVolumes:                 client.DescribeVolumes,
		getConsoleOutput:                client.GetConsoleOutput,
		getConsoleScreenshot:            client.GetConsoleScreenshot,
		lockSnapshot:                    client.LockSnapshot,
		modifyInstanceAttribute:         client.ModifyInstanceAttribute,
		modifyInstanceMetadataOptions:   client.ModifyInstanceMetadataOptions,
		modifyNetworkInterfaceAttribute: client.ModifyNetworkInterfaceAttribute,
		replaceNetworkAclAssociation:    client.ReplaceNetworkAclAssociation,
		revokeSecurityGroupEgress:       client.RevokeSecurityGroupEgress,
		revokeSecurityGroupIngress:      client.RevokeSecurityGroupIngress,
		terminateInstances:              client.TerminateInstances,
		unlockSnapshot:                  client.UnlockSnapshot,
	}
}

func (c EC2) AuthorizeSecurityGroupIngress(ctx context.Context, in *ec2.AuthorizeSecurityGroupIngressInput, o ...func(*ec2.Options)) (*ec2.AuthorizeSecurityGroupIngressOutput, error) {
	return c.authorizeSecurityGroupIngress(ctx, in, o...)
}

func (c EC2) CreateNetworkAcl(ctx context.Context, in *ec2.CreateNetworkAclInput, o ...func(*ec2.Options)) (*ec2.CreateNetworkAclOutput, error) {
	return c.createNetworkAcl(ctx, in, o...)
}

func (c EC2) CreateSecurityGroup(ctx context.Context, in *ec2.CreateSecurityGroupInput, o ...func(*ec2.Options)) (*ec2.CreateSecurityGroupOutput, error) {
	return c.createSecurityGroup(ctx, in, o...)
}

func (c EC2) CreateSnapshots(ctx context.Context, in *ec2.CreateSnapshotsInput, o ...func(*ec2.Options)) (*ec2.CreateSnapshotsOutput, error) {
	return c.createSnapshots(ctx, in, o...)
}

func (c EC2) CreateTags(ctx context.Context, in *ec2.CreateTagsInput, o ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error) {
	return c.createTags(ctx, in, o...)
}

func (c EC2) DeleteNetworkAcl(ctx context.Context, in *ec2.DeleteNetworkAclInput, o ...func(*ec2.Options)) (*ec2.DeleteNetworkAclOutput, error) {
	return c.deleteNetworkAcl(ctx, in, o...)
}

func (c EC2) DeleteSecurityGroup(ctx context.Context, in *ec2.DeleteSecurityGroupInput, o ...func(*ec2.Options)) (*ec2.DeleteSecurityGroupOutput, error) {
	return c.deleteSecurityGroup(ctx, in, o...)
}

func (c EC2) DeleteSnapshot(ctx context.Context, in *ec2.DeleteSnapshotInput, o ...func(*ec2.Options)) (*ec2.DeleteSnapshotOutput, error) {
	return c.deleteSnapshot(ctx, in, o...)
}

func (c EC2) DeleteTags(ctx context.Context, in *ec2.DeleteTagsInput, o ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error) {
	return c.deleteTags(ctx, in, o...)
}

func (c EC2) DescribeInstanceAttribute(ctx context.Context, in *ec2.DescribeInstanceAttributeInput, o ...func(*ec2.Options)) (*ec2.DescribeInstanceAttributeOutput, error) {
	return c.describeInstanceAttribute(ctx, in, o...)
}

func (c EC2) DescribeInstances(ctx context.Context, in *ec2.DescribeInstancesInput, o ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	return c.describeInstances(ctx, in, o...)
}

func (c EC2) DescribeLockedSnapshots(ctx context.Context, in *ec2.DescribeLockedSnapshotsInput, o ...func(*ec2.Options)) (*ec2.DescribeLockedSnapshotsOutput, error) {
	return c.describeLockedSnapshots(ctx, in, o...)
}

func (c EC2) DescribeNetworkAcls(ctx context.Context, in *ec2.DescribeNetworkAclsInput, o ...func(*ec2.Options)) (*ec2.DescribeNetworkAclsOutput, error) {
	return c.describeNetworkAcls(ctx, in, o...)
}

func (c EC2) DescribeNetworkInterfaces(ctx context.Context, in *ec2.DescribeNetworkInterfacesInput, o ...func(*ec2.Options)) (*ec2.DescribeNetworkInterfacesOutput, error) {
	return c.describeNetworkInterfaces(ctx, in, o...)
}

func (c EC2) DescribeSecurityGroups(ctx context.Context, in *ec2.DescribeSecurityGroupsInput, o ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupsOutput, error) {
	return c.describeSecurityGroups(ctx, in, o...)
}

func (c EC2) DescribeSnapshots(ctx context.Context, in *ec2.DescribeSnapshotsInput, o ...func(*ec2.Options)) (*ec2.DescribeSnapshotsOutput, error) {
	return c.describeSnapshots(ctx, in, o...)
}

func (c EC2) DescribeVolumes(ctx context.Context, in *ec2.DescribeVolumesInput, o ...func(*ec2.Options)) (*ec2.DescribeVolumesOutput, error) {
	return c.describeVolumes(ctx, in, o...)
}

func (c EC2) GetConsoleOutput(ctx context.Context, in *ec2.GetConsoleOutputInput, o ...func(*ec2.Options)) (*ec2.GetConsoleOutputOutput, error) {
	return c.getConsoleOutput(ctx, in, o...)
}

func (c EC2) GetConsoleScreenshot(ctx context.Context, in *ec2.GetConsoleScreenshotInput, o ...func(*ec2.Options)) (*ec2.GetConsoleScreenshotOutput, error) {
	return c.getConsoleScreenshot(ctx, in, o...)
}

func (c EC2) LockSnapshot(ctx context.Context, in *ec2.LockSnapshotInput, o ...func(*ec2.Options)) (*ec2.LockSnapshotOutput, error) {
	return c.lockSnapshot(ctx, in, o...)
}

func (c EC2) ModifyInstanceAttribute(ctx context.Context, in *ec2.ModifyInstanceAttributeInput, o ...func(*ec2.Options)) (*ec2.ModifyInstanceAttributeOutput, error) {
	return c.modifyInstanceAttribute(ctx, in, o...)
}

func (c EC2) ModifyInstanceMetadataOptions(ctx context.Context, in *ec2.ModifyInstanceMetadataOptionsInput, o ...func(*ec2.Options)) (*ec2.ModifyInstanceMetadataOptionsOutput, error) {
	return c.modifyInstanceMetadataOptions(ctx, in, o...)
}

func (c EC2) ModifyNetworkInterfaceAttribute(ctx context.Context, in *ec2.ModifyNetworkInterfaceAttributeInput, o ...func(*ec2.Options)) (*ec2.ModifyNetworkInterfaceAttributeOutput, error) {
	return c.modifyNetworkInterfaceAttribute(ctx, in, o...)
}

func (c EC2) ReplaceNetworkAclAssociation(ctx context.Context, in *ec2.ReplaceNetworkAclAssociationInput, o ...func(*ec2.Options)) (*ec2.ReplaceNetworkAclAssociationOutput, error) {
	return c.replaceNetworkAclAssociation(ctx, in, o...)
}

func (c EC2) RevokeSecurityGroupEgress(ctx context.Context, in *ec2.RevokeSecurityGroupEgressInput, o ...func(*ec2.Options)) (*ec2.RevokeSecurityGroupEgressOutput, error) {
	return c.revokeSecurityGroupEgress(ctx, in, o...)
}

func (c EC2) RevokeSecurityGroupIngress(ctx context.Context, in *ec2.RevokeSecurityGroupIngressInput, o ...func(*ec2.Options)) (*ec2.RevokeSecurityGroupIngressOutput, error) {
	return c.revokeSecurityGroupIngress(ctx, in, o...)
}

func (c EC2) TerminateInstances(ctx context.Context, in *ec2.TerminateInstancesInput, o ...func(*ec2.Options)) (*ec2.TerminateInstancesOutput, error) {
	return c.terminateInstances(ctx, in, o...)
}

func (c EC2) UnlockSnapshot(ctx context.Context, in *ec2.UnlockSnapshotInput, o ...func(*ec2.Options)) (*ec2.UnlockSnapshotOutput, error) {
	return c.unlockSnapshot(ctx, in, o...)
}
