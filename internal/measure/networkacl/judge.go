package networkacl

import (
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// verdict is what becomes of a subnet as EC2 shows it: an outcome or, without
// one, the ACL that is to be put on it.
type verdict struct {
	subnet  *subnet
	outcome quarantine.ReleaseOutcome
	acl     string
}

// look reads the ACLs of all of the incident's VPCs, side by side.
func (u *Undo) look(ctx context.Context) error {
	acls, err := read(ctx, u.Clock, u.ACLs, u.Incident.Resource, u.vpcs())
	if err != nil {
		return err
	}
	u.acls = acls
	if err := u.askMade(ctx); err != nil {
		return err
	}
	for _, s := range u.subnets {
		s.place, _ = acls.in(s.record.VPCID, s.record.SubnetID)
	}
	return nil
}

// askMade reads which of the ACLs that may be quarantine ACLs the product made: those that a
// record names, and those that have its tag.
func (u *Undo) askMade(ctx context.Context) error {
	var ask []string
	for _, acls := range u.acls {
		for _, acl := range acls {
			_, known := u.made[acl.ID]
			if !known && (acl.MadeByProduct() || slices.ContainsFunc(u.subnets, func(s *subnet) bool { return s.puts(acl.ID) })) {
				ask = append(ask, acl.ID)
			}
		}
	}
	answers := make([]bool, len(ask))
	var steps []func() error
	for i, acl := range ask {
		steps = append(steps, func() (err error) {
			answers[i], err = isMade(ctx, u.Ledger, u.Incident.Resource, acl)
			return err
		})
	}
	err := u.together(steps...)
	if u.made == nil {
		u.made = map[string]bool{}
	}
	if err == nil {
		for i, acl := range ask {
			u.made[acl] = answers[i]
		}
	}
	return err
}

// puts tells whether the ACL was put on the subnet, as far as is on record.
func (s *subnet) puts(acl string) bool {
	return acl != "" && (s.record.After == acl || s.replaced == acl)
}

// ours tells whether what stands on the subnet is a quarantine ACL: the ledger has it as put
// there, or as made. Where no read-back is on record, the tag is believed, and people are told.
func (u *Undo) ours(s *subnet) bool {
	acl := s.place.acl
	if s.puts(acl.ID) || u.made[acl.ID] {
		return true
	}
	if s.record.After != "" || !acl.Quarantines() {
		return false
	}
	u.warn(acl.ID + ", which stood on " + s.record.SubnetID + ", was taken for a quarantine ACL by its tags alone: the ledger does not have it")
	return true
}

// vpcs are the VPCs of the subnets, as far as the ledger knows them, each once.
func (u *Undo) vpcs() (out []string) {
	for _, s := range u.subnets {
		if s.record.VPCID != "" && !slices.Contains(out, s.record.VPCID) {
			out = append(out, s.record.VPCID)
		}
	}
	return out
}

// judge decides by the subnet's current ACL: the one to restore is there already,
// perhaps from an earlier attempt; a quarantine ACL is to be replaced; anything
// else is a change by others (Drifted), if a second look shows it, too.
//
// That the one to restore is there is believed of an association that was put there. Any
// other can be older than the cut: it is replaced by one of the same ACL, which fails if it
// is gone. A cut by its id that EC2 carries out late fails from then on, too.
func (u *Undo) judge(s *subnet) (verdict, error) {
	acl, outcome, err := u.original(s)
	at := s.place.association
	switch {
	case err != nil:
		return verdict{}, err
	case s.place.acl.ID == acl && s.fits(at):
		return verdict{subnet: s, outcome: outcome}, nil
	case at == "", s.place.acl.ID != acl && !u.ours(s):
		return s.drifted()
	}
	return verdict{subnet: s, acl: acl}, nil
}

// drifted is the verdict on what others have put there. One look can be older than the cut.
func (s *subnet) drifted() (verdict, error) {
	if s.foreign && s.seenAt == s.place.association {
		return verdict{subnet: s, outcome: quarantine.Drifted}, nil
	}
	s.foreign, s.seenAt = true, s.place.association
	return verdict{}, quarantine.Failf(quarantine.NotVerified, "%s seems to be changed by others", s.record.SubnetID)
}

// original is the ACL to restore, and the outcome once it is restored: the
// recorded one or, if that is gone or not on record, the VPC's default.
func (u *Undo) original(s *subnet) (string, quarantine.ReleaseOutcome, error) {
	acls := u.acls[s.record.VPCID]
	recorded := s.record.Before
	if slices.ContainsFunc(acls, func(a quarantine.NetworkACL) bool { return a.ID == recorded }) {
		return recorded, quarantine.Restored, nil
	}
	if i := slices.IndexFunc(acls, func(a quarantine.NetworkACL) bool { return a.Default }); i >= 0 {
		return acls[i].ID, quarantine.RestoredDefault, nil
	}
	if len(acls) == 0 { // the VPC is gone, and the subnet with it
		return "", quarantine.Drifted, nil
	}
	return "", "", quarantine.Failf(quarantine.Unavailable, "EC2 shows no default network ACL in %s", s.record.VPCID)
}
