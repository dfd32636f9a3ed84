package forensics

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// caseOf is the case's name for people: the resource, and the day on which the
// execution started, so that a retry after midnight uses the same name.
func caseOf(in Request) string {
	return in.Resource.ID + "-" + in.Execution.StartedAt.UTC().Format(time.DateOnly)
}

// tags are the tags of every snapshot of the set.
func (h *Handler) tags(in Request) map[string]string {
	return map[string]string{
		quarantine.TagProduct:  quarantine.Product,
		quarantine.TagIncident: in.Incident,
		quarantine.TagFinding:  in.Finding.ID,
		quarantine.TagInstance: in.Resource.ID,
		quarantine.TagTime:     h.Clock.Now().UTC().Format(time.RFC3339),
		quarantine.TagCase:     caseOf(in),
	}
}

func description(in Request) string {
	return "Evidence of " + in.Resource.ID + " for " + in.Incident
}

// listed formats the snapshots as one line of text.
func listed(set []quarantine.Snapshot) string {
	var out []string
	for _, s := range set {
		line := s.ID + " of " + s.VolumeID + " " + s.State
		if s.Lock != nil {
			line += " and locked (" + s.Lock.State + ") until " + s.Lock.Until.Format(time.RFC3339)
		}
		out = append(out, line)
	}
	return strings.Join(out, ", ")
}

// sorted orders a set by volume: EC2 guarantees no order.
func sorted(set []quarantine.Snapshot) []quarantine.Snapshot {
	return slices.SortedFunc(slices.Values(set), func(a, b quarantine.Snapshot) int {
		return cmp.Or(cmp.Compare(a.VolumeID, b.VolumeID), cmp.Compare(a.ID, b.ID))
	})
}

// groupsOf returns the instance's security groups, each once.
func groupsOf(i quarantine.Instance) []string {
	var out []string
	for _, n := range i.Interfaces {
		out = append(out, n.SecurityGroups...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func merged(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, b)
	return out
}
