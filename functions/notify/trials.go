package notify

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Trials are the function's reads, for a preflight: a message that is sent reaches people.
func (h *Handler) Trials(preflight.Targets) []preflight.Trial {
	return []preflight.Trial{{Action: "dynamodb:Query", Also: []string{quarantine.BadRequest}, Call: func(ctx context.Context) error {
		_, err := h.Ledger.Incident(ctx, preflight.NoIncident)
		return err
	}}}
}
