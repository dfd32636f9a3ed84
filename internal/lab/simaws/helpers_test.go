package simaws_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
)

// What is declared over the SDK's clients is satisfied by both.
type ec2API interface {
	DescribeInstances(context.Context, *ec2.DescribeInstancesInput, ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error)
	DescribeNetworkAcls(context.Context, *ec2.DescribeNetworkAclsInput, ...func(*ec2.Options)) (*ec2.DescribeNetworkAclsOutput, error)
	CreateNetworkAcl(context.Context, *ec2.CreateNetworkAclInput, ...func(*ec2.Options)) (*ec2.CreateNetworkAclOutput, error)
	ReplaceNetworkAclAssociation(context.Context, *ec2.ReplaceNetworkAclAssociationInput, ...func(*ec2.Options)) (*ec2.ReplaceNetworkAclAssociationOutput, error)
	DeleteNetworkAcl(context.Context, *ec2.DeleteNetworkAclInput, ...func(*ec2.Options)) (*ec2.DeleteNetworkAclOutput, error)
	CreateTags(context.Context, *ec2.CreateTagsInput, ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error)
	DeleteTags(context.Context, *ec2.DeleteTagsInput, ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error)
	DescribeSubnets(context.Context, *ec2.DescribeSubnetsInput, ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error)
	DescribeSecurityGroups(context.Context, *ec2.DescribeSecurityGroupsInput, ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupsOutput, error)
	DescribeVolumes(context.Context, *ec2.DescribeVolumesInput, ...func(*ec2.Options)) (*ec2.DescribeVolumesOutput, error)
	CreateSnapshots(context.Context, *ec2.CreateSnapshotsInput, ...func(*ec2.Options)) (*ec2.CreateSnapshotsOutput, error)
	DescribeSnapshots(context.Context, *ec2.DescribeSnapshotsInput, ...func(*ec2.Options)) (*ec2.DescribeSnapshotsOutput, error)
	GetConsoleOutput(context.Context, *ec2.GetConsoleOutputInput, ...func(*ec2.Options)) (*ec2.GetConsoleOutputOutput, error)
}

type dynamoAPI interface {
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	dynamodb.DescribeTableAPIClient
	dynamodb.QueryAPIClient
	dynamodb.ScanAPIClient
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

type snsAPI interface {
	Publish(context.Context, *sns.PublishInput, ...func(*sns.Options)) (*sns.PublishOutput, error)
}

type stsAPI interface {
	GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
}

var (
	_ ec2API    = (*ec2.Client)(nil)
	_ ec2API    = (*simaws.EC2)(nil)
	_ dynamoAPI = (*dynamodb.Client)(nil)
	_ dynamoAPI = (*simaws.DynamoDB)(nil)
	_ snsAPI    = (*sns.Client)(nil)
	_ snsAPI    = (*simaws.SNS)(nil)
	_ stsAPI    = (*sts.Client)(nil)
	_ stsAPI    = (*simaws.STS)(nil)
)

// office is a small account: two subnets under the default ACL, an instance
// with two volumes in each.
type office struct {
	*simaws.Account
	vpc, front, back string // VPC and subnets
	web, db          string // instances
}

func newOffice(o simaws.Options) office {
	a := simaws.New(o)
	vpc := a.AddVPC(simaws.VPC{})
	of := office{Account: a, vpc: vpc}
	of.front = a.AddSubnet(simaws.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	of.back = a.AddSubnet(simaws.Subnet{VPC: vpc, CIDR: "10.0.2.0/24"})
	of.web = a.AddInstance(simaws.Instance{
		Tags:       map[string]string{"Name": "web"},
		Interfaces: []simaws.Interface{{Subnet: of.front, PrivateIP: "10.0.1.10", PublicIP: "198.51.100.10"}},
		Volumes:    []simaws.Volume{{GiB: 8}, {GiB: 100, Tags: map[string]string{"data": "yes"}}},
	})
	of.db = a.AddInstance(simaws.Instance{
		Interfaces: []simaws.Interface{{Subnet: of.back, PrivateIP: "10.0.2.10"}},
		Volumes:    []simaws.Volume{{}},
	})
	return of
}

// acls gives the VPC's network ACLs, oldest first; the first is the default.
func (of office) acls(t *testing.T) []types.NetworkAcl {
	t.Helper()
	out, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{Filters: []types.Filter{filter("vpc-id", of.vpc)}})
	if err != nil {
		t.Fatal(err)
	}
	return out.NetworkAcls
}

// association gives where the subnet stands now.
func (of office) association(t *testing.T, subnet string) types.NetworkAclAssociation {
	t.Helper()
	for _, acl := range of.acls(t) {
		for _, as := range acl.Associations {
			if *as.SubnetId == subnet {
				return as
			}
		}
	}
	t.Fatalf("subnet %s is under no ACL", subnet)
	return types.NetworkAclAssociation{}
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

// wantCode checks that err is what the SDK makes of AWS's error of the code.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var op *smithy.OperationError
	var api smithy.APIError
	if !errors.As(err, &op) || !errors.As(err, &api) || api.ErrorCode() != code {
		t.Fatalf("error is %v, want an OperationError of code %s", err, code)
	}
}

func wantUnsupported(t *testing.T, err error, what string) {
	t.Helper()
	var u *simaws.UnsupportedError
	if !errors.As(err, &u) || u.What != what {
		t.Fatalf("error is %v, want that %q is unsupported", err, what)
	}
}

func str(s string) ddbtypes.AttributeValue { return &ddbtypes.AttributeValueMemberS{Value: s} }
func num(n string) ddbtypes.AttributeValue { return &ddbtypes.AttributeValueMemberN{Value: n} }

func noErr(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var ptr = aws.String
