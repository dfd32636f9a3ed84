package account_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// A description of an account's network has no Auto Scaling groups, only their tags on instances.
func TestTheInstancesOfAGroupAreKnownByItsTag(t *testing.T) {
	t.Parallel()
	instance := func(id, state, tags string) string {
		return `{"InstanceId":"` + id + `","State":{"Name":"` + state + `"},"SubnetId":"subnet-0aaaaaaaaaaaaaaaa","VpcId":"vpc-0aaaaaaaaaaaaaaaa","PrivateIpAddress":"10.0.1.10","Tags":[` + tags + `]}`
	}
	web := `{"Key":"aws:autoscaling:groupName","Value":"web"}`
	a, err := account.LoadJSON(strings.NewReader(`{"Reservations":[{"OwnerId":"111122223333","Instances":[`+strings.Join([]string{
		instance("i-0aaaaaaaaaaaaaaaa", "running", web), instance("i-0bbbbbbbbbbbbbbbb", "running", `{"Key":"Name","Value":"web"}`),
		instance("i-0cccccccccccccccc", "terminated", web), instance("i-0dddddddddddddddd", "running", web),
	}, ",")+`]}],
		"Subnets":[{"SubnetId":"subnet-0aaaaaaaaaaaaaaaa","VpcId":"vpc-0aaaaaaaaaaaaaaaa","CidrBlock":"10.0.1.0/24","OwnerId":"111122223333","AvailabilityZone":"eu-west-1a"}],
		"NetworkAcls":[{"NetworkAclId":"acl-0aaaaaaaaaaaaaaaa","VpcId":"vpc-0aaaaaaaaaaaaaaaa","IsDefault":true,"OwnerId":"111122223333","Entries":[],
			"Associations":[{"NetworkAclAssociationId":"aclassoc-0aaaaaaaaaaaaaaaa","NetworkAclId":"acl-0aaaaaaaaaaaaaaaa","SubnetId":"subnet-0aaaaaaaaaaaaaaaa"}]}],
		"Volumes":[]}`), account.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a.Grow(account.Seed{InstanceID: "i-0eeeeeeeeeeeeeeee", Tags: map[string]string{"aws:autoscaling:groupName": "grown"}})
	if ids, _ := a.Members("grown"); len(ids) != 1 || ids[0] != "i-0eeeeeeeeeeeeeeee" {
		t.Errorf("of a grown account the group has %v", ids)
	}
	ids, desired := a.Members("web")
	if diff := cmp.Diff([]string{"i-0aaaaaaaaaaaaaaaa", "i-0dddddddddddddddd"}, ids); diff != "" || desired != 2 {
		t.Errorf("the group wants %d, and has (-want +got):\n%s", desired, diff)
	}
}
