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

func createACL(t *testing.T, of accounttest.Office, token string, tags ...types.Tag) (*ec2.CreateNetworkAclOutput, error) {
	t.Helper()
	in := &ec2.CreateNetworkAclInput{VpcId: &of.VPC}
	if token != "" {
		in.ClientToken = &token
	}
	if tags != nil {
		in.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeNetworkAcl, Tags: tags}}
	}
	return of.EC2().CreateNetworkAcl(t.Context(), in)
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

func tag(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }

// https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
func TestANewACLDeniesEverything(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	out, err := createACL(t, of, "", tag("product", "x"))
	accounttest.NoErr(t, err)
	if len(out.NetworkAcl.Entries) != 2 || len(out.NetworkAcl.Associations) != 0 || aws.ToBool(out.NetworkAcl.IsDefault) {
		t.Fatalf("new ACL is %+v", out.NetworkAcl)
	}
	for _, e := range out.NetworkAcl.Entries {
		if *e.RuleNumber != 32767 || e.RuleAction != types.RuleActionDeny || *e.Protocol != "-1" || *e.CidrBlock != "0.0.0.0/0" {
			t.Errorf("entry is %+v", e)
		}
	}
	if id := *out.NetworkAcl.NetworkAclId; !strings.HasPrefix(id, "acl-0") || len(id) != len("acl-")+17 {
		t.Errorf("id %q does not look like AWS's", id)
	}
}

// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
func TestClientTokenMakesCreateNetworkAclIdempotent(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	first, err := createACL(t, of, "token", tag("a", "1"))
	accounttest.NoErr(t, err)
	again, err := createACL(t, of, "token", tag("a", "1"))
	accounttest.NoErr(t, err)
	if *again.NetworkAcl.NetworkAclId != *first.NetworkAcl.NetworkAclId || len(of.ACLs()) != 2 {
		t.Errorf("the same token made another ACL: %d", len(of.ACLs()))
	}
	_, err = createACL(t, of, "token", tag("a", "2"))
	accounttest.WantCode(t, err, "IdempotentParameterMismatch")
	other, err := createACL(t, of, "other", tag("a", "1"))
	accounttest.NoErr(t, err)
	if *other.NetworkAcl.NetworkAclId == *first.NetworkAcl.NetworkAclId {
		t.Error("another token gave the same ACL")
	}
	_, err = createACL(t, of, strings.Repeat("x", 65))
	accounttest.WantCode(t, err, "InvalidParameterValue")
}

func TestACLQuota(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.SetNetworkACLQuota(2) // including the default ACL
	_, err := createACL(t, of, "token")
	accounttest.NoErr(t, err)
	_, err = createACL(t, of, "")
	accounttest.WantCode(t, err, "NetworkAclLimitExceeded")
	_, err = createACL(t, of, "token") // creates nothing, and so does not count against the quota
	accounttest.NoErr(t, err)
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
func TestReplaceGivesANewAssociationEveryTime(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	made, err := createACL(t, of, "")
	accounttest.NoErr(t, err)
	before, neighbour := of.Association(t, of.Front), of.Association(t, of.Back)

	replace := func(association, acl string) (string, error) {
		out, err := of.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{AssociationId: &association, NetworkAclId: &acl})
		if err != nil {
			return "", err
		}
		return *out.NewAssociationId, nil
	}
	id, err := replace(*before.NetworkAclAssociationId, *made.NetworkAcl.NetworkAclId)
	accounttest.NoErr(t, err)
	now := of.Association(t, of.Front)
	if *now.NetworkAclAssociationId != id || *now.NetworkAclId != *made.NetworkAcl.NetworkAclId || id == *before.NetworkAclAssociationId {
		t.Errorf("association is %v after replacing %v", now, before)
	}
	if got := of.Association(t, of.Back); *got.NetworkAclAssociationId != *neighbour.NetworkAclAssociationId {
		t.Error("the other subnet of the shared ACL changed")
	}
	_, err = replace(*before.NetworkAclAssociationId, *made.NetworkAcl.NetworkAclId)
	accounttest.WantCode(t, err, "InvalidAssociationID.NotFound")
	_, err = replace(id, "acl-0123456789abcdef0")
	accounttest.WantCode(t, err, "InvalidNetworkAclID.NotFound")
	_, err = replace(id, "none")
	accounttest.WantCode(t, err, "InvalidNetworkAclId.Malformed")

	elsewhere := of.AddACL(account.ACL{VPC: of.AddVPC(account.VPC{CIDRs: []string{"10.1.0.0/16"}})})
	_, err = replace(id, elsewhere)
	accounttest.WantCode(t, err, "InvalidParameterValue")
	if got := of.Association(t, of.Front); *got.NetworkAclAssociationId != id {
		t.Error("a refused replacement changed something")
	}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html
func TestDeleteNetworkAcl(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	made, err := createACL(t, of, "")
	accounttest.NoErr(t, err)
	remove := func(id string) error {
		_, err := of.EC2().DeleteNetworkAcl(t.Context(), &ec2.DeleteNetworkAclInput{NetworkAclId: &id})
		return err
	}
	id, inUse := *made.NetworkAcl.NetworkAclId, *of.Association(t, of.Front).NetworkAclId
	accounttest.WantCode(t, remove(inUse), "InvalidParameterValue") // the VPC's default
	of.SwapACL(of.Front, id)
	accounttest.WantCode(t, remove(id), "DependencyViolation")
	of.SwapACL(of.Front, inUse)
	accounttest.NoErr(t, remove(id))
	accounttest.WantCode(t, remove(id), "InvalidNetworkAclID.NotFound")
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
func TestDescribeNetworkAclsFilters(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	made, err := createACL(t, of, "", tag("product", "quarantine"))
	accounttest.NoErr(t, err)
	created, defaultACL := *made.NetworkAcl.NetworkAclId, *of.Association(t, of.Front).NetworkAclId
	of.AddVPC(account.VPC{CIDRs: []string{"10.9.0.0/16"}})

	for name, c := range map[string]struct {
		filters []types.Filter
		want    []string
	}{
		"vpc":                 {[]types.Filter{filter("vpc-id", of.VPC)}, []string{defaultACL, created}},
		"subnet":              {[]types.Filter{filter("association.subnet-id", of.Back)}, []string{defaultACL}},
		"tag":                 {[]types.Filter{filter("tag:product", "quarantine")}, []string{created}},
		"tag in another case": {[]types.Filter{filter("tag:product", "Quarantine")}, nil},
		"tag with a *":        {[]types.Filter{filter("tag:product", "quar*")}, []string{created}},
		"tag key":             {[]types.Filter{filter("tag-key", "product")}, []string{created}},
		"default":             {[]types.Filter{filter("default", "true"), filter("vpc-id", of.VPC)}, []string{defaultACL}},
		"one of values":       {[]types.Filter{filter("network-acl-id", created, "x")}, []string{created}},
	} {
		out, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{Filters: c.filters})
		accounttest.NoErr(t, err)
		var got []string
		for _, acl := range out.NetworkAcls {
			got = append(got, *acl.NetworkAclId)
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	_, err = of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{Filters: []types.Filter{filter("entry.egress", "true")}})
	accounttest.WantUnsupported(t, err, "filter entry.egress")
}

func TestPagesSurviveChanges(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{PageSize: 5})
	var ids []string
	for range 11 {
		out, err := createACL(t, of, "")
		accounttest.NoErr(t, err)
		ids = append(ids, *out.NetworkAcl.NetworkAclId)
	}
	var seen []string
	pages := ec2.NewDescribeNetworkAclsPaginator(of.EC2(), &ec2.DescribeNetworkAclsInput{})
	for n := 0; pages.HasMorePages(); n++ {
		out, err := pages.NextPage(t.Context())
		accounttest.NoErr(t, err)
		for _, acl := range out.NetworkAcls {
			seen = append(seen, *acl.NetworkAclId)
		}
		if n == 0 {
			of.RemoveACL(ids[0])
			of.RemoveACL(ids[7])
		}
	}
	if len(seen) != 11 { // the default ACL and eleven others, minus the one deleted before its page
		t.Errorf("saw %d ACLs: %v", len(seen), seen)
	}
	_, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{NextToken: aws.String("made up")})
	accounttest.WantCode(t, err, "InvalidNextToken")
	_, err = of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{MaxResults: aws.Int32(4)})
	accounttest.WantCode(t, err, "InvalidParameterValue")
	_, err = of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{MaxResults: aws.Int32(5), NetworkAclIds: ids[1:2]})
	accounttest.WantCode(t, err, "InvalidParameterCombination")
}
