package forensics

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// slack is how far EC2's clock may be behind that of Step Functions.
const slack = time.Minute

// found are the snapshots with an incident's tags.
type found struct {
	taken   []quarantine.Snapshot // for the incident
	others  []quarantine.Snapshot // anybody who may tag can put its tags on an old snapshot
	created bool                  // taken were not found, but created just now
}

// believed says of a set that this run has found by what it was believed.
func (f found) believed() string {
	if f.created {
		return ""
	}
	return ". This run has not taken them: by their description and their time they were taken for the incident"
}

// takenSnapshots returns the snapshots that were taken for the incident, and those that
// only have its tags.
func (h *Handler) takenSnapshots(ctx context.Context, in Request) (found, error) {
	tagged, err := h.Disks.Snapshots(ctx, in.Resource, quarantine.TagIncident, in.Incident)
	if err != nil {
		return found{}, err
	}
	var out found
	for _, s := range tagged {
		wasTaken := in.Evidence != nil && has(in.Evidence.Snapshots, s.ID) || wasTakenFor(in, s)
		s.Description = "" // the answer to CreateSnapshots has none either
		switch {
		case wasTaken:
			out.taken = append(out.taken, s)
		case s.Tags[quarantine.TagProduct] == quarantine.Product:
			out.others = append(out.others, s)
		}
	}
	out.taken, out.others = sorted(out.taken), sorted(out.others)
	return out, nil
}

// wasTakenFor tells whether a snapshot that is not on record was taken for the incident, by
// what nobody can change afterwards: what was said when it was taken, and when that was.
func wasTakenFor(in Request, s quarantine.Snapshot) bool {
	return s.Description == description(in) && !s.StartedAt.Before(opening(in).Add(-slack))
}

// opening is when the incident opened: with the execution that gave it its id. For another
// execution, which has taken the incident over, it is the day that the id names.
func opening(in Request) time.Time {
	if quarantine.IncidentID(in.Execution, in.Resource) == in.Incident {
		return in.Execution.StartedAt
	}
	if !quarantine.IsIncidentID(in.Incident) {
		return time.Time{}
	}
	day, err := time.Parse("20060102", in.Incident[len("inc-"):len("inc-20060102")])
	if err != nil {
		return time.Time{}
	}
	return day
}

// notOurs reports the snapshots that only have the incident's tags.
func (m *manifest) notOurs(others []quarantine.Snapshot) {
	for _, s := range others {
		m.problem(fmt.Sprintf("snapshot %s of volume %s, begun at %s, has this incident's tags, and was not taken for it: it does not count",
			s.ID, s.VolumeID, s.StartedAt.Format(time.RFC3339)))
	}
}
