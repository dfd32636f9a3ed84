package uninstall

import (
	"cmp"
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Snapshots are the evidence of the ledger's incidents that is there still.
type Snapshots struct {
	// OnRecord are those that the ledger lists and that carry our tags.
	OnRecord []quarantine.Snapshot `json:"onRecord"`
	// Unrecorded carry our tags, but the ledger does not list them.
	Unrecorded []quarantine.Snapshot `json:"unrecorded"`
	// GiB is the size of their volumes. EBS stores, and bills, the blocks that are
	// in use, and of a volume's later snapshots those that changed, so that this
	// is the most: https://docs.aws.amazon.com/ebs/latest/userguide/how_snapshots_work.html
	GiB int `json:"gib"`
}

// snapshots finds the evidence of the incidents.
func (u *Uninstaller) snapshots(ctx context.Context, table string, all []incident) (Snapshots, error) {
	out := Snapshots{OnRecord: []quarantine.Snapshot{}, Unrecorded: []quarantine.Snapshot{}}
	evidence := u.Evidence(table)
	for _, in := range all {
		listed, err := evidence.OnRecord(ctx, in.ID)
		if err != nil {
			return Snapshots{}, err
		}
		tagged, err := evidence.Tagged(ctx, in.ID)
		if err != nil {
			return Snapshots{}, err
		}
		for _, s := range tagged {
			if s.Tags[quarantine.TagProduct] != quarantine.Product || s.Tags[quarantine.TagIncident] != in.ID {
				continue
			}
			out.GiB += s.SizeGiB
			if slices.Contains(listed, s.ID) {
				out.OnRecord = append(out.OnRecord, s)
			} else {
				out.Unrecorded = append(out.Unrecorded, s)
			}
		}
	}
	for _, list := range [][]quarantine.Snapshot{out.OnRecord, out.Unrecorded} {
		slices.SortFunc(list, func(a, b quarantine.Snapshot) int { return cmp.Compare(a.ID, b.ID) })
	}
	return out, nil
}

// deleteEvidence deletes the snapshots that were on record in the plan, which a
// person has confirmed, and are so still. One that came since stays. One that
// cannot be deleted, because it is locked for example, does not keep the others.
func (r *run) deleteEvidence(ctx context.Context) error {
	if !r.DeleteEvidence || r.plan.Ledger == nil {
		return nil
	}
	all, err := r.incidents(ctx, r.plan.Table)
	if err != nil {
		return err
	}
	found, err := r.snapshots(ctx, r.plan.Table, all)
	if err != nil {
		return err
	}
	var failed []error
	for _, s := range found.OnRecord {
		if !slices.ContainsFunc(r.plan.Snapshots.OnRecord, func(p quarantine.Snapshot) bool { return p.ID == s.ID }) {
			r.say("snapshot %s of %s stays: it was not there when the plan was made", s.ID, s.VolumeID)
			continue
		}
		if err := r.Evidence(r.plan.Table).DeleteSnapshot(ctx, s.ID); err != nil {
			failed = append(failed, err)
			continue
		}
		r.say("deleted snapshot %s of %s", s.ID, s.VolumeID)
		r.report.DeletedSnapshots = append(r.report.DeletedSnapshots, s.ID)
	}
	return quarantine.TransientFirst(failed...)
}
