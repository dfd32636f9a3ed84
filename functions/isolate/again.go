package isolate

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// again cuts subnets again that the incident holds and somebody has opened. The brake and the
// exemptions were asked when it came to hold them. LockLost says that it does not any more, or
// that a release has begun: then nothing is to be put right.
func (h *Handler) again(ctx context.Context, in Request) (quarantine.Containment, error) {
	if err := h.check(in); err != nil {
		return quarantine.Containment{}, err
	}
	done := quarantine.Containment{Incident: in.Claim.Incident, RemainsOpen: []string{}}
	var err error
	done.Subnets, done.Warnings, err = networkacl.Again{
		ACLs: h.ACLs, Ledger: h.Ledger, Clock: h.Clock, Log: h.Log, Claim: in.Claim, Subnets: in.Again,
	}.Apply(ctx)
	if done.Subnets == nil {
		done.Subnets = []quarantine.Quarantine{}
	}
	done.ContainedAt = h.Clock.Now().UTC()
	return done, err
}
