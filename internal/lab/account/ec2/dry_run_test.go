package ec2_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// dryRuns are changes, and a read, that only ask whether they would be carried out.
func dryRuns(t *testing.T, of accounttest.Office) map[string]error {
	t.Helper()
	acl := of.ACLs()[0]
	yes, api, ctx := aws.Bool(true), of.EC2(), t.Context()
	out := map[string]error{}
	_, out["ReplaceNetworkAclAssociation"] = api.ReplaceNetworkAclAssociation(ctx, &ec2.ReplaceNetworkAclAssociationInput{
		DryRun: yes, AssociationId: acl.Associations[0].NetworkAclAssociationId, NetworkAclId: acl.NetworkAclId,
	})
	_, out["CreateNetworkAcl"] = api.CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{DryRun: yes, VpcId: &of.VPC})
	_, out["CreateSecurityGroup"] = api.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		DryRun: yes, VpcId: &of.VPC, GroupName: aws.String("quarantine"), Description: aws.String("denies"),
	})
	_, out["CreateTags"] = api.CreateTags(ctx, &ec2.CreateTagsInput{DryRun: yes, Resources: []string{of.Web}, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}})
	_, out["CreateSnapshots"] = api.CreateSnapshots(ctx, &ec2.CreateSnapshotsInput{DryRun: yes, InstanceSpecification: &types.InstanceSpecification{InstanceId: &of.Web}})
	_, out["ModifyInstanceAttribute"] = api.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{
		DryRun: yes, InstanceId: &of.Web, DisableApiTermination: &types.AttributeBooleanValue{Value: yes},
	})
	_, out["ModifyInstanceMetadataOptions"] = api.ModifyInstanceMetadataOptions(ctx, &ec2.ModifyInstanceMetadataOptionsInput{
		DryRun: yes, InstanceId: &of.Web, HttpEndpoint: types.InstanceMetadataEndpointStateDisabled,
	})
	_, out["TerminateInstances"] = api.TerminateInstances(ctx, &ec2.TerminateInstancesInput{DryRun: yes, InstanceIds: []string{of.Web}})
	_, out["DescribeInstances"] = api.DescribeInstances(ctx, &ec2.DescribeInstancesInput{DryRun: yes})
	return out
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
func TestADryRunSaysWhetherACallIsAllowedAndChangesNothing(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	before := of.Effects()
	for _, err := range dryRuns(t, of) {
		accounttest.WantCode(t, err, "DryRunOperation")
	}
	if after := of.Effects(); after != before {
		t.Errorf("%d effects", after-before)
	}
	of.Inject(account.Fault{Service: "ec2", Kind: account.Deny})
	for _, err := range dryRuns(t, of) {
		accounttest.WantCode(t, err, "UnauthorizedOperation")
	}
	if after := of.Effects(); after != before {
		t.Errorf("%d effects", after-before)
	}
}

func TestADryRunThatIsOffIsNone(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	_, err := of.EC2().CreateNetworkAcl(t.Context(), &ec2.CreateNetworkAclInput{VpcId: &of.VPC, DryRun: aws.Bool(false)})
	accounttest.NoErr(t, err)
	if of.Effects() == 0 {
		t.Error("nothing was made")
	}
}
