package forensics

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Trials are the calls by which evidence of an instance is taken, for a preflight. What tags and locks
// snapshots is tried on one of the product's own: the role may do that to no other.
func (h *Handler) Trials(t preflight.Targets) []preflight.Trial {
	r := t.Resource()
	instance := []preflight.Thing{{What: "an instance", ID: t.Instance}}
	snapshot := []preflight.Thing{{What: "a snapshot of this product's", ID: t.Snapshot}}
	take := preflight.Trial{Action: "ec2:CreateSnapshots", On: instance, Call: func(ctx context.Context) error {
		_, err := h.Disks.CreateSnapshots(ctx, r, "preflight", map[string]string{quarantine.TagProduct: quarantine.Product})
		return err
	}}
	tag := preflight.Trial{Action: "ec2:CreateTags", On: snapshot, Call: func(ctx context.Context) error {
		return h.Disks.TagSnapshot(ctx, r, t.Snapshot, map[string]string{quarantine.TagVolume: t.Volume, quarantine.TagDevice: ""})
	}}
	lock := preflight.Trial{Action: "ec2:LockSnapshot", On: snapshot, Call: func(ctx context.Context) error {
		return h.Locks.LockSnapshot(ctx, r, t.Snapshot, 1)
	}}
	if t.Snapshot == "" { // tags that snapshots are made with are tried
		take.With = []string{tag.Action}
	}
	all := []preflight.Trial{
		preflight.DescribesInstance(h.Instances, t),
		{Action: "ec2:DescribeVolumes", On: instance, Call: func(ctx context.Context) error {
			_, err := h.Disks.Volumes(ctx, r)
			return err
		}},
		{Action: "ec2:DescribeSnapshots", Call: func(ctx context.Context) error {
			_, err := h.Disks.Snapshots(ctx, r, quarantine.TagIncident, preflight.NoIncident)
			return err
		}},
		{Action: "ec2:DescribeSecurityGroups", On: []preflight.Thing{{What: "a security group", ID: t.SecurityGroup}}, Call: func(ctx context.Context) error {
			_, err := h.SecurityGroups.SecurityGroups(ctx, r, []string{t.SecurityGroup})
			return err
		}},
		{Action: "ec2:GetConsoleOutput", On: instance, Call: func(ctx context.Context) error {
			_, err := h.Console.ConsoleOutput(ctx, r)
			return err
		}},
		{Action: "ec2:GetConsoleScreenshot", On: instance, Call: func(ctx context.Context) error {
			_, err := h.Console.ConsoleScreenshot(ctx, r)
			return err
		}},
		take,
		{Action: "ec2:DescribeLockedSnapshots", On: snapshot, Call: func(ctx context.Context) error {
			_, err := h.Locks.SnapshotLocks(ctx, r, []string{t.Snapshot})
			return err
		}},
	}
	if t.Snapshot != "" { // before the first incident there is none: then IAM is asked whether the role may lock one
		all = append(all, tag, lock)
	}
	return all
}
