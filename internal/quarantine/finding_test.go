package quarantine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTargetsAreTheAccusedInstancesEachOnce(t *testing.T) {
	t.Parallel()
	home := quarantine.Finding{AccountID: "111122223333", Region: "eu-west-1"}
	for name, c := range map[string]struct {
		accused []quarantine.AccusedInstance
		want    []quarantine.Resource
	}{
		"nobody is accused": {nil, nil},
		"account and region are the finding's": {
			[]quarantine.AccusedInstance{{ID: "i-1"}},
			[]quarantine.Resource{{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-1"}},
		},
		"an instance's own account and region win": {
			[]quarantine.AccusedInstance{{ID: "i-1", AccountID: "444455556666"}, {ID: "i-2", Region: "us-east-1"}},
			[]quarantine.Resource{
				{AccountID: "444455556666", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-1"},
				{AccountID: "111122223333", Region: "us-east-1", Kind: quarantine.KindInstance, ID: "i-2"},
			},
		},
		"the order is the finding's": {
			[]quarantine.AccusedInstance{{ID: "i-2"}, {ID: "i-1"}},
			[]quarantine.Resource{
				{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-2"},
				{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-1"},
			},
		},
		"an instance named twice is one resource, however it is named": {
			[]quarantine.AccusedInstance{{ID: "i-1"}, {ID: "i-1", AccountID: "111122223333"}, {ID: "i-1", Region: "eu-west-1"}},
			[]quarantine.Resource{{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-1"}},
		},
		"the same id in another region is another resource": {
			[]quarantine.AccusedInstance{{ID: "i-1"}, {ID: "i-1", Region: "us-east-1"}},
			[]quarantine.Resource{
				{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-1"},
				{AccountID: "111122223333", Region: "us-east-1", Kind: quarantine.KindInstance, ID: "i-1"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := home
			f.Instances = c.accused
			if diff := cmp.Diff(c.want, f.Resources()); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNarrowKeepsTheFindingAndTheOneInstance(t *testing.T) {
	t.Parallel()
	several := quarantine.Finding{ID: "f", AccountID: "111122223333", Instances: []quarantine.AccusedInstance{
		{ID: "i-1"}, {ID: "i-2", AccountID: "444455556666"}, {ID: "i-2", AccountID: "777788889999"},
	}}

	got, ok := several.Narrow("i-2")
	want := quarantine.Finding{ID: "f", AccountID: "111122223333", Instances: []quarantine.AccusedInstance{{ID: "i-2", AccountID: "444455556666"}}}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("found: %v, finding (-want +got):\n%s", ok, diff)
	}
	if len(several.Instances) != 3 {
		t.Errorf("the finding that was narrowed has %d instances left of 3", len(several.Instances))
	}

	got, ok = several.Narrow("i-3")
	if diff := cmp.Diff(several, got); ok || diff != "" {
		t.Errorf("an instance that is not accused was found: %v, finding (-want +got):\n%s", ok, diff)
	}
}

func TestWhereAnInstanceIsEachPlaceOnceAndInOrder(t *testing.T) {
	t.Parallel()
	type places struct{ VPCs, Subnets, PublicIPs []string }
	for name, c := range map[string]struct {
		interfaces []quarantine.Interface
		want       places
	}{
		"no interface": {nil, places{}},
		"one": {
			[]quarantine.Interface{{VPCID: "vpc-1", SubnetID: "subnet-1", PublicIP: "198.51.100.1"}},
			places{[]string{"vpc-1"}, []string{"subnet-1"}, []string{"198.51.100.1"}},
		},
		"two interfaces in one subnet": {
			[]quarantine.Interface{{VPCID: "vpc-1", SubnetID: "subnet-1", PublicIP: "198.51.100.2"}, {VPCID: "vpc-1", SubnetID: "subnet-1", PublicIP: "198.51.100.1"}},
			places{[]string{"vpc-1"}, []string{"subnet-1"}, []string{"198.51.100.2", "198.51.100.1"}},
		},
		"two subnets, two VPCs, the first named again": {
			[]quarantine.Interface{{VPCID: "vpc-2", SubnetID: "subnet-2"}, {VPCID: "vpc-1", SubnetID: "subnet-1"}, {VPCID: "vpc-2", SubnetID: "subnet-2"}},
			places{[]string{"vpc-2", "vpc-1"}, []string{"subnet-2", "subnet-1"}, nil},
		},
		"what is not known is not named": {
			[]quarantine.Interface{{}, {SubnetID: "subnet-1"}, {VPCID: "vpc-1"}},
			places{[]string{"vpc-1"}, []string{"subnet-1"}, nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := quarantine.Instance{Interfaces: c.interfaces}
			if diff := cmp.Diff(c.want, places{live.VPCs(), live.Subnets(), live.PublicIPs()}); diff != "" {
				t.Errorf("the live instance (-want +got):\n%s", diff)
			}
			var accused quarantine.AccusedInstance
			accused.Interfaces = append(accused.Interfaces, c.interfaces...)
			if diff := cmp.Diff(c.want, places{accused.VPCs(), accused.Subnets(), accused.PublicIPs()}); diff != "" {
				t.Errorf("the accused instance (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnInstanceKnowsTheGroupThatReplacesIt(t *testing.T) {
	t.Parallel()
	owned := quarantine.Instance{Tags: map[string]string{"aws:autoscaling:groupName": "web"}}
	if got := owned.AutoScalingGroup(); got != "web" {
		t.Errorf("group %q", got)
	}
	if got := (quarantine.Instance{}).AutoScalingGroup(); got != "" {
		t.Errorf("an instance without tags is in group %q", got)
	}
}
