package estate

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// object is a resource as the AWS command line prints it.
type object map[string]any

func (o object) text(name string) string {
	if v, there := o[name]; there {
		return fmt.Sprint(v)
	}
	return ""
}

func (o object) list(name string) (all []object) {
	list, _ := o[name].([]any)
	for _, v := range list {
		if m, ok := v.(map[string]any); ok {
			all = append(all, m)
		}
	}
	return all
}

// acls returns the network ACLs, sorted by ID.
func (e *Estate) acls() (all []quarantine.NetworkACL) {
	for _, a := range (object{"": e.DescribeAllNetworkACLs()}).list("") {
		out := quarantine.NetworkACL{ID: a.text("NetworkAclId"), VPCID: a.text("VpcId"), Default: a["IsDefault"] == true, Tags: map[string]string{}}
		for _, t := range a.list("Tags") {
			out.Tags[t.text("Key")] = t.text("Value")
		}
		for _, r := range a.list("Entries") {
			if r.text("RuleAction") == "allow" {
				out.Allows++
			}
		}
		for _, as := range a.list("Associations") {
			out.Associations = append(out.Associations, quarantine.Association{ID: as.text("NetworkAclAssociationId"), SubnetID: as.text("SubnetId")})
		}
		slices.SortFunc(out.Associations, func(a, b quarantine.Association) int { return cmp.Compare(a.SubnetID, b.SubnetID) })
		all = append(all, out)
	}
	return all
}

// ACLs returns the network ACLs by name.
func (e *Estate) ACLs() map[string]quarantine.NetworkACL {
	all, named := map[string]quarantine.NetworkACL{}, e.known().Replace
	for _, a := range e.acls() {
		a.ID, a.VPCID = named(a.ID), named(a.VPCID)
		tags := map[string]string{}
		for key, value := range a.Tags {
			tags[named(key)] = named(value)
		}
		a.Tags = tags
		for i, as := range a.Associations {
			a.Associations[i] = quarantine.Association{ID: named(as.ID), SubnetID: named(as.SubnetID)}
		}
		all[a.ID] = a
	}
	return all
}

// Under maps every subnet to its network ACL.
func (e *Estate) Under() map[string]string {
	all := map[string]string{}
	for _, a := range e.ACLs() {
		for _, as := range a.Associations {
			all[as.SubnetID] = a.ID
		}
	}
	return all
}

// Changed is how often the subnet's network ACL association changed.
func (e *Estate) Changed(subnet string) (n int) {
	for _, c := range e.Changes() {
		if c.Subnet == e.ID(subnet) && c.FromAssociation != c.ToAssociation {
			n++
		}
	}
	return n
}

// Resource is an instance as a quarantine.Resource.
func (e *Estate) Resource(instance string) quarantine.Resource {
	return quarantine.Resource{AccountID: AccountID, Region: Region, Kind: quarantine.KindInstance, ID: e.ID(instance)}
}

// Record is the ledger's record of a subnet.
func (e *Estate) Record(subnet string) quarantine.Quarantine {
	return Named(e, must(e.Ledger.Quarantine(context.Background(), quarantine.Resource{AccountID: AccountID, Region: Region}, e.ID(subnet))))
}

// Lock is the ledger's lock of an instance.
func (e *Estate) Lock(instance string) ledger.Lock {
	return must(e.Ledger.Lock(context.Background(), e.Resource(instance)))
}

// Incident is the ledger's record of an incident; empty if there is none.
func (e *Estate) Incident(id string) quarantine.Incident {
	in, err := e.Ledger.Incident(context.Background(), id)
	if quarantine.Is(err, quarantine.BadRequest) {
		return quarantine.Incident{}
	}
	return Named(e, must(in, err))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// State is everything that handlers persist: the network ACLs and the ledger's items.
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

// item is a ledger item in DynamoDB's JSON.
type item map[string]any

func (i item) text(name string) string {
	v, _ := i[name].(map[string]any)
	s, _ := v["S"].(string)
	return s
}

func (i item) set(name string) []string {
	v, _ := i[name].(map[string]any)
	s, _ := v["SS"].([]string)
	return s
}

// Hour is what the ledger counted in an hour: the instances and, by VPC, the instances
// and subnets. Empty sets are left out.
func (e *Estate) Hour(at time.Time) map[string][]string {
	counted := map[string][]string{}
	for _, i := range e.DescribeAllItems(table) {
		item := item(i.(map[string]any))
		if item.text("sk") != "HOUR#"+at.UTC().Format("2006-01-02T15") {
			continue
		}
		for name := range item {
			if set := item.set(name); len(set) > 0 {
				counted[e.Text(name)] = slices.Sorted(slices.Values(Named(e, set)))
			}
		}
	}
	return counted
}
