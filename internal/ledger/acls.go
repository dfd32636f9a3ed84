package ledger

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// MadeACL is one write. Each ACL has a record of its own: executions of one moment can make
// more than one in a VPC, and an id never comes back.
func (l *Ledger) MadeACL(ctx context.Context, r quarantine.Resource, acl string) error {
	_, err := l.Making(ctx, quarantine.MeasureNetworkACL, r, acl, acl)
	return err
}

// IsMadeACL is one read.
func (l *Ledger) IsMadeACL(ctx context.Context, r quarantine.Resource, acl string) (bool, error) {
	id, _, err := l.Made(ctx, quarantine.MeasureNetworkACL, r, acl)
	return id == acl && acl != "", err
}

// Table is the table's name.
func (l *Ledger) Table() string { return l.table }
