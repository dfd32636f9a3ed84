package networkacl

import (
	"context"
	"log/slog"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Cut is the measure taken on one instance for one incident, by one invocation: Guess,
// Plan, Apply, ReadBack and Record, in this order. A subnet's association is replaced by
// its id, which never comes back: that is the compare-and-swap by which cuts and releases
// of the same moment do not undo each other.
type Cut struct {
	ACLs   NetworkACLs
	Ledger Ledger
	Clock  quarantine.Clock
	Log    *slog.Logger
	Claim  quarantine.Claim

	guesses  []guess
	instance quarantine.Instance
	acls     view    // of the instance's VPCs
	after    []place // as read back
	// subnets are the instance's. Steps that run side by side are of different ones.
	subnets map[string]*known
}

// guess is what was read of a VPC that the instance may be in.
type guess struct {
	vpc  string
	acls []quarantine.NetworkACL
	err  error
}

// known is what this invocation has learned of a subnet, and done to it.
type known struct {
	trail
	// replaced says that this invocation has put the quarantine ACL on it, held that it
	// was under quarantine already and is held for the incident since, fenced that its
	// association was replaced by one of the same ACL.
	replaced, held, fenced bool
	yielded                int // how often it was left to another incident that was cutting it
	// original is the original ACL of one that is replaced or held; "" if the ledger does
	// not tell it.
	original string
	// put is the ACL that this invocation has put on it; judged the last one of which it is
	// known whether it is a quarantine ACL, ours that ACL if it is, and believed if nothing
	// but its tag says so.
	put, judged, ours, believed string
	// unrecorded is an ACL that was made for it first, and is not on record as made.
	unrecorded string
	// differs is what the ledger holds as the original, where that was another association
	// than EC2 showed.
	differs quarantine.OriginalDiffers
}

// any tells whether something is so of any subnet.
func (c *Cut) any(is func(*known) bool) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(c.subnets)), is)
}

// Guess are the steps that read the ACLs of VPCs which the instance may be in, before it is
// known. None of them fails: only the instance decides whether a failure matters.
func (c *Cut) Guess(ctx context.Context, vpcs []string) []func() error {
	c.guesses = make([]guess, len(vpcs))
	steps := make([]func() error, len(vpcs))
	for i, vpc := range vpcs {
		steps[i] = func() error {
			acls, err := c.ACLs.NetworkACLs(ctx, c.Claim.Resource, vpc)
			c.guesses[i] = guess{vpc, acls, err}
			return nil
		}
	}
	return steps
}

// Plan reads the ACLs of those of the instance's VPCs that were not guessed, and takes
// other steps beside that. It changes nothing.
func (c *Cut) Plan(ctx context.Context, instance quarantine.Instance, beside ...func() error) error {
	c.instance, c.acls, c.subnets = instance, view{}, map[string]*known{}
	for _, subnet := range instance.Subnets() {
		c.subnets[subnet] = &known{}
	}
	for _, g := range c.guesses {
		if !slices.Contains(instance.VPCs(), g.vpc) {
			continue
		}
		if g.err != nil {
			return g.err
		}
		c.acls[g.vpc] = g.acls
	}
	return c.readMissing(ctx, beside...)
}

// Extend takes in that the instance has come to be in further subnets.
func (c *Cut) Extend(ctx context.Context, instance quarantine.Instance) error {
	c.instance = instance
	for _, subnet := range instance.Subnets() {
		if c.subnets[subnet] == nil {
			c.subnets[subnet] = &known{}
		}
	}
	return c.reread(ctx)
}

// readMissing reads the ACLs of those of the instance's VPCs that are not read yet.
func (c *Cut) readMissing(ctx context.Context, beside ...func() error) error {
	missing := slices.DeleteFunc(c.instance.VPCs(), func(vpc string) bool {
		_, isRead := c.acls[vpc]
		return isRead
	})
	more, err := read(ctx, c.Clock, c.ACLs, c.Claim.Resource, missing, beside...)
	maps.Copy(c.acls, more)
	return err
}

// reread reads the ACLs of all of the instance's VPCs again, and takes other steps beside that.
func (c *Cut) reread(ctx context.Context, beside ...func() error) error {
	c.acls = view{}
	return c.readMissing(ctx, beside...)
}

// places gives the current association of each of the instance's subnets, as read last.
func (c *Cut) places() ([]place, error) { return c.acls.places(c.instance.Subnets()) }

// together runs fns side by side and joins their errors.
func (c *Cut) together(fns ...func() error) error {
	return quarantine.JoinErrors(c.Clock, fns...)
}
