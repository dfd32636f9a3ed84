package networkacl

import (
	"context"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// partly is the error of an isolation that failed after it, or an attempt before it, had
// changed something, with what EC2 shows of each subnet then. What is cut off all the same goes on
// record as read back, so that people learn which subnets are and which are not. The
// read-back comes first, because a message shortens a long error. It hides no failure:
// where EC2 cannot be read, the error stays as it is.
func (c *Cut) partly(ctx context.Context, failed error) error {
	changed := c.any(func(k *known) bool { return k.replaced || k.fenced })
	held := c.any(func(k *known) bool { return k.held })
	if !changed && (!held || quarantine.Passes(failed)) {
		return failed
	}
	if err := c.reread(ctx); err != nil {
		c.Log.WarnContext(ctx, "what a failed isolation has cut could not be read back", "error", err.Error())
		return failed
	}
	var shown []string
	var steps []func() error
	for _, subnet := range c.instance.Subnets() {
		p, found := c.acls.find(subnet)
		if !found {
			shown = append(shown, subnet+" under no network ACL")
			continue
		}
		switch c.shown(p) {
		case isCut:
			shown = append(shown, subnet+" cut off under "+p.acl.ID)
			steps = append(steps, func() error { return c.recordCut(ctx, p) })
		case isUnfit:
			shown = append(shown, subnet+" not known (shown under "+p.acl.ID+", which may be older than the cut)")
		default:
			shown = append(shown, subnet+" not cut off (under "+p.acl.ID+")")
		}
	}
	if err := c.together(steps...); err != nil {
		c.Log.WarnContext(ctx, "what a failed isolation has cut is not all on record", "error", err.Error())
	}
	return fmt.Errorf(measure.ReadAfter+"%s. The failure: %w", strings.Join(shown, ", "), failed)
}

// recordCut puts a read-back on record of a subnet that no release can restore any more:
// this invocation has replaced its association, or holds it and none is under way.
func (c *Cut) recordCut(ctx context.Context, p place) error {
	_, err := c.Ledger.Verified(ctx, c.readBack(p, c.Clock.Now().UTC()))
	return err
}
