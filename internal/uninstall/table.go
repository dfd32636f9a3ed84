package uninstall

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
)

// lookTable finds the ledger. A table is taken for it only if it says so itself,
// however it was named: what it holds decides what is released, and it may be
// deleted in the end.
func (u *Uninstaller) lookTable(ctx context.Context, p *Plan) (err error) {
	for _, r := range p.resources {
		if r.LogicalID == ledgerID {
			p.Table = r.PhysicalID
		}
	}
	if u.Table != "" && p.Table != "" && u.Table != p.Table {
		return &TableError{Stack: u.Stack, Table: p.Table, Named: u.Table}
	}
	if p.Table = cmp.Or(p.Table, u.Table); p.Table == "" {
		return nil // the stack never came as far as its table
	}
	p.Ledger, err = u.Tables.Table(ctx, p.Table)
	switch {
	case err != nil:
		return err
	case p.Ledger == nil && !p.Gone():
		return &LostLedgerError{Stack: u.Stack, Table: p.Table}
	case p.Ledger != nil && (!slices.Equal(p.Ledger.Keys, ledgerKeys) || p.Ledger.Stack != u.Stack):
		return &NotLedgerError{Stack: u.Stack, Table: *p.Ledger}
	}
	return nil
}

// ledgerKeys are the attributes of the ledger's primary key.
var ledgerKeys = []string{"pk", "sk"}

// refuseNamesake refuses the id of a stack that is gone while another of its
// name stands: ledgers and buckets say by the name alone whose they are.
func (u *Uninstaller) refuseNamesake(ctx context.Context, p *Plan, named string) error {
	if !p.Gone() || named == u.Stack {
		return nil
	}
	other, err := u.Stacks.Stack(ctx, u.Stack)
	if _, none := errors.AsType[*cloudformation.NoStackError](err); none {
		return nil
	}
	if err != nil {
		return err
	}
	return &NamesakeError{Stack: named, Existing: other.ID}
}

// deleteLedger deletes the table, unless it is needed: it says what stood on a
// subnet that is still cut off, and for which incident.
func (r *run) deleteLedger(ctx context.Context) error {
	if r.plan.Ledger == nil {
		return nil
	}
	if len(r.report.Left.Subnets) > 0 {
		return &CutOffError{Subnets: r.report.Left.Subnets, Kept: r.plan.Table}
	}
	if err := r.Tables.DeleteTable(ctx, r.plan.Table); err != nil {
		return err
	}
	r.say("deleted table %s", r.plan.Table)
	r.report.DeletedLedger, r.report.Left.Ledger = r.plan.Table, nil
	return nil
}
