package ec2_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// If this test fails, moto has become more like EC2: remove that difference.
func TestMotoStillDiffers(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	moto.EC2.StillHold(t, map[moto.Difference]func(*testing.T) bool{
		moto.TokenIgnored: func(t *testing.T) bool {
			w := newMotoWorld(t)
			first, again := w.newACL(t), w.newACL(t)
			return *first.NetworkAclId != *again.NetworkAclId
		},
		moto.NoLastRule: func(t *testing.T) bool {
			return len(newMotoWorld(t).newACL(t).Entries) == 0
		},
		moto.GoneIsServerError: func(t *testing.T) bool {
			w := newMotoWorld(t)
			err := w.replace(t, "aclassoc-0f0f0f0f0f0f0f0f0", *w.newACL(t).NetworkAclId)
			answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
			return ok && answer.HTTPStatusCode() == http.StatusInternalServerError
		},
		moto.RefusalUnties: func(t *testing.T) bool {
			w := newMotoWorld(t)
			before := w.associations(t)
			if err := w.replace(t, *before[0].NetworkAclAssociationId, "acl-0f0f0f0f0f0f0f0f0"); err == nil {
				t.Fatal("an ACL that does not exist was accepted")
			}
			return len(w.associations(t)) == len(before)-1
		},
		moto.TagsAnything: func(t *testing.T) bool {
			_, err := newMotoWorld(t).CreateTags(t.Context(), &awsec2.CreateTagsInput{
				Resources: []string{"acl-0f0f0f0f0f0f0f0f0"}, Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}},
			})
			return err == nil
		},
		moto.SnapshotsAtOnce: func(t *testing.T) bool {
			w := newMotoWorld(t)
			set := w.newSet(t)
			now := did(w.DescribeSnapshots(t.Context(), &awsec2.DescribeSnapshotsInput{SnapshotIds: []string{*set[0].SnapshotId}}))(t)
			return set[0].State == "" && now.Snapshots[0].State == types.SnapshotStateCompleted
		},
		moto.NoSuchDevice: func(t *testing.T) bool {
			w := newMotoWorld(t)
			err := w.modify(t, awsec2.ModifyInstanceAttributeInput{InstanceId: &w.env.Instance,
				BlockDeviceMappings: []types.InstanceBlockDeviceMappingSpecification{{
					DeviceName: aws.String("/dev/xvdz"), Ebs: &types.EbsInstanceBlockDeviceSpecification{DeleteOnTermination: aws.Bool(false)},
				}}})
			answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
			return ok && answer.HTTPStatusCode() == http.StatusInternalServerError
		},
		moto.ProtectsTerminated: func(t *testing.T) bool {
			w := newMotoWorld(t)
			return w.modify(t, awsec2.ModifyInstanceAttributeInput{
				InstanceId: &w.env.Terminated, DisableApiStop: &types.AttributeBooleanValue{Value: aws.Bool(true)},
			}) == nil
		},
		moto.MetadataAtOnce: func(t *testing.T) bool {
			w := newMotoWorld(t)
			out := did(w.turnOff(t, w.env.Instance))(t)
			return out.InstanceMetadataOptions.State == types.InstanceMetadataOptionsStateApplied
		},
		moto.MetadataOfTerminated: func(t *testing.T) bool {
			w := newMotoWorld(t)
			_, err := w.turnOff(t, w.env.Terminated)
			return err == nil
		},
		moto.NoScreenshots: func(t *testing.T) bool {
			w := newMotoWorld(t)
			_, err := w.GetConsoleScreenshot(t.Context(), &awsec2.GetConsoleScreenshotInput{InstanceId: &w.env.Instance})
			return err != nil
		},
		moto.NoLocks: func(t *testing.T) bool {
			w := newMotoWorld(t)
			_, err := w.LockSnapshot(t.Context(), &awsec2.LockSnapshotInput{
				SnapshotId: w.newSet(t)[0].SnapshotId, LockMode: types.LockModeGovernance, LockDuration: aws.Int32(1),
			})
			return err != nil
		},
		moto.AnyGroup: func(t *testing.T) bool {
			w := newMotoWorld(t)
			_, err := w.ModifyNetworkInterfaceAttribute(t.Context(), &awsec2.ModifyNetworkInterfaceAttributeInput{
				NetworkInterfaceId: w.interfaces(t, w.env.Instance)[0].NetworkInterfaceId, Groups: []string{"sg-0f0f0f0f0f0f0f0f0"},
			})
			return err == nil
		},
		moto.StaysAttached: func(t *testing.T) bool {
			w := newMotoWorld(t)
			return len(w.interfaces(t, w.env.Terminated)) == 1
		},
		moto.DeletesUsedGroup: func(t *testing.T) bool {
			w := newMotoWorld(t)
			group := did(w.CreateSecurityGroup(t.Context(), &awsec2.CreateSecurityGroupInput{
				VpcId: &w.env.VPCID, GroupName: aws.String("used"), Description: aws.String("used"),
			}))(t).GroupId
			did(w.ModifyNetworkInterfaceAttribute(t.Context(), &awsec2.ModifyNetworkInterfaceAttributeInput{
				NetworkInterfaceId: w.interfaces(t, w.env.Instance)[0].NetworkInterfaceId, Groups: []string{*group},
			}))(t)
			_, err := w.DeleteSecurityGroup(t.Context(), &awsec2.DeleteSecurityGroupInput{GroupId: group})
			return err == nil
		},
		moto.OnePage: func(t *testing.T) bool {
			w := newMotoWorld(t)
			for range shortest {
				w.newACL(t)
				w.newSet(t)
			}
			acls := did(w.DescribeNetworkAcls(t.Context(), &awsec2.DescribeNetworkAclsInput{MaxResults: aws.Int32(shortest)}))(t)
			snapshots := did(w.DescribeSnapshots(t.Context(), &awsec2.DescribeSnapshotsInput{MaxResults: aws.Int32(shortest)}))(t)
			return len(acls.NetworkAcls) > shortest && acls.NextToken == nil &&
				len(snapshots.Snapshots) > shortest && snapshots.NextToken == nil
		},
	})
}

// newACL creates an ACL, always with the same client token.
func (w motoWorld) newACL(t *testing.T) *types.NetworkAcl {
	t.Helper()
	return did(w.CreateNetworkAcl(t.Context(), &awsec2.CreateNetworkAclInput{
		VpcId: &w.env.VPCID, ClientToken: aws.String("token"),
	}))(t).NetworkAcl
}

func (w motoWorld) newSet(t *testing.T) []types.SnapshotInfo {
	t.Helper()
	return did(w.CreateSnapshots(t.Context(), &awsec2.CreateSnapshotsInput{
		InstanceSpecification: &types.InstanceSpecification{InstanceId: &w.env.Instance},
	}))(t).Snapshots
}

func (w motoWorld) replace(t *testing.T, association, acl string) error {
	t.Helper()
	_, err := w.ReplaceNetworkAclAssociation(t.Context(), &awsec2.ReplaceNetworkAclAssociationInput{
		AssociationId: &association, NetworkAclId: &acl,
	})
	return err
}

func (w motoWorld) associations(t *testing.T) []types.NetworkAclAssociation {
	t.Helper()
	return did(w.DescribeNetworkAcls(t.Context(), &awsec2.DescribeNetworkAclsInput{
		Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{w.env.VPCID}}},
	}))(t).NetworkAcls[0].Associations
}

func (w motoWorld) modify(t *testing.T, in awsec2.ModifyInstanceAttributeInput) error {
	t.Helper()
	_, err := w.ModifyInstanceAttribute(t.Context(), &in)
	return err
}

func (w motoWorld) turnOff(t *testing.T, instance string) (*awsec2.ModifyInstanceMetadataOptionsOutput, error) {
	t.Helper()
	return w.ModifyInstanceMetadataOptions(t.Context(), &awsec2.ModifyInstanceMetadataOptionsInput{
		InstanceId: &instance, HttpEndpoint: types.InstanceMetadataEndpointStateDisabled,
	})
}

func (w motoWorld) interfaces(t *testing.T, instance string) []types.NetworkInterface {
	t.Helper()
	return did(w.DescribeNetworkInterfaces(t.Context(), &awsec2.DescribeNetworkInterfacesInput{
		Filters: []types.Filter{{Name: aws.String("attachment.instance-id"), Values: []string{instance}}},
	}))(t).NetworkInterfaces
}
