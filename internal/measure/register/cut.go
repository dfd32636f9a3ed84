package register

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// CutReader reads what the cut looks at.
type CutReader = networkacl.Reader

// Cut is the cut of instances: isolate makes it, and release takes it back.
func Cut() measure.Info { return networkacl.Info() }

// CutPlanned says in lines what the cut would change for an instance. It reads only.
func CutPlanned(ctx context.Context, from CutReader, r quarantine.Resource, i quarantine.Instance) ([]string, error) {
	return networkacl.Planned(ctx, from, r, i)
}

// CutShares are how much of each VPC would be under quarantine by a cut of the instance; counted are
// subnets that other cuts of the hour have taken.
func CutShares(ctx context.Context, from CutReader, r quarantine.Resource, i quarantine.Instance, counted []string) ([]networkacl.Share, error) {
	return networkacl.PlannedShares(ctx, from, r, i, counted)
}

// OtherCut is a subnet under an ACL that another ledger has made, by its tags.
type OtherCut = networkacl.Other

// CutByOthers are the subnets of an instance that another ledger than this one has cut, by their tags.
func CutByOthers(ctx context.Context, from CutReader, r quarantine.Resource, i quarantine.Instance, table string) ([]OtherCut, error) {
	return networkacl.Others(ctx, from, r, i, table)
}

// CutStands reads how a subnet stands, and whether AWS shows it at all.
func CutStands(ctx context.Context, from CutReader, r quarantine.Resource, vpc, subnet string) (now measure.Stands, isThere bool, err error) {
	return networkacl.Stands(ctx, from, r, vpc, subnet)
}

// CutBeside says what a cut of the instance does that its finding does not show, or cannot undo.
func CutBeside(i quarantine.Instance) []string { return networkacl.Beside(i) }

// CutUncovered says what a cut of all of the instance's subnets leaves open because of what the
// instance is, or nothing.
func CutUncovered(i quarantine.Instance) []string { return networkacl.Uncovered(i) }

// CutLook is one look at the subnets that incidents hold.
type CutLook = networkacl.Look
