package forensics

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// secondLook is how long a retry waits before it looks once more for the set of
// an earlier attempt: long beside a call, and short beside the 120 s that the
// state gives.
const secondLook = 3 * time.Second

// capture takes the snapshots first, because what is on the disks can change,
// and then the manifest. Where there are no snapshots the manifest is kept all
// the same, and then the failure is returned.
func (h *Handler) capture(ctx context.Context, in Request) (Evidence, error) {
	volumes, volumesErr := h.Disks.Volumes(ctx, in.Resource.ID)
	set, setErr := h.snapshots(ctx, in, volumes, volumesErr)

	who, problem := h.who(ctx, in)
	m := &manifest{
		handler: h, incident: in.Incident, by: who,
		evidence: Evidence{Evidence: quarantine.Evidence{
			Incident: in.Incident, Resource: in.Resource, Case: caseOf(in),
			Status: quarantine.EvidencePending, Snapshots: set, Artifacts: []quarantine.Artifact{},
		}},
	}
	m.problem(problem)
	m.instance(ctx, in.Resource.ID)
	m.json(ctx, artifactVolumes, volumes, volumesErr)
	m.console(ctx, in.Resource.ID)
	if setErr != nil {
		m.event(ctx, quarantine.EventEvidenceNotTaken, in, setErr.Error())
		return Evidence{}, setErr
	}
	h.label(ctx, m, volumes)
	m.uncovered(volumes)
	m.json(ctx, artifactSnapshots, m.evidence.Snapshots, nil)
	m.event(ctx, quarantine.EventEvidenceStarted, in, fmt.Sprintf("snapshots of %s: %s", in.Resource.ID, listed(m.evidence.Snapshots)))
	return m.evidence, nil
}

// snapshots gives the incident's set: the one that exists, or else a new one.
// Looking comes first because EC2 takes no client token for a set. Volumes
// that cannot be listed do not stop it; that there are none does.
func (h *Handler) snapshots(ctx context.Context, in Request, volumes []quarantine.Volume, volumesErr error) ([]quarantine.Snapshot, error) {
	set, err := h.takenSnapshots(ctx, in.Incident)
	if err == nil && len(set) == 0 && in.Retry > 0 {
		set, err = h.takenSnapshotsLater(ctx, in.Incident)
	}
	if err != nil || len(set) > 0 {
		return set, err
	}
	if volumesErr == nil && len(volumes) == 0 {
		return nil, quarantine.Failf(quarantine.NoVolumes, "instance %s has no EBS volume to take a snapshot of", in.Resource.ID)
	}
	set, err = h.Disks.CreateSnapshots(ctx, in.Resource.ID, description(in), h.tags(in))
	if err != nil {
		return nil, err
	}
	return sorted(set), nil
}

// takenSnapshotsLater looks a second time after a pause. An earlier attempt may have
// taken a set and lost EC2's answer, and what EC2 has made shows in its lists
// only after a while:
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
func (h *Handler) takenSnapshotsLater(ctx context.Context, incident string) ([]quarantine.Snapshot, error) {
	if err := h.Clock.Sleep(ctx, secondLook); err != nil {
		return nil, quarantine.Failf(quarantine.Unavailable, "waiting for a set of snapshots to show was cut short: %w", err)
	}
	return h.takenSnapshots(ctx, incident)
}

// takenSnapshots gives the snapshots that this product took for the incident.
func (h *Handler) takenSnapshots(ctx context.Context, incident string) ([]quarantine.Snapshot, error) {
	tagged, err := h.Disks.Snapshots(ctx, quarantine.TagIncident, incident)
	if err != nil {
		return nil, err
	}
	var taken []quarantine.Snapshot
	for _, s := range tagged {
		if s.Tags[quarantine.TagProduct] == quarantine.Product && s.Tags[quarantine.TagIncident] == incident {
			taken = append(taken, s)
		}
	}
	return sorted(taken), nil
}

// label tags each snapshot with its volume and device, which one call for the
// whole set cannot do. A snapshot without these tags is evidence too.
func (h *Handler) label(ctx context.Context, m *manifest, volumes []quarantine.Volume) {
	device := map[string]string{}
	for _, v := range volumes {
		device[v.ID] = v.Device
	}
	for i := range m.evidence.Snapshots {
		s := &m.evidence.Snapshots[i]
		if s.Device == "" {
			s.Device = device[s.VolumeID]
		}
		tags := map[string]string{quarantine.TagVolume: s.VolumeID, quarantine.TagDevice: s.Device}
		if s.Tags[quarantine.TagVolume] == s.VolumeID && s.Tags[quarantine.TagDevice] == s.Device {
			continue
		}
		if err := h.Disks.TagSnapshot(ctx, s.ID, tags); err != nil {
			m.problem(fmt.Sprintf("snapshot %s is not tagged with its volume %s and device %s: %v", s.ID, s.VolumeID, s.Device, err))
			continue
		}
		s.Tags = merged(s.Tags, tags)
	}
}
