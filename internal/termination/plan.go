package termination

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Plan is what a termination would do, as EC2 shows the instance and its evidence now.
type Plan struct {
	Incident    quarantine.Incident
	Instance    quarantine.Instance
	Protection  quarantine.Protection
	Snapshots   []quarantine.Snapshot // the evidence
	LockedUntil time.Time             // the first of its locks ends then
}

// Plan looks at what a termination would do. Nothing is changed.
//
// Errors: BadRequest if the incident is over or its evidence is not complete and locked, with
// what to do; InstanceGone; and those of EC2.
func (t Termination) Plan(ctx context.Context, in quarantine.Incident) (Plan, error) {
	if !in.Open() {
		return Plan{}, refusal("%s is not open any more: nothing of it is terminated", in.ID)
	}
	p, r := Plan{Incident: in}, in.Resource
	if r.Kind != quarantine.KindInstance {
		return p, refusal("%s is about a resource of the kind %s, %s: instances alone are terminated", in.ID, r.Kind, r.ID)
	}
	var err error
	if p.Instance, err = t.Fleet.Instance(ctx, r); err != nil {
		if quarantine.Is(err, quarantine.InstanceGone) {
			return p, quarantine.Failf(quarantine.InstanceGone, "%w: what the incident still holds goes back with: %s", err, t.command("release", in.ID))
		}
		return p, err
	}
	if p.Protection, err = t.Fleet.Protection(ctx, r); err != nil {
		return p, err
	}
	if err := t.evidence(ctx, &p); err != nil {
		return p, err
	}
	return p, p.uncovered()
}

// evidence reads the snapshots that are on record, and refuses unless all are completed and
// locked.
func (t Termination) evidence(ctx context.Context, p *Plan) error {
	in := p.Incident
	switch {
	case in.Evidence.Status == quarantine.EvidencePending:
		return refusal("the evidence of %s is not complete yet: wait for it. How far it is: %s", in.ID, t.command("show", in.ID))
	case in.Evidence.Status != quarantine.EvidenceComplete || len(in.Evidence.Snapshots) == 0:
		return refusal("the evidence of %s is not complete (%s), and the instance is what is left of it. What is missing: %s",
			in.ID, cmp.Or(string(in.Evidence.Status), "none is on record"), t.command("show", in.ID))
	}
	shown, err := t.Fleet.Snapshots(ctx, in.Resource, quarantine.TagIncident, in.ID)
	if err != nil {
		return err
	}
	states, ids := map[string]string{}, []string{}
	for _, s := range shown {
		states[s.ID] = s.State
	}
	for _, s := range in.Evidence.Snapshots {
		if states[s.ID] != "completed" {
			return refusal("snapshot %s of the evidence is %s, and not completed: the instance is what is left of it",
				s.ID, cmp.Or(states[s.ID], "not listed with the tag "+quarantine.TagIncident))
		}
		ids = append(ids, s.ID)
	}
	p.Snapshots = in.Evidence.Snapshots
	locks, err := t.Fleet.SnapshotLocks(ctx, in.Resource, ids)
	if err != nil {
		return err
	}
	return t.locked(p, locks)
}

func (t Termination) locked(p *Plan, locks map[string]quarantine.SnapshotLock) error {
	var open []string
	now := t.Clock.Now()
	for _, s := range p.Snapshots {
		lock, there := locks[s.ID]
		switch {
		case !there || !lock.Until.After(now):
			open = append(open, command.Line(t.At.AWS(p.Incident.Resource.Region, "ec2", "lock-snapshot", "--snapshot-id", s.ID,
				"--lock-mode", "governance", "--lock-duration", "365")))
		case p.LockedUntil.IsZero() || lock.Until.Before(p.LockedUntil):
			p.LockedUntil = lock.Until
		}
	}
	if len(open) > 0 {
		return refusal("the evidence is not locked: somebody could delete what would be left of the instance. Lock it (evidence.lockDays in the policy does so from the start), and try again:\n  %s",
			strings.Join(open, "\n  "))
	}
	return nil
}

// uncovered refuses if a volume would be lost of which there is no snapshot: one that was
// attached later.
func (p *Plan) uncovered() error {
	for _, v := range p.Protection.Volumes {
		if v.Deleted && p.snapshotOf(v.ID) == "" {
			return refusal("volume %s (%s) is deleted with the instance, and the evidence has no snapshot of it: take one, detach it, or have it kept", v.ID, v.Device)
		}
	}
	return nil
}

func (p *Plan) snapshotOf(volume string) string {
	for _, s := range p.Snapshots {
		if s.VolumeID == volume {
			return s.ID
		}
	}
	return ""
}

func refusal(format string, args ...any) error {
	return quarantine.Failf(quarantine.BadRequest, format, args...)
}
