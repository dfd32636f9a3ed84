package release

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
func (u *undo) look(ctx context.Context) error {
	vpcs := u.vpcs()
	read := make([][]quarantine.NetworkACL, len(vpcs))
	steps := make([]func() error, len(vpcs))
	for i, vpc := range vpcs {
		steps[i] = func() (err error) {
			read[i], err = u.ACLs.NetworkACLs(ctx, u.record.Resource, vpc)
			return err
		}
	}
	if err := u.together(steps...); err != nil {
		return err
	}
	u.acls = map[string][]quarantine.NetworkACL{}
	for i, vpc := range vpcs {
		u.acls[vpc] = read[i]
	}
	for _, s := range u.subnets {
		s.place = u.find(s)
	}
	return nil
}

// vpcs are the VPCs of the subnets, as far as the ledger knows them, each once.
func (u *undo) vpcs() (out []string) {
	for _, s := range u.subnets {
		if s.record.VPCID != "" && !slices.Contains(out, s.record.VPCID) {
			out = append(out, s.record.VPCID)
		}
	}
	return out
}

func (u *undo) find(s *subnet) place {
	for _, acl := range u.acls[s.record.VPCID] {
		for _, a := range acl.Associations {
			if a.SubnetID == s.record.SubnetID {
				return place{association: a.ID, acl: acl}
			}
		}
	}
	return place{}
}

// judge decides by the subnet's current ACL: the one to restore is there already,
// perhaps from an earlier attempt; a quarantine ACL is to be replaced; anything
// else is a change by others (Drifted).
func (u *undo) judge(s *subnet) (verdict, error) {
	acl, outcome, err := u.original(s)
	switch {
	case err != nil:
		return verdict{}, err
	case s.place.acl.ID == acl:
		return verdict{subnet: s, outcome: outcome}, nil
	case !s.place.acl.MadeByProduct():
		return verdict{subnet: s, outcome: quarantine.Drifted}, nil
	}
	return verdict{subnet: s, acl: acl}, nil
}

// original is the ACL to restore, and the outcome once it is restored: the
// recorded one or, if that is gone or not on record, the VPC's default.
func (u *undo) original(s *subnet) (string, quarantine.ReleaseOutcome, error) {
	acls := u.acls[s.record.VPCID]
	recorded := s.record.OriginalACL
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
