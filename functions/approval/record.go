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
	drill  *quarantine.Drill // nil where it is none, or that was not read
}

// OnRecord reads incidents, and whether a resource is a drill's.
type OnRecord interface {
	quarantine.Incidents
	quarantine.Drills
}

func (s *Server) record(ctx context.Context, q quarantine.ApprovalRequest) record {
	in, err := s.Incidents.Incident(ctx, q.Incident)
	if err != nil {
		logger(s.Log).WarnContext(ctx, "the incident of a question could not be read", "request", q.ID, "error", err.Error())
		return record{unread: true}
	}
	return record{Incident: in}
}

// drill is the drill that a question is of. What is not known to be one is none: no title, tag or name
// makes one.
func (s *Server) drill(ctx context.Context, q quarantine.ApprovalRequest) *quarantine.Drill {
	d, err := s.Incidents.Drill(ctx, q.Resource)
	if err != nil {
		logger(s.Log).WarnContext(ctx, "whether a question is of a drill could not be read", "request", q.ID, "error", err.Error())
		return nil
	}
	return d
}
