package simaws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
)

// What a hand does to an ACL's rules counts for every subnet under it.
func TestAHandOpensAnACL(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{Record: true})
	shut := of.AddACL(simaws.ACL{VPC: of.vpc})
	of.SwapACL(of.front, shut)
	out := simaws.Packet{From: of.web, To: of.db, Port: 5432}
	if got := of.CanReach(out); got.Allowed {
		t.Errorf("an ACL without rules lets it pass: %s", got.Reason)
	}
	of.OpenACL(shut)
	of.OpenACL(shut) // changes nothing more
	if got := of.CanReach(out); !got.Allowed {
		t.Errorf("open, and not reached: %s", got.Reason)
	}
	all := of.Changes()
	if len(all) != 2 {
		t.Fatalf("%d changes, want the swap and the opening: %+v", len(all), all)
	}
	if c := all[1]; c.Call != 0 || c.Order != 2 || c.Subnet != of.front || c.From.Allows != 0 || c.To.Allows != 2 || c.FromAssociation != c.ToAssociation {
		t.Errorf("recorded %+v", c)
	}
}

func TestAHandRemovesASubnetAndItsVPC(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	of.RemoveSubnet(of.front)
	for _, acl := range of.acls(t) {
		for _, at := range acl.Associations {
			if *at.SubnetId == of.front {
				t.Errorf("%s is still under %s", of.front, *acl.NetworkAclId)
			}
		}
	}
	of.RemoveVPC(of.vpc)
	if left := of.acls(t); len(left) != 0 {
		t.Errorf("%d ACLs are left", len(left))
	}
}

func TestAHandStopsAnInstance(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	of.Stop(of.web)
	out, err := of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{of.web}})
	noErr(t, err)
	if i := out.Reservations[0].Instances[0]; i.State.Name != types.InstanceStateNameStopped || len(i.NetworkInterfaces) == 0 {
		t.Errorf("it is %s with %d interfaces", i.State.Name, len(i.NetworkInterfaces))
	}
}
