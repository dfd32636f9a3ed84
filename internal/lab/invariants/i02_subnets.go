package invariants

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// acl is a network ACL as describe-network-acls prints it.
type acl struct {
	NetworkACLID string `json:"NetworkAclId"`
	IsDefault    bool
	Tags         []struct{ Key, Value string }
	Entries      []struct{ RuleAction string }
	Associations []struct {
		NetworkACLAssociationID string `json:"NetworkAclAssociationId"`
		SubnetID                string `json:"SubnetId"`
	}
}

func acls(printed any) (out []acl) {
	encoded, err := json.Marshal(printed)
	if err != nil || json.Unmarshal(encoded, &out) != nil {
		return nil
	}
	return out
}

func (a acl) madeByProduct() bool {
	return slices.ContainsFunc(a.Tags, func(t struct{ Key, Value string }) bool {
		return t.Key == quarantine.TagProduct && t.Value == quarantine.Product
	})
}

func (a acl) cuts() bool {
	return a.madeByProduct() && !a.allows()
}

// allows reports whether the ACL lets something pass.
func (a acl) allows() bool {
	return slices.ContainsFunc(a.Entries, func(e struct{ RuleAction string }) bool { return e.RuleAction == "allow" })
}

// associations maps subnets to their ACLs.
func associations(all []acl) map[string]acl {
	out := map[string]acl{}
	for _, a := range all {
		for _, as := range a.Associations {
			out[as.SubnetID] = a
		}
	}
	return out
}

// mutating are the EC2 operations that the cut, evidence and the release use, and those of
// the further measures.
var mutating = append([]string{"CreateNetworkAcl", "ReplaceNetworkAclAssociation", "DeleteNetworkAcl", "CreateTags", "DeleteTags", "CreateSnapshots", "LockSnapshot"},
	ofMeasures...)

// ofMeasures are the operations by which the measures of functions change something.
var ofMeasures = func() (out []string) {
	for _, m := range register.Grouped() {
		out = append(out, m.Changes()...)
	}
	return out
}()

// onlyAccusedSubnetsChange is I2: only the subnets of accused instances change.
func (c *check) onlyAccusedSubnetsChange() {
	byOthers := map[string]bool{}
	for _, change := range c.r.Changes {
		switch {
		case change.Call == 0:
			byOthers[change.Subnet] = true
		case !c.accused(change.Subnet):
			c.breaks("I2", "%s put %s on %s, and no accused instance is in it", c.by(change).Execution, change.To.ID, change.Subnet)
		}
	}
	before, after := associations(acls(c.r.Account.NetworkACLsBefore)), associations(acls(c.r.Account.NetworkACLs))
	for subnet, a := range after {
		if was := before[subnet]; was.NetworkACLID != a.NetworkACLID && !c.accused(subnet) && !byOthers[subnet] {
			c.breaks("I2", "%s was under %s and is under %s, and no accused instance is in it", subnet, was.NetworkACLID, a.NetworkACLID)
		}
	}
	c.onlyProductResourcesChange()
}

// onlyProductResourcesChange checks that the product tags and removes only what it made.
func (c *check) onlyProductResourcesChange() {
	made := c.made()
	for _, call := range c.r.Calls {
		if call.Service != "ec2" || !call.Applied || call.Effect == nil || !changes(call.Operation) {
			continue
		}
		if !slices.Contains(mutating, call.Operation) {
			c.breaks("I2", "%s called ec2:%s", call.Execution, call.Operation)
			continue
		}
		for _, id := range touched(call) {
			if !made[id] {
				c.breaks("I2", "%s called ec2:%s on %s, which is neither the product's nor accused", call.Execution, call.Operation, id)
			}
		}
	}
}

func changes(operation string) bool {
	return !strings.HasPrefix(operation, "Describe") && !strings.HasPrefix(operation, "Get")
}

// touched returns the IDs of the resources that a call changes, tags, untags or deletes.
func touched(call simulate.Call) []string {
	var in struct {
		NetworkACLID       string `json:"NetworkAclId"`
		GroupID            string `json:"GroupId"`
		InstanceID         string `json:"InstanceId"`
		NetworkInterfaceID string `json:"NetworkInterfaceId"`
		SnapshotID         string `json:"SnapshotId"`
		Resources          []string
	}
	switch call.Operation {
	case "CreateTags", "DeleteTags":
		printed(call.Input, &in)
		return in.Resources
	case "LockSnapshot":
		printed(call.Input, &in)
		return []string{in.SnapshotID}
	case "DeleteNetworkAcl":
		printed(call.Input, &in)
		return []string{in.NetworkACLID}
	}
	if slices.Contains(ofMeasures, call.Operation) && !strings.HasPrefix(call.Operation, "Create") {
		printed(call.Input, &in)
		return slices.DeleteFunc([]string{in.GroupID, in.InstanceID, in.NetworkInterfaceID}, func(id string) bool { return id == "" })
	}
	return nil
}

// made returns the IDs of the ACLs, groups and snapshots that the product made, in this run
// or before, and of the accused instances and their interfaces.
func (c *check) made() map[string]bool {
	made := map[string]bool{}
	for instance := range c.w.Accused {
		made[instance] = true
	}
	for _, id := range c.interfacesOf() {
		made[id] = true
	}
	for _, a := range acls(c.r.Account.NetworkACLsBefore) {
		made[a.NetworkACLID] = a.madeByProduct()
	}
	for _, call := range c.r.Calls {
		if call.Effect == nil {
			continue
		}
		switch call.Operation {
		case "CreateNetworkAcl":
			var out struct {
				NetworkACL acl `json:"NetworkAcl"`
			}
			printed(call.Effect.Answer, &out)
			made[out.NetworkACL.NetworkACLID] = true
		case "CreateSecurityGroup":
			var out struct{ GroupId string } //nolint:revive // EC2's name
			printed(call.Effect.Answer, &out)
			made[out.GroupId] = true
		case "CreateSnapshots":
			for _, id := range snapshotsOf(call) {
				made[id] = true
			}
		}
	}
	return made
}

func snapshotsOf(call simulate.Call) (ids []string) {
	var out struct {
		Snapshots []struct {
			SnapshotID string `json:"SnapshotId"`
		}
	}
	printed(call.Effect.Answer, &out)
	for _, s := range out.Snapshots {
		ids = append(ids, s.SnapshotID)
	}
	return ids
}

// printed decodes an SDK input or output by the field names that the AWS command line prints.
func printed(sdk, into any) {
	if encoded, err := json.Marshal(account.Printed(sdk)); err == nil {
		_ = json.Unmarshal(encoded, into) // other fields are skipped
	}
}
