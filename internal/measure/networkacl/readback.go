package networkacl

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ReadBack reads EC2 again, and fails unless it shows every subnet under quarantine.
func (c *Cut) ReadBack(ctx context.Context) error {
	if err := c.reread(ctx); err != nil {
		return err
	}
	after, err := c.verify()
	if err != nil {
		return c.partly(ctx, err)
	}
	c.after = after
	return nil
}

// verify tells whether every subnet is under a quarantine ACL, as EC2 shows it now.
func (c *Cut) verify() ([]place, error) {
	places, err := c.places()
	if err != nil {
		return nil, err
	}
	var open []string
	for _, p := range places {
		if !c.cutOff(p) {
			open = append(open, fmt.Sprintf("%s is under %s", p.subnet, p.acl.ID))
		}
	}
	if len(open) > 0 {
		return nil, quarantine.Failf(quarantine.NotVerified, "the read-back does not show the quarantine: %s", strings.Join(open, ", "))
	}
	return places, nil
}

// Shown says in a line what was read back.
func (c *Cut) Shown() string {
	var cuts []string
	for _, p := range c.after {
		cuts = append(cuts, p.subnet+" under "+p.acl.ID)
	}
	return strings.Join(cuts, ", ")
}

// Record puts the read-back of every subnet on record, and takes other steps beside that.
// The cut stays in effect if
// anything of this fails: a transient failure is an error and is retried, a permanent one is
// a warning.
func (c *Cut) Record(ctx context.Context, at time.Time, beside ...func() error) (done []quarantine.Quarantine, warnings []string, err error) {
	done = make([]quarantine.Quarantine, len(c.after))
	var steps []func() error
	for i, p := range c.after {
		steps = append(steps, func() error { return c.recordSubnet(ctx, p, &done[i], at) })
	}
	failed := c.together(slices.Concat(steps, c.recordingMade(ctx), beside)...)
	for _, e := range quarantine.Each(failed) {
		if quarantine.Passes(e) {
			err = fmt.Errorf("the subnets are cut off and read back, but not everything is on record: %w", e)
		}
		warnings = append(warnings, "the cut is in effect, but: "+e.Error())
	}
	return done, append(warnings, c.doubts(done)...), err
}

// recordSubnet records one subnet's read-back and fills in the whole record.
func (c *Cut) recordSubnet(ctx context.Context, p place, into *quarantine.Quarantine, at time.Time) error {
	*into = c.readBack(p, at)
	into.Holders = []string{c.Claim.Incident}
	record, err := c.Ledger.Verified(ctx, *into)
	if err != nil {
		return err
	}
	record.Joined = !c.subnets[p.subnet].replaced && len(record.Holders) > 1
	*into = record
	return nil
}

// readBack is the record of a place after its cut.
func (c *Cut) readBack(p place, at time.Time) quarantine.Quarantine {
	return quarantine.Quarantine{
		AccountID: c.Claim.Resource.AccountID, Region: c.Claim.Resource.Region, VPCID: p.vpc, SubnetID: p.subnet,
		QuarantineACL: p.acl.ID, Association: p.association, VerifiedAt: at, OriginalACL: c.subnets[p.subnet].original,
	}
}
