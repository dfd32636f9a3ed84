package ec2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// RemoveSubnet deletes a subnet and its ACL association. Interfaces in it remain, although EC2
// would require them to be deleted first.
func (r *Resources) RemoveSubnet(subnet string) {
	defer r.service.Change()()
	from, at := r.network.aclOf(subnet)
	must(from, from != nil)("subnet", subnet)
	from.Associations = slices.Delete(from.Associations, at, at+1)
	r.network.subnets.remove(subnet)
	r.service.CountChange()
}

// RemoveVPC deletes a VPC with its subnets and network ACLs.
func (r *Resources) RemoveVPC(vpc string) {
	defer r.service.Change()()
	must(r.network.vpcs.get(vpc))("VPC", vpc)
	for _, s := range r.network.subnets.all() {
		if aws.ToString(s.VpcId) == vpc {
			r.network.subnets.remove(*s.SubnetId)
		}
	}
	for _, acl := range r.network.aclsOf(vpc) {
		r.network.acls.remove(*acl.NetworkAclId)
	}
	r.network.vpcs.remove(vpc)
	r.service.CountChange()
}

// ForwardTraffic turns the source/destination check of an instance's interfaces off.
func (r *Resources) ForwardTraffic(instance string) {
	defer r.service.Change()()
	i := must(r.storage.instances.get(instance))("instance", instance)
	for at := range i.NetworkInterfaces {
		i.NetworkInterfaces[at].SourceDestCheck = aws.Bool(false)
	}
}

// Stop stops an instance; it keeps its interfaces.
func (r *Resources) Stop(instance string) {
	defer r.service.Change()()
	must(r.storage.instances.get(instance))("instance", instance).State = instanceState(types.InstanceStateNameStopped)
}
