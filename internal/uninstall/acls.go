package uninstall

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// NetworkACLs reads and deletes network ACLs, like the domain's ports of that name.
// DeleteNetworkACL does not delete an ACL that is associated with a subnet.
type NetworkACLs interface {
	NetworkACLs(ctx context.Context, r quarantine.Resource, vpcID string) ([]quarantine.NetworkACL, error)
	DeleteNetworkACL(ctx context.Context, r quarantine.Resource, aclID string) error
}

// ACLs are the quarantine ACLs that concern this deployment.
type ACLs struct {
	// Removable are unused, and belong to no other deployment.
	Removable []ACL `json:"removable"`
	// Kept are unused, but are kept.
	Kept []ACL `json:"kept"`
	// InUse are the subnets that have a quarantine ACL.
	InUse []Quarantined `json:"standing"`
}

// ACL is a quarantine ACL that no subnet has.
type ACL struct {
	ID    string `json:"id"`
	VPCID string `json:"vpcId"`
	Why   string `json:"why,omitempty"` // reason why it is kept
}

// Quarantined is a subnet with a quarantine ACL.
type Quarantined struct {
	SubnetID string `json:"subnetId"`
	VPCID    string `json:"vpcId"`
	ACL      string `json:"acl"`
	// Original is the original ACL according to the quarantine ACL's tags; "" if they do not name it.
	Original string `json:"original,omitempty"`
	// Incidents hold the subnet, according to the ACL's tags.
	Incidents []string `json:"incidents"`
	region    string
}

// ByHand are the lines of a person who puts back what stood on the subnet.
func (q Quarantined) ByHand() []string {
	h := quarantine.Quarantine{VPCID: q.VPCID, SubnetID: q.SubnetID, OriginalACL: q.Original, QuarantineACL: q.ACL}.Hold()
	return message.ByHand(register.Cut().UndoByHand([]quarantine.Hold{h}), q.region)
}

// survey reads the quarantine ACLs in the VPCs of the ledger's incidents. The tags do
// not name the deployment that created an ACL, but the incidents that hold it. An ACL
// that names an incident of another ledger belongs to that ledger's deployment.
func (u *Uninstaller) survey(ctx context.Context, all []quarantine.Incident) (ACLs, error) {
	out := ACLs{Removable: []ACL{}, Kept: []ACL{}, InUse: []Quarantined{}}
	vpcs, known := vpcsOf(all), []string{}
	for _, in := range all {
		known = append(known, in.ID)
	}
	for _, vpc := range slices.Sorted(maps.Keys(vpcs)) {
		acls, err := u.ACLs.NetworkACLs(ctx, vpcs[vpc], vpc)
		if err != nil {
			return ACLs{}, err
		}
		for _, acl := range acls {
			if acl.MadeByProduct() && !acl.Default {
				out.sort(acl, vpcs[vpc].Region, known)
			}
		}
	}
	slices.SortFunc(out.InUse, func(a, b Quarantined) int { return cmp.Compare(a.SubnetID, b.SubnetID) })
	return out, nil
}

// sort adds an ACL to the list that it belongs to.
func (a *ACLs) sort(acl quarantine.NetworkACL, region string, known []string) {
	holders := holdersOf(acl)
	strangers := slices.DeleteFunc(slices.Clone(holders), func(id string) bool { return slices.Contains(known, id) })
	theirs := len(strangers) > 0
	for _, s := range acl.Associations {
		if theirs && len(strangers) == len(holders) {
			break // only another deployment's incidents hold it
		}
		a.InUse = append(a.InUse, Quarantined{
			SubnetID: s.SubnetID, VPCID: acl.VPCID, ACL: acl.ID, Original: acl.Tags[quarantine.TagOriginal+s.SubnetID], Incidents: holders, region: region,
		})
	}
	one := ACL{ID: acl.ID, VPCID: acl.VPCID}
	switch {
	case len(acl.Associations) > 0:
	case theirs:
		one.Why = "its tags name " + strings.Join(strangers, ", ") + ", which this ledger does not know: it is another deployment's"
		a.Kept = append(a.Kept, one)
	case !acl.Quarantines():
		one.Why = "somebody has added rules to it that allow traffic"
		a.Kept = append(a.Kept, one)
	default:
		a.Removable = append(a.Removable, one)
	}
}

// holdersOf are the incidents named by an ACL's tags, sorted.
func holdersOf(acl quarantine.NetworkACL) []string {
	out := []string{}
	for key := range acl.Tags {
		if id, isHolder := strings.CutPrefix(key, quarantine.TagHolder); isHolder {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// removeACLs deletes the removable quarantine ACLs. EC2 refuses to delete one that has
// been associated with a subnet meanwhile.
func (r *run) removeACLs(ctx context.Context) error {
	if r.plan.Ledger == nil {
		return nil
	}
	all, err := r.Ledger(r.plan.Table).AllIncidents(ctx)
	if err != nil {
		return err
	}
	found, err := r.survey(ctx, all)
	if err != nil {
		return err
	}
	vpcs := vpcsOf(all)
	for _, acl := range found.Removable {
		err := r.ACLs.DeleteNetworkACL(ctx, vpcs[acl.VPCID], acl.ID)
		if quarantine.Is(err, quarantine.Contended) {
			r.say("network ACL %s of %s is in use by now: it stays", acl.ID, acl.VPCID)
			continue
		}
		if err != nil {
			return err
		}
		r.say("removed network ACL %s of %s", acl.ID, acl.VPCID)
		r.report.RemovedACLs = append(r.report.RemovedACLs, acl.ID)
	}
	return nil
}
