package ec2_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
func TestDeleteTags(t *testing.T) {
	t.Parallel()
	key := func(k string) types.Tag { return types.Tag{Key: &k} }
	for _, c := range []struct {
		name    string
		deleted []types.Tag
		left    []string
	}{
		{"by key, whatever the value", []types.Tag{key("a")}, []string{"b"}},
		{"by key and value", []types.Tag{tag("a", "1"), tag("b", "another")}, []string{"b"}},
		{"an empty value is a value", []types.Tag{tag("a", "")}, []string{"a", "b"}},
		{"one that is not there", []types.Tag{key("c")}, []string{"a", "b"}},
		{"none given means all", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			of := accounttest.NewOffice(account.Options{})
			acl := *of.Association(t, of.Front).NetworkAclId
			_, err := of.EC2().CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{acl}, Tags: []types.Tag{tag("a", "1"), tag("b", "2")}})
			accounttest.NoErr(t, err)
			for range 2 {
				_, err = of.EC2().DeleteTags(t.Context(), &ec2.DeleteTagsInput{Resources: []string{acl}, Tags: c.deleted})
				accounttest.NoErr(t, err)
			}
			var left []string
			for _, got := range of.ACLs()[0].Tags {
				left = append(left, aws.ToString(got.Key))
			}
			if diff := cmp.Diff(c.left, left); diff != "" {
				t.Errorf("tags (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeleteTagsOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	_, err := of.EC2().DeleteTags(t.Context(), &ec2.DeleteTagsInput{Resources: []string{"acl-0123456789abcdef0"}})
	accounttest.WantCode(t, err, "InvalidNetworkAclID.NotFound")
	_, err = of.EC2().DeleteTags(t.Context(), &ec2.DeleteTagsInput{Resources: []string{"elephant"}})
	accounttest.WantCode(t, err, "InvalidID")
}
