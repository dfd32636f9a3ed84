package networkacl

import (
	"context"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Reader reads the network ACLs of VPCs; see [NetworkACLs].
type Reader interface {
	NetworkACLs(ctx context.Context, r quarantine.Resource, vpcID string) ([]quarantine.NetworkACL, error)
}

// Stands reads how a subnet stands, and whether EC2 shows it at all.
func Stands(ctx context.Context, from Reader, r quarantine.Resource, vpc, subnet string) (now measure.Stands, isThere bool, err error) {
	acls, err := from.NetworkACLs(ctx, r, vpc)
	if err != nil {
		return measure.Stands{}, false, err
	}
	p, isThere := view{vpc: acls}.in(vpc, subnet)
	if !isThere {
		return measure.Stands{}, false, nil
	}
	now = measure.Stands{
		Value: p.acl.ID, Text: fmt.Sprintf("is under %s (%s)", p.acl.ID, p.association), Ours: p.acl.MadeByProduct(), Closed: p.acl.Quarantines(),
	}
	if now.Ours && !now.Closed {
		now.Spoiled = fmt.Sprintf("to which somebody has added %d rules that let something pass", p.acl.Allows)
		now.Mend = "take the rules off"
	}
	return now, true, nil
}
