package networkacl

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// looks bounds how often one read-back reads EC2 because what it shows does not fit what
// was put there. The state machine waits and retries beyond that.
const looks = 3

// ReadBack reads EC2 again, and fails unless it shows every subnet under quarantine, by an
// association that was put there. Other steps are taken beside the first read; and which
// association was put there is put on record.
func (c *Cut) ReadBack(ctx context.Context, beside ...func() error) error {
	var err error
	beside = append(beside, c.recordingPuts(ctx)...)
	for again, n := true, 0; again && n < looks; n++ {
		if err := c.reread(ctx, beside...); err != nil {
			return err
		}
		beside = nil
		if again, err = c.verify(ctx); err == nil {
			return nil
		}
	}
	return c.partly(ctx, err)
}

// recordingPuts are the steps that put on record which associations were put on subnets:
// another incident's execution, or a retry, tells by them that what it reads stands, and need
// not replace them to learn it. A failure does not fail the cut: the read-back is recorded, too.
func (c *Cut) recordingPuts(ctx context.Context) (steps []func() error) {
	for _, subnet := range c.instance.Subnets() {
		own := c.subnets[subnet].own
		if own == "" {
			continue
		}
		q := quarantine.Quarantine{AccountID: c.Claim.Resource.AccountID, Region: c.Claim.Resource.Region, SubnetID: subnet}
		steps = append(steps, func() error {
			if err := c.Ledger.PutAssociation(ctx, q, own); err != nil {
				c.Log.WarnContext(ctx, "what was put on a subnet is not on record yet", "subnet", subnet, "error", err.Error())
			}
			return nil
		})
	}
	return steps
}

// verify tells whether every subnet is under a quarantine ACL, as EC2 shows it now, and if
// not, whether another read can tell more: what it shows is not what was put there.
func (c *Cut) verify(ctx context.Context) (again bool, err error) {
	places, err := c.places()
	if err != nil {
		return false, err
	}
	if err := c.askRecords(ctx, places); err != nil {
		return false, err
	}
	var open, unfit []string
	for _, p := range places {
		switch c.shown(p) {
		case isOpen:
			open = append(open, p.subnet+" is under "+p.acl.ID)
		case isUnfit:
			unfit = append(unfit, p.subnet+" is under "+p.acl.ID+" by "+p.association)
		}
	}
	if len(open) > 0 {
		return false, quarantine.Failf(quarantine.NotVerified, "the read-back does not show the quarantine: %s", strings.Join(open, ", "))
	}
	if len(unfit) > 0 {
		return true, quarantine.Failf(quarantine.NotVerified,
			"the read-back does not fit what was put there, and may be older than that: %s", strings.Join(unfit, ", "))
	}
	c.after = places
	return false, nil
}

// shown is what a read of a subnet is worth.
type shown int

const (
	isOpen  shown = iota // not under quarantine
	isCut                // under quarantine, by an association that was put there
	isUnfit              // as it was before it was cut, or cut by an association that nothing is known of
)

func (c *Cut) shown(p place) shown {
	known := c.subnets[p.subnet]
	switch {
	case known.isGone(p.association):
		return isUnfit
	case !c.cutOff(p):
		return isOpen
	case known.fits(p.association):
		return isCut
	default:
		return isUnfit
	}
}

// askRecords reads what is on record of subnets that are cut off by an association which
// this invocation has not put there: another execution may have, and read it back.
func (c *Cut) askRecords(ctx context.Context, places []place) error {
	var steps []func() error
	for _, p := range places {
		if c.shown(p) == isUnfit && !c.subnets[p.subnet].isGone(p.association) {
			steps = append(steps, func() error {
				record, err := c.Ledger.Quarantine(ctx, c.Claim.Resource, p.subnet)
				if err == nil {
					c.subnets[p.subnet].believe(record)
				}
				return err
			})
		}
	}
	return quarantine.TransientFirst(c.together(steps...))
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
		After: p.acl.ID, AfterVersion: p.association, VerifiedAt: at, Before: c.subnets[p.subnet].original,
	}
}
