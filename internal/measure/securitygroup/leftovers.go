package securitygroup

import (
	"cmp"
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Remover deletes security groups. Errors: Contended while something has the group; nil if
// it is gone already.
type Remover interface {
	DeleteSecurityGroup(ctx context.Context, r quarantine.Resource, groupID string) error
}

// Leftovers are the groups without rules of the VPCs of everything that incidents hold or
// held, as the ledger has them: a hold is on record before a group is made for it.
type Leftovers struct {
	Groups Remover
	Ledger measure.Made
}

var _ measure.Leftovers = Leftovers{}

// Find reads the ledger alone: whether something has a group, EC2 says when it is to be deleted.
func (l Leftovers) Find(ctx context.Context, all []quarantine.Incident) (measure.Remains, error) {
	var out measure.Remains
	for _, g := range groupsOf(all) {
		id, begun, err := l.Ledger.Made(ctx, g.Measure, g.Of, g.VPCID)
		if err != nil {
			return measure.Remains{}, err
		}
		switch g.ID = id; {
		case id != "":
			out.Removable = append(out.Removable, g)
		case begun:
			g.Why = "the ledger says that one was about to be made, and not which: look whether there is one"
			out.Kept = append(out.Kept, g)
		}
	}
	return out, nil
}

// Remove deletes a group. It waits for the end of the deployment: a finding that comes before
// would miss it.
func (l Leftovers) Remove(ctx context.Context, one measure.Leftover) error {
	return l.Groups.DeleteSecurityGroup(ctx, one.Of, one.ID)
}

// groupsOf names the group of each VPC, sorted.
func groupsOf(all []quarantine.Incident) (out []measure.Leftover) {
	for _, in := range all {
		for _, h := range in.HoldsOf(Info().Name) {
			g := measure.Leftover{Measure: Info().Name, What: "security group", VPCID: h.VPCID, Last: true, Of: in.Resource}
			same := func(other measure.Leftover) bool {
				return g.VPCID == other.VPCID && g.Of.AccountID == other.Of.AccountID && g.Of.Region == other.Of.Region
			}
			if h.VPCID != "" && !slices.ContainsFunc(out, same) {
				out = append(out, g)
			}
		}
	}
	slices.SortFunc(out, func(a, b measure.Leftover) int { return cmp.Compare(a.VPCID, b.VPCID) })
	return out
}
