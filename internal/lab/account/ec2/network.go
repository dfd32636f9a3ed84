package ec2

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// network are the resources of VPCs. As in EC2's answers, an ACL holds its associations; every
// subnet is in exactly one ACL.
type network struct {
	vpcs        collection[types.Vpc]
	subnets     collection[types.Subnet]
	acls        collection[types.NetworkAcl]
	groups      collection[types.SecurityGroup]
	interfaces  collection[types.NetworkInterface] // those of instances, and others
	routeTables collection[types.RouteTable]
	gateways    collection[types.InternetGateway]

	aclTokens map[string]createdACL // by ClientToken
	aclQuota  int                   // ACLs per VPC

	groupQuota int // security groups in the Region

	unknown Unknown
}

type createdACL struct {
	request ec2.CreateNetworkAclInput
	answer  types.NetworkAcl
}

// storage are the instances and their data.
type storage struct {
	instances collection[types.Instance]
	volumes   collection[types.Volume]
	snapshots collection[snapshot]
	consoles  map[string]string // by instance ID
	failing   map[string]bool   // volumes whose snapshots fail

	protections map[string]protection // by instance ID, of those that were changed

	metadataTime    time.Duration        // how long a change of metadata options is pending
	metadataApplied map[string]time.Time // by instance ID, of those that were changed
}

// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
const (
	defaultACLQuota   = 200
	defaultGroupQuota = 2500
)

func newNetwork() network {
	return network{
		vpcs: newCollection[types.Vpc](), subnets: newCollection[types.Subnet](),
		acls: newCollection[types.NetworkAcl](), groups: newCollection[types.SecurityGroup](),
		routeTables: newCollection[types.RouteTable](), gateways: newCollection[types.InternetGateway](),
		aclTokens: map[string]createdACL{}, aclQuota: defaultACLQuota,
		interfaces: newCollection[types.NetworkInterface](), groupQuota: defaultGroupQuota,
	}
}

func newStorage() storage {
	return storage{
		instances: newCollection[types.Instance](), volumes: newCollection[types.Volume](),
		snapshots: newCollection[snapshot](), consoles: map[string]string{}, failing: map[string]bool{},
		protections: map[string]protection{}, metadataTime: defaultMetadataTime, metadataApplied: map[string]time.Time{},
	}
}

// aclsOf returns the network ACLs of a VPC.
func (n *network) aclsOf(vpc string) []*types.NetworkAcl {
	var acls []*types.NetworkAcl
	for _, acl := range n.acls.all() {
		if aws.ToString(acl.VpcId) == vpc {
			acls = append(acls, acl)
		}
	}
	return acls
}

// defaultACL returns the ACL of a new subnet in the VPC.
func (n *network) defaultACL(vpc string) *types.NetworkAcl {
	for _, acl := range n.aclsOf(vpc) {
		if aws.ToBool(acl.IsDefault) {
			return acl
		}
	}
	return nil
}

// aclOf returns the ACL of a subnet, and the index of the association in it.
func (n *network) aclOf(subnet string) (*types.NetworkAcl, int) {
	return n.findAssociation(func(as types.NetworkAclAssociation) bool {
		return aws.ToString(as.SubnetId) == subnet
	})
}

func (n *network) findAssociation(match func(types.NetworkAclAssociation) bool) (*types.NetworkAcl, int) {
	for _, acl := range n.acls.all() {
		for i, as := range acl.Associations {
			if match(as) {
				return acl, i
			}
		}
	}
	return nil, 0
}

// Beside returns another running instance whose first interface is in the subnet of this one's
// first; "" if there is none.
func (r *Resources) Beside(instance string) string { return r.neighbour(instance, true) }

// Across returns a running instance whose first interface is in another subnet of the VPC; "" if
// there is none.
func (r *Resources) Across(instance string) string { return r.neighbour(instance, false) }

func (r *Resources) neighbour(instance string, sameSubnet bool) string {
	r.service.Lock()
	defer r.service.Unlock()
	i, ok := r.storage.instances.get(instance)
	if !ok || len(i.NetworkInterfaces) == 0 {
		return ""
	}
	at := i.NetworkInterfaces[0]
	for _, other := range r.storage.instances.all() {
		if other == i || other.State.Name != types.InstanceStateNameRunning || len(other.NetworkInterfaces) == 0 {
			continue
		}
		eni := other.NetworkInterfaces[0]
		if aws.ToString(eni.VpcId) == aws.ToString(at.VpcId) && (aws.ToString(eni.SubnetId) == aws.ToString(at.SubnetId)) == sameSubnet {
			return *other.InstanceId
		}
	}
	return ""
}
