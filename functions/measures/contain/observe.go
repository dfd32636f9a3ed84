package contain

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// observe reads what would become of a resource that the function cuts: the policy's exemptions as
// AWS shows it now, whether it can be cut, and the brake, of which it counts nothing. Its claim needs
// no lock.
func (h *Handler) observe(ctx context.Context, in Request) (quarantine.Observation, error) {
	in.Measure = "" // one in place of a cut is isolate's to weigh
	c, err := h.containment(in)
	if err == nil {
		err = c.cuttable(ctx)
	}
	out := quarantine.Observation{At: h.Clock.Now().UTC()}
	switch name := quarantine.NameOf(err); {
	case slices.Contains(refusals, name):
		out.Would, out.Why, out.Failure = quarantine.WouldFail, err.Error(), name
		return out, nil
	case err != nil:
		return quarantine.Observation{}, err
	}
	c.judge(ctx, &out)
	return out, nil
}

// refusals are the failures with which a cut ends that is not made, whoever tries. AccessDenied is
// also what IAM says of a key that is gone, or of another account.
var refusals = []string{
	quarantine.InstanceInAnotherAccount, quarantine.InstanceInAnotherRegion, quarantine.UserExempt, quarantine.ThingGone,
	quarantine.NotSupported, quarantine.AccessDenied,
}

// cuttable refuses what the cut would leave as it is.
func (c *containment) cuttable(ctx context.Context) error {
	r := c.in.Claim.Resource
	if guarded, is := c.engine.Measure.(measure.Guarded); is {
		if err := guarded.Admissible(ctx, r, c.in.Exempt); err != nil {
			return err
		}
	}
	found, err := c.engine.Measure.Find(ctx, r)
	if err != nil {
		return err
	}
	if len(found.Things) == 0 {
		notes := []string{found.Nothing}
		for _, h := range found.Left {
			notes = append(notes, h.Note)
		}
		return quarantine.Failf(quarantine.NotSupported, "%s is left as it is: %s", r.ID, strings.TrimSpace(strings.Join(notes, " ")))
	}
	for _, h := range found.Things {
		if _, err := c.engine.Measure.Look(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// judge says what the verdict and the brake would make of it.
func (c *containment) judge(ctx context.Context, out *quarantine.Observation) {
	out.Would = quarantine.WouldCut
	if c.in.Verdict.Action == quarantine.ActionApprove && !c.in.Approved {
		out.Would = quarantine.WouldAsk // as the verdict says, before anything is read
		return
	}
	if c.Brake == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, brakeTime)
	defer cancel()
	_, err := c.Brake.LookIsolation(ctx, c.isolation())
	switch reached, limited := errors.AsType[*quarantine.LimitReached](err); {
	case limited:
		out.Would, out.Why = quarantine.WouldAsk, reached.Error()
	case err != nil:
		out.Warnings = append(out.Warnings, "the brake could not be consulted: "+err.Error())
	}
}
