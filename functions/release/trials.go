package release

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Trials are the calls of a release, for a preflight: on a subnet the ACL that it has. An ACL of the
// product's own, which it may delete, there is only while something is cut.
func (h *Handler) Trials(t preflight.Targets) []preflight.Trial {
	return []preflight.Trial{
		preflight.DescribesInstance(h.Instances, t),
		preflight.DescribesACLs(h.ACLs, t),
		preflight.ReplacesACL(h.ACLs, t),
		{Action: "dynamodb:Query", Also: []string{quarantine.BadRequest}, Call: func(ctx context.Context) error {
			_, err := h.Ledger.Incident(ctx, preflight.NoIncident)
			return err
		}},
	}
}
