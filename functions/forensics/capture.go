package forensics

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// secondLook is how long a retry waits before it lists the snapshots of an earlier
// attempt once more: much longer than a call, and much shorter than the state's
// timeout of 120 s.
const secondLook = 3 * time.Second

// capture creates the snapshots first, because the data on the volumes can change,
// and then writes the manifest. If the snapshots fail, it still writes the
// manifest, and then returns the failure.
func (h *Handler) capture(ctx context.Context, in Request) (Evidence, error) {
	volumes, volumesErr := h.Disks.Volumes(ctx, in.Resource)
	set, setErr := h.snapshots(ctx, in, volumes, volumesErr)

	m := h.manifest(ctx, in, set.taken)
	m.notOurs(set.others)
	m.instance(ctx, in.Resource)
	m.json(ctx, artifactVolumes, volumes, volumesErr)
	m.console(ctx, in.Resource)
	if setErr != nil {
		m.event(ctx, quarantine.EventEvidenceNotTaken, in, setErr.Error())
		return Evidence{}, setErr
	}
	h.label(ctx, m, volumes)
	m.uncovered(volumes)
	m.json(ctx, artifactSnapshots, m.evidence.Snapshots, nil)
	m.event(ctx, quarantine.EventEvidenceStarted, in, fmt.Sprintf("snapshots of %s: %s", in.Resource.ID, listed(m.evidence.Snapshots))+set.believed())
	return m.evidence, nil
}

// snapshots returns the incident's set: the existing one, or else a new one. It
// lists snapshots first because CreateSnapshots takes no client token. An error in
// listing the volumes does not stop it; an empty list of volumes does.
func (h *Handler) snapshots(ctx context.Context, in Request, volumes []quarantine.Volume, volumesErr error) (found, error) {
	set, err := h.takenSnapshots(ctx, in)
	if err == nil && len(set.taken) == 0 && in.Retry > 0 {
		set, err = h.takenSnapshotsLater(ctx, in)
	}
	if err != nil || len(set.taken) > 0 {
		return set, err
	}
	if volumesErr == nil && len(volumes) == 0 {
		return set, quarantine.Failf(quarantine.NoVolumes, "instance %s has no EBS volume to take a snapshot of", in.Resource.ID)
	}
	created, err := h.Disks.CreateSnapshots(ctx, in.Resource, description(in), h.tags(in))
	set.taken, set.created = sorted(created), true
	return set, err
}

// takenSnapshotsLater lists the snapshots again after a pause. An earlier attempt may
// have created a set without receiving EC2's answer, and EC2 lists new snapshots
// only after some time:
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
func (h *Handler) takenSnapshotsLater(ctx context.Context, in Request) (found, error) {
	if err := h.Clock.Sleep(ctx, secondLook); err != nil {
		return found{}, quarantine.Failf(quarantine.Unavailable, "waiting for a set of snapshots to show was cut short: %w", err)
	}
	return h.takenSnapshots(ctx, in)
}

// label tags each snapshot with its volume and device: CreateSnapshots can only give
// the same tags to the whole set. A snapshot without these tags counts as evidence too.
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
		if err := h.Disks.TagSnapshot(ctx, m.evidence.Resource, s.ID, tags); err != nil {
			m.problem(fmt.Sprintf("snapshot %s is not tagged with its volume %s and device %s: %v", s.ID, s.VolumeID, s.Device, err))
			continue
		}
		s.Tags = merged(s.Tags, tags)
	}
}
