package load_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
func TestInADefaultVPCARuleThatDoesNotExistIsNoError(t *testing.T) {
	t.Parallel()
	description := strings.Replace(described, "{", `{"Vpcs": [{"VpcId": "vpc-0aaaaaaaaaaaaaaaa", "CidrBlock": "10.0.0.0/16", "IsDefault": true,
	 "CidrBlockAssociationSet": [{"CidrBlock": "10.0.0.0/16"}]}],`, 1)
	a, err := account.LoadJSON(strings.NewReader(description), account.Options{})
	accounttest.NoErr(t, err)
	group := a.AddSecurityGroup(account.SecurityGroup{VPC: "vpc-0aaaaaaaaaaaaaaaa", Egress: []account.Rule{{Source: "0.0.0.0/0"}}})
	to := func(block string) types.IpPermission {
		return types.IpPermission{IpProtocol: aws.String("-1"), IpRanges: []types.IpRange{{CidrIp: &block}}}
	}
	out, err := a.EC2().RevokeSecurityGroupEgress(t.Context(), &ec2.RevokeSecurityGroupEgressInput{
		GroupId: &group, IpPermissions: []types.IpPermission{to("192.0.2.0/24"), to("0.0.0.0/0")}})
	accounttest.NoErr(t, err)
	if unknown := out.UnknownIpPermissions; len(unknown) != 1 || *unknown[0].IpRanges[0].CidrIp != "192.0.2.0/24" {
		t.Errorf("unknown are %+v", unknown)
	}
	found, err := a.EC2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{group}})
	accounttest.NoErr(t, err)
	if left := found.SecurityGroups[0].IpPermissionsEgress; len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
}
