package simaws_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
)

func createACL(t *testing.T, of office, token string, tags ...types.Tag) (*ec2.CreateNetworkAclOutput, error) {
	t.Helper()
	in := &ec2.CreateNetworkAclInput{VpcId: &of.vpc}
	if token != "" {
		in.ClientToken = &token
	}
	if tags != nil {
		in.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeNetworkAcl, Tags: tags}}
	}
	return of.EC2().CreateNetworkAcl(t.Context(), in)
}

func tag(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }

// https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
func TestANewACLDeniesEverything(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	out, err := createACL(t, of, "", tag("product", "x"))
	noErr(t, err)
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
	of := newOffice(simaws.Options{})
	first, err := createACL(t, of, "token", tag("a", "1"))
	noErr(t, err)
	again, err := createACL(t, of, "token", tag("a", "1"))
	noErr(t, err)
	if *again.NetworkAcl.NetworkAclId != *first.NetworkAcl.NetworkAclId || len(of.acls(t)) != 2 {
		t.Errorf("the same token made another ACL: %d", len(of.acls(t)))
	}
	_, err = createACL(t, of, "token", tag("a", "2"))
	wantCode(t, err, "IdempotentParameterMismatch")
	other, err := createACL(t, of, "other", tag("a", "1"))
	noErr(t, err)
	if *other.NetworkAcl.NetworkAclId == *first.NetworkAcl.NetworkAclId {
		t.Error("another token gave the same ACL")
	}
	_, err = createACL(t, of, strings.Repeat("x", 65))
	wantCode(t, err, "InvalidParameterValue")
}

func TestACLQuota(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	of.SetNetworkACLQuota(2) // the default ACL counts
	_, err := createACL(t, of, "token")
	noErr(t, err)
	_, err = createACL(t, of, "")
	wantCode(t, err, "NetworkAclLimitExceeded")
	_, err = createACL(t, of, "token") // makes none, and so needs no room
	noErr(t, err)
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
func TestReplaceGivesANewAssociationEveryTime(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	made, err := createACL(t, of, "")
	noErr(t, err)
	before, neighbour := of.association(t, of.front), of.association(t, of.back)

	replace := func(association, acl string) (string, error) {
		out, err := of.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{AssociationId: &association, NetworkAclId: &acl})
		if err != nil {
			return "", err
		}
		return *out.NewAssociationId, nil
	}
	id, err := replace(*before.NetworkAclAssociationId, *made.NetworkAcl.NetworkAclId)
	noErr(t, err)
	now := of.association(t, of.front)
	if *now.NetworkAclAssociationId != id || *now.NetworkAclId != *made.NetworkAcl.NetworkAclId || id == *before.NetworkAclAssociationId {
		t.Errorf("association is %v after replacing %v", now, before)
	}
	if got := of.association(t, of.back); *got.NetworkAclAssociationId != *neighbour.NetworkAclAssociationId {
		t.Error("the other subnet of the shared ACL changed")
	}
	_, err = replace(*before.NetworkAclAssociationId, *made.NetworkAcl.NetworkAclId)
	wantCode(t, err, "InvalidAssociationID.NotFound")
	_, err = replace(id, "acl-0123456789abcdef0")
	wantCode(t, err, "InvalidNetworkAclID.NotFound")
	_, err = replace(id, "none")
	wantCode(t, err, "InvalidNetworkAclId.Malformed")

	elsewhere := of.AddACL(simaws.ACL{VPC: of.AddVPC(simaws.VPC{CIDRs: []string{"10.1.0.0/16"}})})
	_, err = replace(id, elsewhere)
	wantCode(t, err, "InvalidParameterValue")
	if got := of.association(t, of.front); *got.NetworkAclAssociationId != id {
		t.Error("a refused replacement changed something")
	}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html
func TestDeleteNetworkAcl(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	made, err := createACL(t, of, "")
	noErr(t, err)
	remove := func(id string) error {
		_, err := of.EC2().DeleteNetworkAcl(t.Context(), &ec2.DeleteNetworkAclInput{NetworkAclId: &id})
		return err
	}
	id, standing := *made.NetworkAcl.NetworkAclId, *of.association(t, of.front).NetworkAclId
	wantCode(t, remove(standing), "InvalidParameterValue") // the VPC's default
	of.SwapACL(of.front, id)
	wantCode(t, remove(id), "DependencyViolation")
	of.SwapACL(of.front, standing)
	noErr(t, remove(id))
	wantCode(t, remove(id), "InvalidNetworkAclID.NotFound")
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
func TestDescribeNetworkAclsFilters(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	made, err := createACL(t, of, "", tag("product", "quarantine"))
	noErr(t, err)
	own, standing := *made.NetworkAcl.NetworkAclId, *of.association(t, of.front).NetworkAclId
	of.AddVPC(simaws.VPC{CIDRs: []string{"10.9.0.0/16"}})

	for name, c := range map[string]struct {
		filters []types.Filter
		want    []string
	}{
		"vpc":              {[]types.Filter{filter("vpc-id", of.vpc)}, []string{standing, own}},
		"subnet":           {[]types.Filter{filter("association.subnet-id", of.back)}, []string{standing}},
		"tag":              {[]types.Filter{filter("tag:product", "quarantine")}, []string{own}},
		"tag's other case": {[]types.Filter{filter("tag:product", "Quarantine")}, nil},
		"tag with a *":     {[]types.Filter{filter("tag:product", "quar*")}, []string{own}},
		"tag key":          {[]types.Filter{filter("tag-key", "product")}, []string{own}},
		"default":          {[]types.Filter{filter("default", "true"), filter("vpc-id", of.vpc)}, []string{standing}},
		"one of values":    {[]types.Filter{filter("network-acl-id", own, "x")}, []string{own}},
	} {
		out, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{Filters: c.filters})
		noErr(t, err)
		var got []string
		for _, acl := range out.NetworkAcls {
			got = append(got, *acl.NetworkAclId)
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	_, err = of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{Filters: []types.Filter{filter("entry.egress", "true")}})
	wantUnsupported(t, err, "filter entry.egress")
}

func TestPagesSurviveChanges(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{PageSize: 5})
	var ids []string
	for range 11 {
		out, err := createACL(t, of, "")
		noErr(t, err)
		ids = append(ids, *out.NetworkAcl.NetworkAclId)
	}
	var seen []string
	pages := ec2.NewDescribeNetworkAclsPaginator(of.EC2(), &ec2.DescribeNetworkAclsInput{})
	for n := 0; pages.HasMorePages(); n++ {
		out, err := pages.NextPage(t.Context())
		noErr(t, err)
		for _, acl := range out.NetworkAcls {
			seen = append(seen, *acl.NetworkAclId)
		}
		if n == 0 {
			of.RemoveACL(ids[0])
			of.RemoveACL(ids[7])
		}
	}
	if len(seen) != 11 { // the default one, and eleven without the one that went before its page came
		t.Errorf("saw %d ACLs: %v", len(seen), seen)
	}
	_, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{NextToken: ptr("made up")})
	wantCode(t, err, "InvalidNextToken")
	_, err = of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{MaxResults: aws.Int32(4)})
	wantCode(t, err, "InvalidParameterValue")
	_, err = of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{MaxResults: aws.Int32(5), NetworkAclIds: ids[1:2]})
	wantCode(t, err, "InvalidParameterCombination")
}
