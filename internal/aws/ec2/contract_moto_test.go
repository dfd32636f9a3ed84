package ec2_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2/ec2test"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	ec2test.Contract(t, func(t *testing.T) ec2test.Env { return newMotoWorld(t).env })
}

// motoWorld is an account on moto's server that has what the contract's Env
// describes.
type motoWorld struct {
	*awsec2.Client
	env ec2test.Env
}

func newMotoWorld(t *testing.T) motoWorld {
	t.Helper()
	account := moto.NewAccount(t)
	w := motoWorld{Client: awsec2.NewFromConfig(account.Config())}
	vpc := did(w.CreateVpc(t.Context(), &awsec2.CreateVpcInput{
		CidrBlock: aws.String("10.0.0.0/16"), AmazonProvidedIpv6CidrBlock: aws.Bool(true),
	}))(t).Vpc
	// The VPC's IPv6 block is a /56, of which the first subnet takes the first /64.
	v6 := strings.Replace(*vpc.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock, "/56", "/64", 1)
	w.env = ec2test.Env{
		API: shortPages{w.Client}, AccountID: account.ID, Region: moto.Region, VPCID: *vpc.VpcId,
		SubnetA: w.subnet(t, vpc.VpcId, "10.0.1.0/24", &v6),
		SubnetB: w.subnet(t, vpc.VpcId, "10.0.2.0/24", nil),
		Allow:   w.allow,
		Settle:  func(*testing.T) {}, // nothing is ever pending, see moto.SnapshotsAtOnce and moto.MetadataAtOnce
		Differs: moto.EC2,
	}
	w.env.Instance = w.instance(t, w.publicInterface(t), types.InstanceNetworkInterfaceSpecification{
		DeviceIndex: aws.Int32(1), SubnetId: &w.env.SubnetB,
	})
	w.env.Terminated = w.instance(t, types.InstanceNetworkInterfaceSpecification{DeviceIndex: aws.Int32(0), SubnetId: &w.env.SubnetA})
	did(w.TerminateInstances(t.Context(), &awsec2.TerminateInstancesInput{InstanceIds: []string{w.env.Terminated}}))(t)
	return w
}

func (w motoWorld) allow(t *testing.T, group string) {
	t.Helper()
	did(w.AuthorizeSecurityGroupIngress(t.Context(), &awsec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &group, IpPermissions: []types.IpPermission{
			{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []types.IpRange{{CidrIp: aws.String("10.0.0.0/8")}}},
			{IpProtocol: aws.String("-1"), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: &group}}},
		},
	}))(t)
}

// shortPages requests the shortest pages that EC2 permits.
type shortPages struct{ *awsec2.Client }

const shortest = 5

func (s shortPages) DescribeNetworkAcls(ctx context.Context, in *awsec2.DescribeNetworkAclsInput, o ...func(*awsec2.Options)) (*awsec2.DescribeNetworkAclsOutput, error) {
	short := *in
	if len(in.NetworkAclIds) == 0 {
		short.MaxResults = aws.Int32(shortest)
	}
	return s.Client.DescribeNetworkAcls(ctx, &short, o...)
}

func (s shortPages) DescribeSnapshots(ctx context.Context, in *awsec2.DescribeSnapshotsInput, o ...func(*awsec2.Options)) (*awsec2.DescribeSnapshotsOutput, error) {
	short := *in
	short.MaxResults = aws.Int32(shortest)
	return s.Client.DescribeSnapshots(ctx, &short, o...)
}

func (w motoWorld) subnet(t *testing.T, vpc *string, cidr string, v6 *string) string {
	t.Helper()
	return *did(w.CreateSubnet(t.Context(), &awsec2.CreateSubnetInput{
		VpcId: vpc, CidrBlock: &cidr, Ipv6CidrBlock: v6, AvailabilityZone: aws.String(moto.Region + "a"),
	}))(t).Subnet.SubnetId
}

// publicInterface creates the instance's first interface, with an IPv6 address and
// an Elastic IP address.
func (w motoWorld) publicInterface(t *testing.T) types.InstanceNetworkInterfaceSpecification {
	t.Helper()
	id := did(w.CreateNetworkInterface(t.Context(), &awsec2.CreateNetworkInterfaceInput{
		SubnetId: &w.env.SubnetA, Ipv6AddressCount: aws.Int32(1),
	}))(t).NetworkInterface.NetworkInterfaceId
	address := did(w.AllocateAddress(t.Context(), &awsec2.AllocateAddressInput{Domain: types.DomainTypeVpc}))(t)
	did(w.AssociateAddress(t.Context(), &awsec2.AssociateAddressInput{
		AllocationId: address.AllocationId, NetworkInterfaceId: id,
	}))(t)
	return types.InstanceNetworkInterfaceSpecification{DeviceIndex: aws.Int32(0), NetworkInterfaceId: id}
}

func (w motoWorld) instance(t *testing.T, interfaces ...types.InstanceNetworkInterfaceSpecification) string {
	t.Helper()
	volume := func(device string, gib int32) types.BlockDeviceMapping {
		return types.BlockDeviceMapping{DeviceName: &device, Ebs: &types.EbsBlockDevice{VolumeSize: &gib}}
	}
	return *did(w.RunInstances(t.Context(), &awsec2.RunInstancesInput{
		ImageId: aws.String("ami-0123456789abcdef0"), InstanceType: types.InstanceTypeT3Micro,
		MinCount: aws.Int32(1), MaxCount: aws.Int32(1), NetworkInterfaces: interfaces,
		BlockDeviceMappings: []types.BlockDeviceMapping{volume("/dev/sda1", 8), volume("/dev/sdf", 20)},
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{{Key: aws.String("Name"), Value: aws.String("contract")}},
		}},
	}))(t).Instances[0].InstanceId
}

// did returns the result of a call, and fails the test if the call failed.
func did[T any](out T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}
