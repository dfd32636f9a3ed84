package simulate

import (
	"context"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// incidents reads everything that is on record of all incidents, in the order of their ids. It is
// called when the run is over, and its calls are in no report. What cannot be read, because a fault
// lasts, is left out.
func (s *simulation) incidents(ctx context.Context, items []any) (all []quarantine.Incident) {
	seen := map[string]bool{}
	s.clock.Run(func() {
		for _, item := range items {
			fields, _ := item.(map[string]any)
			key, _ := fields["pk"].(map[string]any)
			id, _ := key["S"].(string)
			id, is := strings.CutPrefix(id, "INCIDENT#")
			if !is || seen[id] {
				continue
			}
			seen[id] = true
			if in, err := s.all.Ledger.Incident(ctx, id); err == nil {
				all = append(all, in)
			}
		}
	})
	return all
}
