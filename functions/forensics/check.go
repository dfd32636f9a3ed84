package forensics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// grace is how long a started snapshot may be missing from DescribeSnapshots,
// because EC2 is eventually consistent:
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
const grace = 5 * time.Minute

// check reads the state of the snapshots, and locks those that are completed. Once all
// are, or one cannot complete any more, it writes their state into the manifest. A volume without a
// snapshot fails the evidence once all other snapshots are completed.
func (h *Handler) check(ctx context.Context, in Request) (Evidence, error) {
	shown, err := h.takenSnapshots(ctx, in)
	if err != nil {
		return Evidence{}, err
	}
	now := shown.taken
	m := &manifest{handler: h, incident: in.Incident, evidence: *in.Evidence}
	m.evidence.Artifacts = slices.Clone(m.evidence.Artifacts)
	m.evidence.Problems = slices.Clone(m.evidence.Problems)
	m.evidence.Snapshots = updated(in.Evidence.Snapshots, now)
	m.notOurs(shown.others)
	m.uncovered(in.Evidence.Uncovered)
	m.evidence.Status = quarantine.EvidenceComplete
	if len(m.evidence.Snapshots) == 0 {
		m.evidence.Status = quarantine.EvidenceStatusFailed
		m.problem("there is no snapshot of " + in.Resource.ID)
	}
	for _, s := range m.evidence.Snapshots {
		h.judge(m, s, now)
	}
	if m.evidence.Status == quarantine.EvidenceComplete && len(m.evidence.Uncovered) > 0 {
		m.evidence.Status = quarantine.EvidenceStatusFailed
	}
	h.lock(ctx, m, in)
	if m.evidence.Status != quarantine.EvidencePending {
		h.conclude(ctx, m, in)
	}
	return m.evidence, nil
}

// judge applies one snapshot's state to the evidence's status: failed overrides
// pending, and pending overrides complete.
func (h *Handler) judge(m *manifest, s quarantine.Snapshot, now []quarantine.Snapshot) {
	pending, problem := s.State == "pending", ""
	switch {
	case s.State == "error":
		problem = fmt.Sprintf("snapshot %s of volume %s failed: %s", s.ID, s.VolumeID, cmp.Or(s.Message, "EC2 gives no reason"))
	case !has(now, s.ID) && h.Clock.Now().Sub(s.StartedAt) < grace:
		pending = true
	case !has(now, s.ID):
		problem = fmt.Sprintf("snapshot %s of volume %s is not there any more", s.ID, s.VolumeID)
	case s.State != "completed" && !pending:
		problem = fmt.Sprintf("snapshot %s of volume %s is in state %s, and not completed", s.ID, s.VolumeID, s.State)
	}
	m.problem(problem)
	switch {
	case problem != "":
		m.evidence.Status = quarantine.EvidenceStatusFailed
	case pending && m.evidence.Status == quarantine.EvidenceComplete:
		m.evidence.Status = quarantine.EvidencePending
	}
}

// conclude writes the final state of the snapshots into the manifest.
func (h *Handler) conclude(ctx context.Context, m *manifest, in Request) {
	var problem string
	m.by, problem = h.who(ctx, in)
	m.problem(problem)
	artifact, kind := artifactComplete, quarantine.EventEvidenceComplete
	if m.evidence.Status == quarantine.EvidenceStatusFailed {
		artifact, kind = artifactFailed, quarantine.EventEvidenceFailed
	}
	m.json(ctx, artifact, m.evidence.Snapshots, nil)
	m.event(ctx, kind, in, fmt.Sprintf("snapshots of %s: %s", in.Resource.ID, listed(m.evidence.Snapshots)))
}

// updated merges the known snapshots with the ones EC2 lists now, which take
// precedence. A snapshot that EC2 does not list is kept.
func updated(known, now []quarantine.Snapshot) []quarantine.Snapshot {
	out := slices.Clone(now)
	for _, k := range known {
		at := slices.IndexFunc(out, func(s quarantine.Snapshot) bool { return s.ID == k.ID })
		if at < 0 {
			out = append(out, k)
			continue
		}
		out[at].Device = cmp.Or(out[at].Device, k.Device)
	}
	return sorted(out)
}

func has(set []quarantine.Snapshot, id string) bool {
	return slices.ContainsFunc(set, func(s quarantine.Snapshot) bool { return s.ID == id })
}
