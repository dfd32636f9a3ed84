// Package accounttest has what the tests of the in-memory account share.
package accounttest

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// Office is a small account: two subnets under the default ACL, an instance with two volumes
// in the front subnet, and an instance with one volume in the back subnet.
type Office struct {
	*account.Account
	VPC, Front, Back string // the VPC's ID, and the subnets'
	Web, DB          string // instance IDs
}

// NewOffice makes an office.
func NewOffice(o account.Options) Office {
	a := account.New(o)
	vpc := a.AddVPC(account.VPC{})
	of := Office{Account: a, VPC: vpc}
	of.Front = a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	of.Back = a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.2.0/24"})
	of.Web = a.AddInstance(account.Instance{
		Tags:       map[string]string{"Name": "web"},
		Interfaces: []account.Interface{{Subnet: of.Front, PrivateIP: "10.0.1.10", PublicIP: "198.51.100.10"}},
		Volumes:    []account.Volume{{GiB: 8}, {GiB: 100, Tags: map[string]string{"data": "yes"}}},
	})
	of.DB = a.AddInstance(account.Instance{
		Interfaces: []account.Interface{{Subnet: of.Back, PrivateIP: "10.0.2.10"}},
		Volumes:    []account.Volume{{}},
	})
	return of
}

// ACLs returns the VPC's network ACLs, oldest first; the first is the default. It makes no
// call.
func (of Office) ACLs() (acls []types.NetworkAcl) {
	of.Read(func(d ec2.Description) {
		for _, acl := range d.NetworkACLs {
			if *acl.VpcId == of.VPC {
				acls = append(acls, call.Clone(*acl))
			}
		}
	})
	return acls
}

// Association returns the subnet's network ACL association. It makes no call.
func (of Office) Association(t *testing.T, subnet string) types.NetworkAclAssociation {
	t.Helper()
	for _, acl := range of.ACLs() {
		for _, as := range acl.Associations {
			if *as.SubnetId == subnet {
				return as
			}
		}
	}
	t.Fatalf("subnet %s is under no ACL", subnet)
	return types.NetworkAclAssociation{}
}

// WantPath checks whether a packet gets through, and that the reason contains reason.
func (of Office) WantPath(t *testing.T, p account.Packet, allowed bool, reason string) {
	t.Helper()
	got := of.CanReach(p)
	if got.Allowed != allowed || got.Unknown || !strings.Contains(got.Reason, reason) {
		t.Errorf("%+v: %+v, want allowed %v because of %q", p, got, allowed, reason)
	}
}
