package networkacl

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Remover finds and deletes network ACLs; see [Restorer].
type Remover interface {
	NetworkACLs(ctx context.Context, r quarantine.Resource, vpcID string) ([]quarantine.NetworkACL, error)
	DeleteNetworkACL(ctx context.Context, r quarantine.Resource, aclID string) error
}

// Leftovers are the quarantine ACLs in the VPCs of incidents: those that the ledger has as
// made, or as put on a subnet. One that only has the product's tag is another deployment's, or
// anything that somebody has tagged.
type Leftovers struct {
	ACLs   Remover
	Ledger measure.Made
	Table  string // the ledger's name, which is in the ACLs' tags
}

var _ measure.Leftovers = Leftovers{}

// Find reads the ACLs of each VPC.
func (l Leftovers) Find(ctx context.Context, all []quarantine.Incident) (measure.Remains, error) {
	var out measure.Remains
	vpcs := vpcsOf(all)
	for _, vpc := range slices.Sorted(maps.Keys(vpcs)) {
		acls, err := l.ACLs.NetworkACLs(ctx, vpcs[vpc], vpc)
		if err != nil {
			return measure.Remains{}, err
		}
		for _, acl := range acls {
			if acl.Default || !acl.MadeByProduct() && acl.Allows > 0 {
				continue
			}
			made, err := isMade(ctx, l.Ledger, vpcs[vpc], acl.ID)
			if err != nil {
				return measure.Remains{}, err
			}
			found := leftover{NetworkACL: acl, of: vpcs[vpc], made: made}
			found.sort(&out)
			out.Closed = append(out.Closed, found.closed(all, found.made || l.maybeOurs(acl))...)
		}
	}
	slices.SortFunc(out.Closed, func(a, b measure.ClosedThing) int { return cmp.Compare(a.Hold.Thing, b.Hold.Thing) })
	return out, nil
}

// Remove deletes an ACL. EC2 refuses that of one that a subnet has by now.
func (l Leftovers) Remove(ctx context.Context, one measure.Leftover) error {
	return l.ACLs.DeleteNetworkACL(ctx, one.Of, one.ID)
}

// maybeOurs tells whether an ACL that the ledger does not have cuts subnets off for this
// deployment all the same, by its tags. That deletes nothing: it keeps the ledger.
func (l Leftovers) maybeOurs(acl quarantine.NetworkACL) bool {
	return acl.Quarantines() && cmp.Or(acl.Tags[quarantine.TagLedger], l.Table) == l.Table
}

// vpcsOf are the VPCs of the incidents' subnets, each with a resource of its account
// and Region.
func vpcsOf(all []quarantine.Incident) map[string]quarantine.Resource {
	vpcs := map[string]quarantine.Resource{}
	for _, in := range all {
		for _, h := range in.HoldsOf(Info().Name) {
			if h.VPCID != "" {
				vpcs[h.VPCID] = in.Resource
			}
		}
	}
	return vpcs
}

// leftover is an ACL that may be a quarantine's.
type leftover struct {
	quarantine.NetworkACL
	of   quarantine.Resource
	made bool // the ledger has it as made
}

// sort adds an ACL that no subnet has to what can be removed, or to what is kept.
func (l leftover) sort(into *measure.Remains) {
	one := measure.Leftover{Measure: Info().Name, What: "network ACL", ID: l.ID, VPCID: l.VPCID, Of: l.of}
	switch {
	case len(l.Associations) > 0:
	case !l.made && l.MadeByProduct():
		one.Why = "it has the product's tag, and this ledger does not have it as made: it is another deployment's, or somebody has tagged it"
		into.Kept = append(into.Kept, one)
	case !l.made:
	case l.Allows > 0:
		one.Why = "somebody has added rules to it that allow traffic"
		into.Kept = append(into.Kept, one)
	default:
		into.Removable = append(into.Removable, one)
	}
}

// closed are the subnets that have the ACL: those that an incident holds under it and, if it
// is ours, all others.
func (l leftover) closed(all []quarantine.Incident, ours bool) (out []measure.ClosedThing) {
	for _, a := range l.Associations {
		h := quarantine.Quarantine{
			AccountID: l.of.AccountID, Region: l.of.Region, VPCID: l.VPCID, SubnetID: a.SubnetID, After: l.ID, Holders: []string{},
		}
		if held := l.recorded(&h, all); held || ours {
			out = append(out, measure.ClosedThing{Hold: h.Hold(), Now: Info().Now(h.Hold())})
		}
	}
	return out
}

// recorded fills in what is on record of the subnet, and tells whether an incident holds it
// under this very ACL.
func (l leftover) recorded(q *quarantine.Quarantine, all []quarantine.Incident) (held bool) {
	for _, in := range all {
		for _, on := range in.HeldQuarantines() {
			if on.SubnetID == q.SubnetID && on.VPCID == q.VPCID && (on.After == l.ID || on.After == "") {
				q.Before, q.Holders, held = on.Before, append(q.Holders, in.ID), true
			}
		}
	}
	slices.Sort(q.Holders)
	return held
}
