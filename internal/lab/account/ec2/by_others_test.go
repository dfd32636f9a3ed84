package ec2_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// A change of an ACL's rules by others applies to every subnet of the ACL.
func TestOthersOpenAnACL(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{Record: true})
	shut := of.AddACL(account.ACL{VPC: of.VPC})
	of.SwapACL(of.Front, shut)
	out := account.Packet{From: of.Web, To: of.DB, Port: 5432}
	if got := of.CanReach(out); got.Allowed {
		t.Errorf("an ACL without rules lets it pass: %s", got.Reason)
	}
	of.OpenACL(shut)
	of.OpenACL(shut) // a second call changes nothing
	if got := of.CanReach(out); !got.Allowed {
		t.Errorf("the ACL is open, and the host cannot be reached: %s", got.Reason)
	}
	all := of.Changes()
	if len(all) != 2 {
		t.Fatalf("%d changes, want the swap and the opening: %+v", len(all), all)
	}
	if c := all[1]; c.Call != 0 || c.Order != 2 || c.Subnet != of.Front || c.From.Allows != 0 || c.To.Allows != 2 || c.FromAssociation != c.ToAssociation {
		t.Errorf("recorded %+v", c)
	}
}

func TestOthersRemoveASubnetAndItsVPC(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.RemoveSubnet(of.Front)
	for _, acl := range of.ACLs() {
		for _, at := range acl.Associations {
			if *at.SubnetId == of.Front {
				t.Errorf("%s is still under %s", of.Front, *acl.NetworkAclId)
			}
		}
	}
	of.RemoveVPC(of.VPC)
	if left := of.ACLs(); len(left) != 0 {
		t.Errorf("%d ACLs are left", len(left))
	}
}

func TestOthersStopAnInstance(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.Stop(of.Web)
	out, err := of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{of.Web}})
	accounttest.NoErr(t, err)
	if i := out.Reservations[0].Instances[0]; i.State.Name != types.InstanceStateNameStopped || len(i.NetworkInterfaces) == 0 {
		t.Errorf("the stopped instance is %s with %d interfaces", i.State.Name, len(i.NetworkInterfaces))
	}
}
