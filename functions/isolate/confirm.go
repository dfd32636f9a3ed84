package isolate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// confirm reads back, and puts on record what the read-back shows. Beside the
// records, the ACLs get the tags that let the account explain itself.
func (c *isolation) confirm(ctx context.Context) (quarantine.Containment, error) {
	if err := c.reread(ctx); err != nil {
		return quarantine.Containment{}, err
	}
	after, err := c.verify()
	if err != nil {
		return quarantine.Containment{}, c.partly(ctx, err)
	}
	done := quarantine.Containment{
		Incident: c.in.Claim.Incident, Instance: c.instance, ContainedAt: c.Clock.Now().UTC(),
		Subnets: make([]quarantine.Quarantine, len(after)),
	}
	if done.Warnings, err = c.write(ctx, after, &done); err != nil {
		return quarantine.Containment{}, err
	}
	done.RemainsOpen = measure.StaysOpen([]measure.Info{register.Cut()})
	done.Warnings = append(append(done.Warnings, c.warnings...), c.undoing()...)
	c.first, err = c.Ledger.Contained(ctx, c.in.Claim, c.in.Finding, c.in.Verdict, done)
	if err != nil {
		return quarantine.Containment{}, fmt.Errorf("the subnets are cut off and read back, but the ledger was not told: %w", err)
	}
	return done, nil
}

// verify tells whether every subnet is under a quarantine ACL, as EC2 shows it now.
func (c *isolation) verify() ([]place, error) {
	places, err := c.places()
	if err != nil {
		return nil, err
	}
	var open []string
	for _, p := range places {
		if !p.acl.Quarantines() {
			open = append(open, fmt.Sprintf("%s is under %s", p.subnet, p.acl.ID))
		}
	}
	if len(open) > 0 {
		return nil, quarantine.Failf(quarantine.NotVerified, "the read-back does not show the quarantine: %s", strings.Join(open, ", "))
	}
	return places, nil
}

// write records the read-back of every subnet, the tags and the event, side by
// side. The cut stays in effect if they fail: a transient failure is an error and
// is retried, a permanent one is a warning.
func (c *isolation) write(ctx context.Context, after []place, done *quarantine.Containment) (warnings []string, err error) {
	var steps []func() error
	for i, p := range after {
		steps = append(steps, func() error { return c.writeSubnet(ctx, p, &done.Subnets[i], done.ContainedAt) })
	}
	tags := c.tags(after)
	for _, acl := range tags.acls {
		steps = append(steps, func() error { return c.ACLs.TagNetworkACL(ctx, c.in.Claim.Resource, acl, tags.of[acl]) })
	}
	steps = append(steps, func() error { return c.Ledger.Append(ctx, c.in.Claim.Incident, c.event(after, done.ContainedAt)) })
	failed := c.together(steps...)
	failed = errors.Join(failed, c.tagLearned(ctx, done.Subnets))
	for _, e := range quarantine.Each(failed) {
		if quarantine.Passes(e) {
			err = fmt.Errorf("the subnets are cut off and read back, but not everything is on record: %w", e)
		}
		warnings = append(warnings, "the cut is in effect, but: "+e.Error())
	}
	for _, q := range done.Subnets {
		if q.OriginalACL == "" {
			warnings = append(warnings, "what stood on "+q.SubnetID+" before is not on record: release will use the VPC's default network ACL")
		}
	}
	return warnings, err
}

// writeSubnet records one subnet's read-back and fills in the whole record.
func (c *isolation) writeSubnet(ctx context.Context, p place, into *quarantine.Quarantine, at time.Time) error {
	*into = quarantine.Quarantine{
		AccountID: c.in.Claim.Resource.AccountID, Region: c.in.Claim.Resource.Region, VPCID: p.vpc, SubnetID: p.subnet,
		QuarantineACL: p.acl.ID, Association: p.association, VerifiedAt: at,
		OriginalACL: c.original(p.subnet), Holders: []string{c.in.Claim.Incident},
	}
	record, err := c.Ledger.Verified(ctx, *into)
	if err != nil {
		return err
	}
	_, replaced := c.replacedOriginal[p.subnet]
	record.Joined = !replaced && len(record.Holders) > 1
	*into = record
	return nil
}

// event is the containment in the incident's time series.
func (c *isolation) event(after []place, at time.Time) quarantine.Event {
	var cuts []string
	for _, p := range after {
		cuts = append(cuts, p.subnet+" under "+p.acl.ID)
	}
	return quarantine.Event{
		At: at, Kind: quarantine.EventContained, By: c.in.Claim.Owner, ID: c.in.Execution.Name,
		Text: fmt.Sprintf("%s cut off: %s (%s, score %d)", c.instance.ID, strings.Join(cuts, ", "), c.in.Finding.Type, c.in.Verdict.Score),
	}
}

// undoing warns of what can undo the cut or destroy the evidence.
func (c *isolation) undoing() []string {
	group := c.instance.AutoScalingGroup()
	if group == "" {
		return nil
	}
	return []string{"the instance belongs to Auto Scaling group " + group +
		": failing health checks will have it terminated, and its evidence with it. Detach it, or suspend the group's Terminate and ReplaceUnhealthy processes now"}
}
