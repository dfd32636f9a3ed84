package networkacl

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Other is a subnet under an ACL that another ledger has made, by its tags.
type Other struct{ SubnetID, ACL, Ledger string }

func (o Other) String() string {
	return fmt.Sprintf("%s is under %s, which by its tags is the quarantine ACL of another ledger, %q", o.SubnetID, o.ACL, o.Ledger)
}

// Others are the subnets of the instance that stand under ACLs of other ledgers than the one whose
// table is given. Tags decide nothing about what was made: these have a person look, before a second
// ledger records a quarantine as what stood there before.
func Others(ctx context.Context, from Reader, r quarantine.Resource, i quarantine.Instance, table string) (out []Other, err error) {
	for _, vpc := range i.VPCs() {
		acls, err := from.NetworkACLs(ctx, r, vpc)
		if err != nil {
			return nil, fmt.Errorf("what stands on the subnets of %s cannot be read: %w", vpc, err)
		}
		for _, acl := range acls {
			ledger := acl.Tags[quarantine.TagLedger]
			if !acl.MadeByProduct() || ledger == "" || ledger == table {
				continue
			}
			for _, a := range acl.Associations {
				if slices.Contains(i.Subnets(), a.SubnetID) {
					out = append(out, Other{a.SubnetID, acl.ID, ledger})
				}
			}
		}
	}
	return out, nil
}
