package ec2

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Changes by others, made while the product works on the account. They are not recorded as
// calls.

// SwapACL associates the subnet with another ACL, as an administrator would. It returns the
// association's new ID; the old one becomes invalid.
func (r *Resources) SwapACL(subnet, acl string) string {
	defer r.service.Change()()
	from, at := r.network.aclOf(subnet)
	must(from, from != nil)("subnet", subnet)
	id, err := r.replaceAssociation(*from.Associations[at].NetworkAclAssociationId, acl)
	mustWork(err)
	r.service.CountChange()
	return id
}

// RemoveACL deletes an ACL that has no association.
func (r *Resources) RemoveACL(acl string) {
	defer r.service.Change()()
	mustWork(r.deleteACL(acl))
}

// SetGroups gives every interface of the instance these security groups and no others, as an
// administrator would.
func (r *Resources) SetGroups(instance string, groups ...string) {
	defer r.service.Change()()
	for _, eni := range must(r.storage.instances.get(instance))("instance", instance).NetworkInterfaces {
		mustWork(r.replaceGroups(*eni.NetworkInterfaceId, groups))
	}
	r.service.CountChange()
}

// OpenACL adds rules to the ACL that allow all traffic in both directions, unless it has them. It
// records a change for each of the ACL's subnets, from the ACL before to the ACL after.
func (r *Resources) OpenACL(acl string) {
	defer r.service.Change()()
	found := must(r.network.acls.get(acl))("network ACL", acl)
	was := call.Clone(found)
	all := aclEntries(allowAll(false))
	if slices.ContainsFunc(found.Entries, func(e types.NetworkAclEntry) bool { return *e.RuleNumber == *all[0].RuleNumber }) {
		return
	}
	found.Entries = append(all, found.Entries...)
	for _, at := range found.Associations {
		r.replaced(*at.SubnetId, was, found, *at.NetworkAclAssociationId, *at.NetworkAclAssociationId)
	}
	r.service.CountChange()
}

// OpenGroup adds a rule to the security group that lets all traffic in, and one that lets all
// traffic out, unless it has them.
func (r *Resources) OpenGroup(group string) {
	r.AllowIn(group, Rule{Source: "0.0.0.0/0"})
	r.AllowOut(group, Rule{Source: "0.0.0.0/0"})
}

// AllowIn adds a rule for traffic in to a security group, unless it has it.
func (r *Resources) AllowIn(group string, rule Rule) {
	r.allow(group, rule, func(g *types.SecurityGroup) *[]types.IpPermission { return &g.IpPermissions })
}

// AllowOut adds a rule for traffic out to a security group, unless it has it.
func (r *Resources) AllowOut(group string, rule Rule) {
	r.allow(group, rule, func(g *types.SecurityGroup) *[]types.IpPermission { return &g.IpPermissionsEgress })
}

func (r *Resources) allow(group string, rule Rule, direction func(*types.SecurityGroup) *[]types.IpPermission) {
	defer r.service.Change()()
	rules := direction(must(r.network.groups.get(group))("security group", group))
	added := permissions([]Rule{rule})
	if _, unknown := without(*rules, added); len(unknown) == 0 {
		return
	}
	*rules = append(*rules, added...)
	r.service.CountChange()
}

// Terminate terminates the instance: it loses its interfaces, its subnet and VPC, and the volumes
// with DeleteOnTermination. It stays visible.
func (r *Resources) Terminate(instance string) {
	defer r.service.Change()()
	r.terminate(must(r.storage.instances.get(instance))("instance", instance))
}

// SetVolumeError puts the volume into the state error, in which it cannot be snapshotted.
func (r *Resources) SetVolumeError(volume string) {
	defer r.service.Change()()
	must(r.storage.volumes.get(volume))("volume", volume).State = types.VolumeStateError
}

// FailSnapshots makes all later snapshots of the volumes fail: a snapshot is pending for half of
// its time, and then in the state error.
func (r *Resources) FailSnapshots(volumes ...string) {
	defer r.service.Change()()
	for _, v := range volumes {
		must(r.storage.volumes.get(v))("volume", v)
		r.storage.failing[v] = true
	}
}

// SetConsoleOutput sets the instance's console output.
func (r *Resources) SetConsoleOutput(instance, text string) {
	defer r.service.Change()()
	must(r.storage.instances.get(instance))("instance", instance)
	r.storage.consoles[instance] = text
}

// SetMetadataTime sets how long later changes of metadata options are pending.
func (r *Resources) SetMetadataTime(d time.Duration) {
	defer r.service.Change()()
	r.storage.metadataTime = d
}

// SetNetworkACLQuota sets the quota of network ACLs per VPC.
func (r *Resources) SetNetworkACLQuota(n int) {
	defer r.service.Change()()
	r.network.aclQuota = n
}

func mustWork(err error) {
	if err != nil {
		panic(fmt.Sprintf("account: %v", err))
	}
}

// SetProfile exchanges an instance's profile, by its ARN.
func (r *Resources) SetProfile(instance, arn string) {
	defer r.service.Change()()
	must(r.storage.instances.get(instance))("instance", instance).IamInstanceProfile = &types.IamInstanceProfile{Arn: &arn}
}
