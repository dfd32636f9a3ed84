package uninstall

import (
	"cmp"
	"context"
	"maps"
	"slices"

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
	// Original is the original ACL on record, "" if there is none.
	Original string `json:"original,omitempty"`
	// Incidents hold the subnet, as is on record.
	Incidents []string `json:"incidents"`
	region    string
}

// ByHand are the lines of a person who puts back what stood on the subnet.
func (q Quarantined) ByHand() []string {
	h := quarantine.Quarantine{VPCID: q.VPCID, SubnetID: q.SubnetID, OriginalACL: q.Original, QuarantineACL: q.ACL}.Hold()
	return message.ByHand(register.Cut().UndoByHand([]quarantine.Hold{h}), q.region)
}

// survey reads the quarantine ACLs in the VPCs of the ledger's incidents: those that the
// ledger has as made, or as put on a subnet. One that only has the product's tag is another
// deployment's, or anything that somebody has tagged.
func (u *Uninstaller) survey(ctx context.Context, table string, all []quarantine.Incident) (ACLs, error) {
	out := ACLs{Removable: []ACL{}, Kept: []ACL{}, InUse: []Quarantined{}}
	vpcs := vpcsOf(all)
	for _, vpc := range slices.Sorted(maps.Keys(vpcs)) {
		acls, err := u.ACLs.NetworkACLs(ctx, vpcs[vpc], vpc)
		if err != nil {
			return ACLs{}, err
		}
		for _, acl := range acls {
			if acl.Default || !acl.MadeByProduct() && acl.Allows > 0 {
				continue
			}
			made, _, err := u.Ledger(table).Made(ctx, quarantine.MeasureNetworkACL, vpcs[vpc], acl.ID)
			if err != nil {
				return ACLs{}, err
			}
			out.sort(acl, vpcs[vpc].Region, made == acl.ID, maybeOurs(acl, table), all)
		}
	}
	slices.SortFunc(out.InUse, func(a, b Quarantined) int { return cmp.Compare(a.SubnetID, b.SubnetID) })
	return out, nil
}

// maybeOurs tells whether an ACL that the ledger does not have cuts subnets off for this
// deployment all the same, by its tags. That deletes nothing: it keeps the ledger.
func maybeOurs(acl quarantine.NetworkACL, table string) bool {
	return acl.Quarantines() && cmp.Or(acl.Tags[quarantine.TagLedger], table) == table
}

// sort adds an ACL to the list that it belongs to.
func (a *ACLs) sort(acl quarantine.NetworkACL, region string, made, maybe bool, all []quarantine.Incident) {
	for _, s := range acl.Associations {
		q := Quarantined{SubnetID: s.SubnetID, VPCID: acl.VPCID, ACL: acl.ID, Incidents: []string{}, region: region}
		if held := q.recorded(all); held || made || maybe {
			a.InUse = append(a.InUse, q)
		}
	}
	one := ACL{ID: acl.ID, VPCID: acl.VPCID}
	switch {
	case len(acl.Associations) > 0:
	case !made && acl.MadeByProduct():
		one.Why = "it has the product's tag, and this ledger does not have it as made: it is another deployment's, or somebody has tagged it"
		a.Kept = append(a.Kept, one)
	case !made:
	case acl.Allows > 0:
		one.Why = "somebody has added rules to it that allow traffic"
		a.Kept = append(a.Kept, one)
	default:
		a.Removable = append(a.Removable, one)
	}
}

// recorded fills in what is on record of the subnet, and tells whether an incident holds it
// under this very ACL.
func (q *Quarantined) recorded(all []quarantine.Incident) (held bool) {
	for _, in := range all {
		for _, on := range in.HeldQuarantines() {
			if on.SubnetID == q.SubnetID && on.VPCID == q.VPCID && (on.QuarantineACL == q.ACL || on.QuarantineACL == "") {
				q.Original, q.Incidents, held = on.OriginalACL, append(q.Incidents, in.ID), true
			}
		}
	}
	slices.Sort(q.Incidents)
	return held
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
	found, err := r.survey(ctx, r.plan.Table, all)
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
