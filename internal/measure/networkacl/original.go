package networkacl

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// originalOf is the original ACL, or "" if the ledger does not name it. What stands on the
// subnet is the original, unless the ledger says that it was put there: its tags do not
// tell, for anybody who may tag can write them, or take them away.
func (c *Cut) originalOf(p place) string {
	if known := c.subnets[p.subnet]; known.ours == p.acl.ID {
		return known.differs.Before
	}
	return p.acl.ID
}

// cutOff tells whether a subnet is under quarantine: under an ACL that denies everything,
// and that this invocation put there, the ledger has as put there, or has our tag. An
// ACL of which only the tag says so is recorded as what stood there, see [Cut.hold].
func (c *Cut) cutOff(p place) bool {
	known := c.subnets[p.subnet]
	return p.acl.Allows == 0 && (p.acl.MadeByProduct() || known.put == p.acl.ID || known.ours == p.acl.ID)
}

// learn takes in that the ledger has another association on record as the original, and
// whether what EC2 shows is what was put there. Where the attempt that cut the subnet ended
// before its read-back, the tag is all there is: it is believed, and people are told.
func (c *Cut) learn(ctx context.Context, p place, differs quarantine.OriginalDiffers) error {
	known := c.subnets[p.subnet]
	// Association ids never come back: once EC2 shows another one after this
	// answer, the recorded one is gone for good.
	known.differs, known.judged = differs, p.acl.ID
	made := differs.Put == p.acl.ID
	if !made {
		var err error
		if made, err = isMade(ctx, c.Ledger, c.Claim.Resource, p.acl.ID); err != nil {
			return err
		}
	}
	if !made && differs.Put == "" && p.acl.MadeByProduct() {
		made, known.believed = true, p.acl.ID
	}
	if made {
		known.ours = p.acl.ID
	}
	return nil
}

// askOurs asks whether an ACL that has our tag, and lets something pass, was made by the product:
// somebody has opened it, or put it there, and it is not what stood there before.
func (c *Cut) askOurs(ctx context.Context, p place) error {
	known := c.subnets[p.subnet]
	if !p.acl.MadeByProduct() || known.judged == p.acl.ID {
		return nil
	}
	made, err := isMade(ctx, c.Ledger, c.Claim.Resource, p.acl.ID)
	if err == nil && made {
		known.ours, known.judged = p.acl.ID, p.acl.ID
	}
	return err
}

// doubts are what people should know of what no record tells.
func (c *Cut) doubts(done []quarantine.Quarantine) (warnings []string) {
	for _, q := range done {
		known := c.subnets[q.SubnetID]
		if known.believed != "" {
			warnings = append(warnings, known.believed+", which stood on "+q.SubnetID+", was taken for a quarantine ACL by its tags alone: "+
				"the ledger does not have it. On record as what stood there before that is "+q.Before)
		}
		switch q.Before {
		case "":
			warnings = append(warnings, "what stood on "+q.SubnetID+" before is not on record: release will use the VPC's default network ACL")
		case q.After:
			warnings = append(warnings, q.SubnetID+" was under "+q.After+" already, which denies everything. By its tags it is a quarantine ACL, "+
				"and the ledger does not have it: it counts as what stood there before, and release will leave it there")
		}
	}
	return warnings
}
