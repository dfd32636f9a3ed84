package simaws

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The hands of others: what happens to an account while the product works on
// it. Nothing here is recorded as a call.

// SwapACL puts the subnet under another ACL, as an administrator would, and
// gives the new id of the association; the old one is gone.
func (a *Account) SwapACL(subnet, acl string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	from, at := a.network.aclOf(subnet)
	must(from, from != nil)("subnet", subnet)
	id, err := a.replaceAssociation(*from.Associations[at].NetworkAclAssociationId, acl)
	mustWork(err)
	a.byHand()
	return id
}

// RemoveACL deletes an ACL that no subnet uses.
func (a *Account) RemoveACL(acl string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	mustWork(a.deleteACL(acl))
}

// OpenACL adds rules to the ACL that let everything in and out, unless it has
// them. What that makes of its subnets is on record as a change of each, from
// the ACL as it was to the ACL as it is.
func (a *Account) OpenACL(acl string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := must(a.network.acls.get(acl))("network ACL", acl)
	was := clone(found)
	all := aclEntries(allowAll(false))
	if slices.ContainsFunc(found.Entries, func(e types.NetworkAclEntry) bool { return *e.RuleNumber == *all[0].RuleNumber }) {
		return
	}
	found.Entries = append(all, found.Entries...)
	for _, at := range found.Associations {
		a.replaced(*at.SubnetId, was, found, *at.NetworkAclAssociationId, *at.NetworkAclAssociationId)
	}
	a.byHand()
}

// Terminate ends the instance: it loses its interfaces, its subnet and its
// VPC, and the volumes that were to go with it; it stays visible.
func (a *Account) Terminate(instance string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := must(a.storage.instances.get(instance))("instance", instance)
	for _, v := range a.storage.volumes.all() {
		for _, at := range v.Attachments {
			if aws.ToString(at.InstanceId) != instance {
				continue
			}
			v.Attachments, v.State = nil, types.VolumeStateAvailable
			if aws.ToBool(at.DeleteOnTermination) {
				a.storage.volumes.remove(*v.VolumeId)
			}
		}
	}
	i.State = state(types.InstanceStateNameTerminated)
	i.NetworkInterfaces, i.SecurityGroups, i.BlockDeviceMappings = nil, nil, nil
	i.SubnetId, i.VpcId, i.PrivateIpAddress, i.PublicIpAddress = nil, nil, nil, nil
}

// SetVolumeError puts the volume into the state error, from which it cannot be
// snapshotted.
func (a *Account) SetVolumeError(volume string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	must(a.storage.volumes.get(volume))("volume", volume).State = types.VolumeStateError
}

// FailSnapshots makes every snapshot of the volumes fail, from now on: it is
// pending for half of its time, and then in the state error.
func (a *Account) FailSnapshots(volumes ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, v := range volumes {
		must(a.storage.volumes.get(v))("volume", v)
		a.storage.failing[v] = true
	}
}

// SetConsoleOutput sets what the instance has written to its console.
func (a *Account) SetConsoleOutput(instance, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	must(a.storage.instances.get(instance))("instance", instance)
	a.storage.consoles[instance] = text
}

// SetNetworkACLQuota sets how many network ACLs a VPC may have.
func (a *Account) SetNetworkACLQuota(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.network.aclQuota = n
}

func mustWork(err error) {
	if err != nil {
		panic(fmt.Sprintf("simaws: %v", err))
	}
}
