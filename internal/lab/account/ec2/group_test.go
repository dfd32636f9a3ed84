package ec2_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func createGroup(t *testing.T, of accounttest.Office, vpc, name string) (string, error) {
	t.Helper()
	out, err := of.EC2().CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		VpcId: &vpc, GroupName: &name, Description: aws.String("no rules"),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSecurityGroup, Tags: []types.Tag{tag("k", "v")}}},
	})
	if err != nil {
		return "", err
	}
	return *out.GroupId, nil
}

func groupNamed(t *testing.T, of accounttest.Office, vpc, name string) types.SecurityGroup {
	t.Helper()
	out, err := of.EC2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{filter("vpc-id", vpc), filter("group-name", name)},
	})
	accounttest.NoErr(t, err)
	if len(out.SecurityGroups) != 1 {
		t.Fatalf("groups are %+v", out.SecurityGroups)
	}
	return out.SecurityGroups[0]
}

func revoke(t *testing.T, of accounttest.Office, group string, permissions ...types.IpPermission) (*ec2.RevokeSecurityGroupEgressOutput, error) {
	t.Helper()
	return of.EC2().RevokeSecurityGroupEgress(t.Context(), &ec2.RevokeSecurityGroupEgressInput{GroupId: &group, IpPermissions: permissions})
}

func remove(t *testing.T, of accounttest.Office, group string) error {
	t.Helper()
	_, err := of.EC2().DeleteSecurityGroup(t.Context(), &ec2.DeleteSecurityGroupInput{GroupId: &group})
	return err
}

func toCIDR(block string) types.IpPermission {
	return types.IpPermission{IpProtocol: aws.String("-1"), IpRanges: []types.IpRange{{CidrIp: &block}}}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
func TestANewGroupAllowsEverythingOut(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	six := of.AddVPC(account.VPC{IPv6CIDR: "2001:db8::/56"})
	for vpc, rules := range map[string]int{of.VPC: 1, six: 2} {
		id, err := createGroup(t, of, vpc, "shut")
		accounttest.NoErr(t, err)
		g := groupNamed(t, of, vpc, "shut")
		if *g.GroupId != id || *g.Description != "no rules" || len(g.IpPermissions) != 0 || len(g.IpPermissionsEgress) != rules || len(g.Tags) != 1 {
			t.Errorf("a new group is %+v", g)
		}
		_, err = revoke(t, of, id, g.IpPermissionsEgress...)
		accounttest.NoErr(t, err)
		if left := groupNamed(t, of, vpc, "shut").IpPermissionsEgress; len(left) != 0 {
			t.Errorf("after all were revoked there are %+v", left)
		}
	}
}

func TestTheNameOfAGroupIsUniqueInItsVPC(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	_, err := createGroup(t, of, of.VPC, "shut")
	accounttest.NoErr(t, err)
	for _, again := range []string{"shut", "SHUT", "default"} {
		_, err = createGroup(t, of, of.VPC, again)
		accounttest.WantCode(t, err, "InvalidGroup.Duplicate")
	}
	_, err = createGroup(t, of, "vpc-0123456789abcdef0", "shut")
	accounttest.WantCode(t, err, "InvalidVpcID.NotFound")
	for _, bad := range []string{"sg-shut", "shut?", strings.Repeat("x", 256)} {
		_, err = createGroup(t, of, of.VPC, bad)
		accounttest.WantCode(t, err, "InvalidParameterValue")
	}
	of.SetSecurityGroupQuota(2) // the VPC's default group, and the one above
	_, err = createGroup(t, of, of.VPC, "another")
	accounttest.WantCode(t, err, "SecurityGroupLimitExceeded")
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
func TestARevocationIsAllOrNothing(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	peer := of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC})
	id := of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC, Name: "open", Egress: []account.Rule{
		{Source: "0.0.0.0/0"}, {Protocol: "tcp", From: 443, To: 443, Source: "10.0.0.0/8"}, {Source: peer},
	}})
	_, err := revoke(t, of, id, toCIDR("0.0.0.0/0"), toCIDR("192.0.2.0/24"))
	accounttest.WantCode(t, err, "InvalidPermission.NotFound")
	_, err = revoke(t, of, id, toCIDR("10.0.0.0/8")) // another protocol
	accounttest.WantCode(t, err, "InvalidPermission.NotFound")
	_, err = revoke(t, of, id)
	accounttest.WantCode(t, err, "MissingParameter")
	if left := groupNamed(t, of, of.VPC, "open").IpPermissionsEgress; len(left) != 3 {
		t.Errorf("a refusal left %+v", left)
	}
	described := toCIDR("0.0.0.0/0")
	described.IpRanges[0].Description = aws.String("descriptions do not matter")
	_, err = revoke(t, of, id, described, types.IpPermission{IpProtocol: aws.String("-1"), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: &peer}}})
	accounttest.NoErr(t, err)
	if left := groupNamed(t, of, of.VPC, "open").IpPermissionsEgress; len(left) != 1 || *left[0].FromPort != 443 {
		t.Errorf("left are %+v", left)
	}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
func TestARevocationIsOfOneDirection(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	id := of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC, Name: "open"})
	of.OpenGroup(id)
	of.OpenGroup(id) // a second call changes nothing
	of.AllowIn(id, account.Rule{Protocol: "tcp", From: 22, To: 22, Source: "10.0.0.0/8"})
	in := func(permissions ...types.IpPermission) error {
		_, err := of.EC2().RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: &id, IpPermissions: permissions})
		return err
	}
	accounttest.WantCode(t, in(toCIDR("0.0.0.0/0"), toCIDR("192.0.2.0/24")), "InvalidPermission.NotFound")
	accounttest.WantCode(t, in(), "MissingParameter")
	if g := groupNamed(t, of, of.VPC, "open"); len(g.IpPermissions) != 2 || len(g.IpPermissionsEgress) != 1 {
		t.Errorf("a refusal left %+v", g)
	}
	accounttest.NoErr(t, in(toCIDR("0.0.0.0/0")))
	if g := groupNamed(t, of, of.VPC, "open"); len(g.IpPermissions) != 1 || *g.IpPermissions[0].FromPort != 22 || len(g.IpPermissionsEgress) != 1 {
		t.Errorf("left are %+v", g)
	}
}

func TestAGroupInUseIsNotDeleted(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	shut, err := createGroup(t, of, of.VPC, "shut")
	accounttest.NoErr(t, err)
	eni := interfacesOf(t, of, of.Web)[0]
	accounttest.NoErr(t, setGroups(t, of, *eni.NetworkInterfaceId, shut))
	accounttest.WantCode(t, remove(t, of, shut), "DependencyViolation")
	accounttest.NoErr(t, setGroups(t, of, *eni.NetworkInterfaceId, ids(eni.Groups)...))
	friend := of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC, Ingress: []account.Rule{{Source: shut}}})
	accounttest.WantCode(t, remove(t, of, shut), "DependencyViolation")
	accounttest.NoErr(t, remove(t, of, friend))
	accounttest.NoErr(t, remove(t, of, shut))
	accounttest.WantCode(t, remove(t, of, shut), "InvalidGroup.NotFound")
	accounttest.WantCode(t, remove(t, of, *groupNamed(t, of, of.VPC, "default").GroupId), "CannotDelete")
}
