package estate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// acl is a network ACL as describe-network-acls prints it.
type acl struct {
	ID           string `json:"NetworkAclId"`
	VPC          string `json:"VpcId"`
	Default      bool   `json:"IsDefault"`
	Tags         []struct{ Key, Value string }
	Entries      []struct{ RuleAction string }
	Associations []struct {
		ID     string `json:"NetworkAclAssociationId"`
		Subnet string `json:"SubnetId"`
	}
}

func (e *Estate) acls() (all []acl) {
	read(e.DescribeAllNetworkACLs(), &all)
	return all
}

// ACLs are the network ACLs, by name.
func (e *Estate) ACLs() map[string]quarantine.NetworkACL {
	all := map[string]quarantine.NetworkACL{}
	for _, a := range e.acls() {
		out := quarantine.NetworkACL{ID: a.ID, VPCID: a.VPC, Default: a.Default, Tags: map[string]string{}}
		for _, t := range a.Tags {
			out.Tags[t.Key] = t.Value
		}
		for _, r := range a.Entries {
			if r.RuleAction == "allow" {
				out.Allows++
			}
		}
		for _, as := range a.Associations {
			out.Associations = append(out.Associations, quarantine.Association{ID: as.ID, SubnetID: as.Subnet})
		}
		slices.SortFunc(out.Associations, func(a, b quarantine.Association) int { return slices.Compare([]byte(a.SubnetID), []byte(b.SubnetID)) })
		out = Named(e, out)
		all[out.ID] = out
	}
	return all
}

// Under is the ACL that every subnet is under.
func (e *Estate) Under() map[string]string {
	all := map[string]string{}
	for _, a := range e.ACLs() {
		for _, as := range a.Associations {
			all[as.SubnetID] = a.ID
		}
	}
	return all
}

// Changed is how often the subnet's association was changed.
func (e *Estate) Changed(subnet string) (n int) {
	for _, c := range e.Changes() {
		if c.Subnet == e.ID(subnet) && c.FromAssociation != c.ToAssociation {
			n++
		}
	}
	return n
}

// Target is an instance.
func (e *Estate) Target(instance string) quarantine.Target {
	return quarantine.Target{AccountID: AccountID, Region: Region, InstanceID: e.ID(instance)}
}

// Record is what is on record of a subnet.
func (e *Estate) Record(subnet string) quarantine.Quarantine {
	return Named(e, must(e.Ledger.Quarantine(context.Background(), e.Target(""), e.ID(subnet))))
}

// Lock is an instance's lock.
func (e *Estate) Lock(instance string) ledger.Lock {
	return must(e.Ledger.Lock(context.Background(), e.Target(instance)))
}

// Incident is an incident; empty if nothing is on record of it.
func (e *Estate) Incident(id string) ledger.Incident {
	in, err := e.Ledger.Incident(context.Background(), id)
	if quarantine.Is(err, quarantine.BadRequest) {
		return ledger.Incident{}
	}
	return Named(e, must(in, err))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// State is all that handlers leave behind: the ACLs and the ledger's items.
func (e *Estate) State() (all []string) {
	for _, a := range e.ACLs() {
		all = append(all, fmt.Sprintf("%+v", a))
	}
	for _, i := range e.DescribeAllItems(table) {
		for _, v := range i.(map[string]any) {
			if set, ok := v.(map[string]any)["SS"].([]string); ok {
				slices.Sort(set)
			}
		}
		all = append(all, e.Text(string(must(json.Marshal(i)))))
	}
	slices.Sort(all)
	return all
}

// Hour is what is counted in an hour: instances, and by VPC instances and
// subnets. What nothing is counted in is left out.
func (e *Estate) Hour(at time.Time) map[string][]string {
	counted := map[string][]string{}
	for _, i := range e.DescribeAllItems(table) {
		var item attributes
		if read(i, &item); item["sk"].S != "HOUR#"+at.UTC().Format("2006-01-02T15") {
			continue
		}
		for name, v := range item {
			if len(v.SS) > 0 {
				counted[e.Text(name)] = slices.Sorted(slices.Values(Named(e, v.SS)))
			}
		}
	}
	return counted
}
