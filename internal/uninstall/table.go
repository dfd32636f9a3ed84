package uninstall

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
)

// lookTable finds the ledger. However a table was named, it is used as the ledger only
// if its key and tag identify it: its contents determine what is released, and it may
// be deleted in the end.
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
		return nil // the stack never created its table
	}
	p.Ledger, err = u.Tables.Table(ctx, p.Table)
	switch {
	case err != nil:
		return err
	case p.Ledger == nil && !p.Gone():
		return &LostLedgerError{Stack: u.Stack, Table: p.Table, At: u.At}
	case p.Ledger != nil && (!slices.Equal(p.Ledger.Keys, ledgerKeys) || p.Ledger.Stack != u.Stack):
		return &NotLedgerError{Stack: u.Stack, Table: *p.Ledger, At: u.At}
	}
	return nil
}

// ledgerKeys are the attributes of the ledger's primary key.
var ledgerKeys = []string{"pk", "sk"}

// refuseNamesake refuses the id of a deleted stack while another stack of its name
// exists: the tags of ledgers and buckets only have the stack's name.
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

// deleteLedger deletes the table, unless something is still in quarantine: the table has
// what stood there before, and for which incident.
func (r *run) deleteLedger(ctx context.Context) error {
	if r.plan.Ledger == nil {
		return nil
	}
	if left := r.report.Left; left.holds() {
		return &CutOffError{Closed: left.Closed, Held: left.Held, Kept: r.plan.Table, At: r.at(r.plan.Table, r.machine() == "")}
	}
	if err := r.Tables.DeleteTable(ctx, r.plan.Table); err != nil {
		return err
	}
	r.say("deleted table %s", r.plan.Table)
	r.report.DeletedLedger, r.report.Left.Ledger = r.plan.Table, nil
	return nil
}
