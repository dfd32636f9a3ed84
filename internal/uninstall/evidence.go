package uninstall

import (
	"cmp"
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Snapshots are the existing snapshots of the ledger's incidents.
type Snapshots struct {
	// OnRecord are listed by the ledger and have the product's tags.
	OnRecord []quarantine.Snapshot `json:"onRecord"`
	// Unrecorded have the product's tags, but are not listed by the ledger.
	Unrecorded []quarantine.Snapshot `json:"unrecorded"`
	// GiB is the size of their volumes. EBS stores and bills only the blocks in use,
	// and for later snapshots of a volume only the changed ones, so this is the
	// maximum: https://docs.aws.amazon.com/ebs/latest/userguide/how_snapshots_work.html
	GiB int `json:"gib"`
}

// snapshots finds the snapshots of the incidents.
func (u *Uninstaller) snapshots(ctx context.Context, all []quarantine.Incident) (Snapshots, error) {
	out := Snapshots{OnRecord: []quarantine.Snapshot{}, Unrecorded: []quarantine.Snapshot{}}
	for _, in := range all {
		tagged, err := u.Evidence.Tagged(ctx, in)
		if err != nil {
			return Snapshots{}, err
		}
		for _, s := range tagged {
			if s.Tags[quarantine.TagProduct] != quarantine.Product || s.Tags[quarantine.TagIncident] != in.ID {
				continue
			}
			out.GiB += s.SizeGiB
			if slices.ContainsFunc(in.Evidence.Snapshots, func(listed quarantine.Snapshot) bool { return listed.ID == s.ID }) {
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

// deleteEvidence deletes the snapshots that were on record in the plan, which a person
// has confirmed, and still are. It keeps newer ones. If one cannot be deleted, for
// example because it is locked, it still deletes the others.
func (r *run) deleteEvidence(ctx context.Context) error {
	if !r.DeleteEvidence || r.plan.Ledger == nil {
		return nil
	}
	all, err := r.Ledger(r.plan.Table).AllIncidents(ctx)
	if err != nil {
		return err
	}
	found, err := r.snapshots(ctx, all)
	if err != nil {
		return err
	}
	var failed []error
	for _, s := range found.OnRecord {
		if !slices.ContainsFunc(r.plan.Snapshots.OnRecord, func(p quarantine.Snapshot) bool { return p.ID == s.ID }) {
			r.say("snapshot %s of %s stays: it was not there when the plan was made", s.ID, s.VolumeID)
			continue
		}
		if err := r.Evidence.DeleteSnapshot(ctx, s.ID); err != nil {
			failed = append(failed, err)
			continue
		}
		r.say("deleted snapshot %s of %s", s.ID, s.VolumeID)
		r.report.DeletedSnapshots = append(r.report.DeletedSnapshots, s.ID)
	}
	return quarantine.TransientFirst(failed...)
}
