package uninstall

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ACLs are the quarantine ACLs that this deployment has to do with.
type ACLs struct {
	// Removable are in no use and of no other deployment.
	Removable []ACL `json:"removable"`
	// Kept are in no use, but stay.
	Kept []ACL `json:"kept"`
	// InUse are the subnets that are under one.
	InUse []Quarantined `json:"standing"`
}

// ACL is a quarantine ACL that no subnet is under.
type ACL struct {
	ID    string `json:"id"`
	VPCID string `json:"vpcId"`
	Why   string `json:"why,omitempty"` // it stays
}

// Quarantined is a subnet under a quarantine ACL.
type Quarantined struct {
	SubnetID string `json:"subnetId"`
	VPCID    string `json:"vpcId"`
	ACL      string `json:"acl"`
	// Original is the original ACL, by the tags of the quarantine ACL; "" if they do not name it.
	Original string `json:"original,omitempty"`
	// Incidents hold the subnet, as the ACL's tags say.
	Incidents []string `json:"incidents"`
}

// survey looks at the quarantine ACLs in the VPCs of the ledger's incidents.
// Tags do not say which deployment made an ACL: they name the incidents that
// hold it. One that names an incident of another ledger is that one's.
func (u *Uninstaller) survey(ctx context.Context, all []incident) (ACLs, error) {
	out := ACLs{Removable: []ACL{}, Kept: []ACL{}, InUse: []Quarantined{}}
	var vpcs, known []string
	for _, in := range all {
		vpcs, known = append(vpcs, in.vpcs()...), append(known, in.ID)
	}
	slices.Sort(vpcs)
	for _, vpc := range slices.Compact(vpcs) {
		acls, err := u.ACLs.NetworkACLs(ctx, vpc)
		if err != nil {
			return ACLs{}, err
		}
		for _, acl := range acls {
			if acl.MadeByProduct() && !acl.Default {
				out.sort(acl, known)
			}
		}
	}
	slices.SortFunc(out.InUse, func(a, b Quarantined) int { return cmp.Compare(a.SubnetID, b.SubnetID) })
	return out, nil
}

// sort puts one ACL where it belongs.
func (a *ACLs) sort(acl quarantine.NetworkACL, known []string) {
	holders := holdersOf(acl)
	strangers := slices.DeleteFunc(slices.Clone(holders), func(id string) bool { return slices.Contains(known, id) })
	theirs := len(strangers) > 0
	for _, s := range acl.Associations {
		if theirs && len(strangers) == len(holders) {
			break // another deployment holds it, and nobody here
		}
		a.InUse = append(a.InUse, Quarantined{
			SubnetID: s.SubnetID, VPCID: acl.VPCID, ACL: acl.ID, Original: acl.Tags[quarantine.TagOriginal+s.SubnetID], Incidents: holders,
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

// holdersOf are the incidents that an ACL's tags name, sorted.
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

// removeACLs removes the quarantine ACLs that nothing uses. EC2 itself refuses
// to delete one that has come into use since it was looked at.
func (r *run) removeACLs(ctx context.Context) error {
	if r.plan.Ledger == nil {
		return nil
	}
	all, err := r.incidents(ctx, r.plan.Table)
	if err != nil {
		return err
	}
	found, err := r.survey(ctx, all)
	if err != nil {
		return err
	}
	for _, acl := range found.Removable {
		err := r.ACLs.DeleteNetworkACL(ctx, acl.ID)
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
