package uninstall

import (
	"cmp"
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Group is a security group that a measure made for a VPC.
type Group struct {
	ID      string              `json:"id,omitempty"` // "" where it is not on record whether there is one
	VPCID   string              `json:"vpcId"`
	Measure string              `json:"measure"`
	Why     string              `json:"why,omitempty"` // reason why it is kept
	Of      quarantine.Resource `json:"-"`             // a resource of its account and Region
}

// groups are what the ledger has of groups that measures made: for the VPCs of everything
// that incidents hold or held. A hold is on record before a group is made for it; whether a
// group is the product's, its name and tags do not tell.
func (u *Uninstaller) groups(ctx context.Context, table string, all []quarantine.Incident) ([]Group, error) {
	out, asked := []Group{}, []Group{}
	for _, in := range all {
		for _, h := range in.Holds {
			g := Group{VPCID: h.VPCID, Measure: h.Measure, Of: in.Resource}
			if h.VPCID == "" || h.Measure == register.Cut().Name || slices.ContainsFunc(asked, g.same) {
				continue
			}
			asked = append(asked, g)
			id, begun, err := u.Ledger(table).Made(ctx, h.Measure, in.Resource, h.VPCID)
			if err != nil {
				return nil, err
			}
			if g.ID = id; id != "" || begun {
				out = append(out, g)
			}
		}
	}
	slices.SortFunc(out, func(a, b Group) int { return cmp.Or(cmp.Compare(a.VPCID, b.VPCID), cmp.Compare(a.Measure, b.Measure)) })
	return out, nil
}

func (g Group) same(other Group) bool {
	return g.VPCID == other.VPCID && g.Measure == other.Measure && g.Of.AccountID == other.Of.AccountID && g.Of.Region == other.Of.Region
}

// removeGroups deletes the groups that nothing uses. It is done once the stack is gone: a
// finding that comes before would miss its group. EC2 refuses to delete one in use.
func (r *run) removeGroups(ctx context.Context) error {
	if r.plan.Ledger == nil {
		return nil
	}
	all, err := r.Ledger(r.plan.Table).AllIncidents(ctx)
	if err != nil {
		return err
	}
	found, err := r.groups(ctx, r.plan.Table, all)
	if err != nil {
		return err
	}
	r.keptGroups = []Group{}
	for _, g := range found {
		if g.ID == "" {
			g.Why = "the ledger says that one was about to be made, and not which: look whether there is one"
			r.keptGroups = append(r.keptGroups, g)
			continue
		}
		err := r.Groups.DeleteSecurityGroup(ctx, g.Of, g.ID)
		switch {
		case quarantine.Is(err, quarantine.Contended):
			g.Why = "something has it"
			r.keptGroups = append(r.keptGroups, g)
			r.say("security group %s of %s is in use: it stays", g.ID, g.VPCID)
		case err != nil:
			return err
		default:
			r.say("removed security group %s of %s", g.ID, g.VPCID)
			r.report.RemovedGroups = append(r.report.RemovedGroups, g.ID)
		}
	}
	return nil
}
