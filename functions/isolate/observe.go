package isolate

import (
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What a request asks for. "" is Contain.
const (
	Contain = "contain"
	Observe = "observe" // what would become of it is read, and nothing is changed
)

// Serve is the function: a quarantine.Containment, or of a request to observe a
// quarantine.Observation.
func (h *Handler) Serve(ctx context.Context, in Request) (any, error) {
	switch in.Action {
	case Observe:
		return h.Observe(ctx, in)
	case "", Contain:
		return h.Handle(ctx, in)
	}
	return nil, quarantine.Failf(quarantine.BadRequest, "this function does not know the action %q: it is contain or observe", in.Action)
}

// Observe reads what would become of the claim's instance: as Handle does up to the cut, with the
// same survey and the same limits, of which it counts nothing. Its claim needs no lock. It has no
// way to change anything: the cut that it plans can neither write to the ledger nor to EC2.
//
// What makes Handle refuse is part of the answer. Failures: BadRequest and AccessDenied are
// permanent; Throttled and Unavailable pass.
func (h *Handler) Observe(ctx context.Context, in Request) (quarantine.Observation, error) {
	in.Modes = quarantine.Modes{} // it is observed already
	c := h.isolation(in)
	c.observes, c.cut.ACLs, c.cut.Ledger = true, readOnly{h.ACLs}, nil
	out := quarantine.Observation{At: h.Clock.Now().UTC()}
	err := c.check(in)
	if err == nil {
		err = c.survey(ctx)
	}
	switch name := quarantine.NameOf(err); {
	case slices.Contains(refusals, name):
		out.Would, out.Why, out.Failure, out.Described = quarantine.WouldFail, err.Error(), name, c.instance.Described()
		return out, nil
	case err != nil:
		return quarantine.Observation{}, err
	}
	c.observed(&out)
	return out, nil
}

// refusals are the failures with which a cut ends that is not made, whoever tries.
var refusals = []string{
	quarantine.InstanceGone, quarantine.InstanceInAnotherAccount, quarantine.InstanceInAnotherRegion, quarantine.InstanceExempt,
	quarantine.NoSubnet, quarantine.SharedNetwork,
}

// observed says what the brake and the policy would make of what was read.
func (c *isolation) observed(out *quarantine.Observation) {
	out.Described, out.Subnets, out.Neighbours = c.instance.Described(), c.instance.Subnets(), c.hit()
	out.Quarantined = !slices.ContainsFunc(out.Subnets, func(id string) bool { return !c.cut.Quarantined(id) })
	if err := c.tally.failed; err != nil {
		out.Warnings = append(out.Warnings, "the brake could not be consulted: "+err.Error())
	}
	var held, group string
	if !out.Quarantined { // as nothing new is cut otherwise
		held, group = c.held(c.cut.Shares(c.tally.others)), c.groupInstead()
	}
	switch {
	case c.in.Verdict.Action == quarantine.ActionApprove && !c.in.Approved:
		out.Would = quarantine.WouldAsk // as the verdict says, before anything is read
	case held != "":
		out.Would, out.Why = quarantine.WouldAsk, held
	case group != "":
		out.Would, out.Why = quarantine.WouldGroup, group
	default:
		out.Would = quarantine.WouldCut
	}
}

// byMode refuses to cut what the verdict has observed, and an instance that the policy has observed as
// EC2 shows it now: the finding can name another VPC, or none. A cut that has begun is not held up
// half-way.
func (c *isolation) byMode(ctx context.Context) error {
	why := c.in.Modes.Observed(c.instance.VPCs(), c.instance.Tags)
	if c.in.Verdict.Observed() && !c.observes {
		why = "the verdict says so"
	}
	if why == "" || len(c.instance.Interfaces) == 0 { // which has no subnet to cut
		return nil
	}
	begun, err := c.begun(ctx)
	if err != nil || begun {
		return err
	}
	c.discount(ctx)
	return quarantine.Failf(quarantine.Observed, "observed only: %s (read from EC2 just now). Nothing was changed", why)
}

// readOnly are network ACLs that nobody can change.
type readOnly struct{ from networkacl.NetworkACLs }

func (r readOnly) NetworkACLs(ctx context.Context, of quarantine.Resource, vpcID string) ([]quarantine.NetworkACL, error) {
	return r.from.NetworkACLs(ctx, of, vpcID)
}

func (readOnly) CreateNetworkACL(context.Context, quarantine.Resource, string, string, map[string]string) (quarantine.NetworkACL, error) {
	return quarantine.NetworkACL{}, errObserves
}

func (readOnly) ReplaceAssociation(context.Context, quarantine.Resource, string, string) (string, error) {
	return "", errObserves
}

var errObserves = quarantine.Failf(quarantine.BadRequest, "what observes changes nothing")
