package forensics

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const day = 24 * time.Hour

// lock locks the snapshots that are completed, for as many days as the policy says, and
// reads back what locks stand. Nothing that goes wrong with it fails the evidence; it is a
// problem once the evidence is over, and until then the next check tries again.
//
// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshot-lock.html
func (h *Handler) lock(ctx context.Context, m *manifest, in Request) {
	ids := completed(m.evidence.Snapshots)
	if in.LockDays == 0 || len(ids) == 0 {
		return
	}
	stand, problems := h.lockEach(ctx, in, ids)
	for i := range m.evidence.Snapshots {
		m.evidence.Snapshots[i].Lock = nil
		if lock, there := stand[m.evidence.Snapshots[i].ID]; there {
			m.evidence.Snapshots[i].Lock = &lock
		}
	}
	if m.evidence.Status != quarantine.EvidencePending {
		for _, p := range problems {
			m.problem(p)
		}
	}
}

// lockEach returns the locks that were read last, and what went wrong. The locks are read
// first, because EC2 replaces a lock by a shorter or a weaker one without a question.
func (h *Handler) lockEach(ctx context.Context, in Request, ids []string) (stand map[string]quarantine.SnapshotLock, problems []string) {
	stand, err := h.Locks.SnapshotLocks(ctx, in.Resource, ids)
	if err != nil {
		return nil, []string{fmt.Sprintf("the snapshots were not locked, because whether they are was not read: %v", err)}
	}
	var asked []string
	for _, id := range ids {
		lock, there := stand[id]
		switch {
		case there && h.enough(lock, in.LockDays):
		case there && lock.State != "governance":
			problems = append(problems, fmt.Sprintf("snapshot %s is locked in the state %s, until %s: that was not changed", id, lock.State, lock.Until.Format(time.RFC3339)))
		default:
			asked = append(asked, id)
		}
	}
	if len(asked) == 0 {
		return stand, problems
	}
	accepted, refused := h.ask(ctx, in, asked)
	problems = append(problems, refused...)
	now, err := h.readBack(ctx, in, ids, accepted)
	if err != nil {
		return stand, append(problems, fmt.Sprintf("whether the snapshots are locked is not known: %v", err))
	}
	for _, id := range accepted {
		if !h.enough(now[id], in.LockDays) {
			problems = append(problems, fmt.Sprintf("EC2 accepted the lock of snapshot %s, and does not show it", id))
		}
	}
	return now, problems
}

// ask locks snapshots.
func (h *Handler) ask(ctx context.Context, in Request, ids []string) (accepted, refused []string) {
	for _, id := range ids {
		if err := h.Locks.LockSnapshot(ctx, in.Resource, id, in.LockDays); err != nil {
			refused = append(refused, fmt.Sprintf("snapshot %s was not locked: %v", id, err))
			continue
		}
		accepted = append(accepted, id)
	}
	return accepted, refused
}

// readBack reads the locks, and after a pause again if one does not show: EC2 is eventually
// consistent.
func (h *Handler) readBack(ctx context.Context, in Request, ids, accepted []string) (map[string]quarantine.SnapshotLock, error) {
	now, err := h.Locks.SnapshotLocks(ctx, in.Resource, ids)
	for _, id := range accepted {
		if err != nil || h.enough(now[id], in.LockDays) {
			continue
		}
		if err := h.Clock.Sleep(ctx, secondLook); err != nil {
			return nil, err
		}
		return h.Locks.SnapshotLocks(ctx, in.Resource, ids)
	}
	return now, err
}

// enough tells whether a lock lasts for as long as the policy wants. It may be a day short:
// an earlier check has set it, or the execution before this one.
func (h *Handler) enough(lock quarantine.SnapshotLock, days int) bool {
	now := h.Clock.Now()
	return lock.Until.After(now) && !lock.Until.Before(now.Add(time.Duration(days-1)*day))
}

// completed are the ids of the snapshots that are.
func completed(set []quarantine.Snapshot) (ids []string) {
	for _, s := range set {
		if s.State == "completed" {
			ids = append(ids, s.ID)
		}
	}
	return ids
}
