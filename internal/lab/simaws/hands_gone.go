package simaws

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// RemoveSubnet deletes a subnet, and its association with it. What has an
// interface there keeps it: EC2 would have that removed first.
func (a *Account) RemoveSubnet(subnet string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	from, at := a.network.aclOf(subnet)
	must(from, from != nil)("subnet", subnet)
	from.Associations = slices.Delete(from.Associations, at, at+1)
	a.network.subnets.remove(subnet)
	a.byHand()
}

// RemoveVPC deletes a VPC with its subnets and network ACLs.
func (a *Account) RemoveVPC(vpc string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	must(a.network.vpcs.get(vpc))("VPC", vpc)
	for _, s := range a.network.subnets.all() {
		if aws.ToString(s.VpcId) == vpc {
			a.network.subnets.remove(*s.SubnetId)
		}
	}
	for _, acl := range a.network.aclsOf(vpc) {
		a.network.acls.remove(*acl.NetworkAclId)
	}
	a.network.vpcs.remove(vpc)
	a.byHand()
}

// Stop stops an instance: it keeps its interfaces.
func (a *Account) Stop(instance string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	must(a.storage.instances.get(instance))("instance", instance).State = state(types.InstanceStateNameStopped)
}
