package approval

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// record is the incident of a question as the ledger has it. The page is shown without it where
// the ledger does not say.
type record struct {
	quarantine.Incident
	unread bool
}

func (s *Server) record(ctx context.Context, q quarantine.ApprovalRequest) record {
	in, err := s.Incidents.Incident(ctx, q.Incident)
	if err != nil {
		logger(s.Log).WarnContext(ctx, "the incident of a question could not be read", "request", q.ID, "error", err.Error())
		return record{unread: true}
	}
	return record{Incident: in}
}
