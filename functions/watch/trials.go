package watch

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// Trials are reads by which the watch begins, for a preflight.
func (h *Handler) Trials(t preflight.Targets) []preflight.Trial {
	return []preflight.Trial{
		preflight.DescribesInstance(h.Instances, t),
		preflight.DescribesACLs(h.Cut, t),
		{Action: "dynamodb:Query", Call: func(ctx context.Context) error {
			_, err := h.Ledger.Watched(ctx)
			return err
		}},
	}
}
