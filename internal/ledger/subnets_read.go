package ledger

import (
	"cmp"
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Quarantine reads what is on record of a subnet of the target's account and
// region; beyond its name it is empty if nothing is.
// Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) Quarantine(ctx context.Context, t quarantine.Target, subnet string) (quarantine.Quarantine, error) {
	q := quarantine.Quarantine{AccountID: t.AccountID, Region: t.Region, SubnetID: subnet}
	i, err := l.get(ctx, subnetKey(q))
	if err != nil {
		return quarantine.Quarantine{}, err
	}
	return quarantineOf(q, i)
}

func bySubnet(a, b quarantine.Quarantine) int { return cmp.Compare(a.SubnetID, b.SubnetID) }
