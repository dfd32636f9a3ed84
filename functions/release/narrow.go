package release

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// narrow gives back the subnets of an incident that goes on: its other measures hold the
// instance. It is one step, and can be repeated at any point.
func (u *undo) narrow(ctx context.Context) (quarantine.Release, error) {
	if u.narrowed() {
		return u.narrowedBefore(ctx)
	}
	if err := u.admissible(ctx); err != nil {
		return quarantine.Release{}, err
	}
	if err := u.lockToNarrow(ctx); err != nil {
		return quarantine.Release{}, err
	}
	if err := u.cut.Apply(ctx); err != nil {
		return quarantine.Release{}, err
	}
	done := u.warned(u.report())
	if err := u.Ledger.Append(ctx, u.record.ID, u.event(quarantine.EventNarrowed, done.ReleasedAt, tell("narrowed, the instance stays contained", done))); err != nil {
		return quarantine.Release{}, err
	}
	return done, u.endNarrowing(ctx, done)
}

// lockToNarrow takes the lock, and looks at everything again: under it nothing is taken, put
// right or released any more. Where that refuses, the lock is given back as it was.
func (u *undo) lockToNarrow(ctx context.Context) error {
	if err := u.Ledger.BeginNarrowing(ctx, u.claim, lease); err != nil {
		return err
	}
	var err error
	if u.record, err = u.Ledger.Incident(ctx, u.record.ID); err != nil {
		return err
	}
	u.cut.Incident = u.record
	err = u.admissible(ctx)
	if quarantine.Is(err, quarantine.NotNarrowed) {
		return errors.Join(err, u.Ledger.NotNarrowed(ctx, u.claim, u.record.Owner))
	}
	return err
}

func (u *undo) isReleasing(q quarantine.Quarantine) bool { return q.Releasing == u.record.ID }

// narrowed tells whether the subnets are given back on record, and none was cut off since.
func (u *undo) narrowed() bool {
	cut := slices.ContainsFunc(u.record.HeldQuarantines(), func(q quarantine.Quarantine) bool { return !u.isReleasing(q) })
	return u.record.Narrowed != nil && !cut && !u.over()
}

// narrowedBefore finishes what an earlier attempt has put on record, and says what that was.
func (u *undo) narrowedBefore(ctx context.Context) (quarantine.Release, error) {
	done := *u.record.Narrowed
	done.Already = u.record.NarrowedIn != u.in.Execution.ID
	if u.record.Status == quarantine.StatusReleasing {
		if err := u.Ledger.BeginNarrowing(ctx, u.claim, lease); err != nil {
			return quarantine.Release{}, err
		}
		return done, u.endNarrowing(ctx, *u.record.Narrowed)
	}
	return done, u.forget(ctx, done)
}

// endNarrowing puts on record what became of the subnets, and gives the lock back to the
// execution that contained the instance: the watch goes on in its name.
func (u *undo) endNarrowing(ctx context.Context, done quarantine.Release) error {
	if err := u.Ledger.Narrowed(ctx, u.claim, u.record.Owner, done); err != nil {
		return fmt.Errorf("the subnets are given back and read back, but the ledger was not told everything: %w", err)
	}
	return u.forget(ctx, done)
}

// admissible refuses what would leave the instance open. Where an earlier attempt has begun to
// give the subnets back, people have to hear of it.
func (u *undo) admissible(ctx context.Context) error {
	err := u.holdsWithout(ctx)
	if quarantine.Is(err, quarantine.NotNarrowed) && slices.ContainsFunc(u.record.HeldQuarantines(), u.isReleasing) {
		return quarantine.Failf(quarantine.NotReleased, "it was begun, and does not go on: %w", err)
	}
	return err
}

// holdsWithout is nil if the instance is held without its subnets.
func (u *undo) holdsWithout(ctx context.Context) error {
	if err := register.CanGiveBack(u.record, u.Clock.Now()); err != nil {
		return err
	}
	now, err := u.Instances.Instance(ctx, u.record.Resource)
	if quarantine.Is(err, quarantine.InstanceGone) {
		return quarantine.Failf(quarantine.NotNarrowed, "%s does not exist any more: release the incident instead", u.record.Resource.ID)
	}
	if err != nil {
		return err
	}
	return register.NarrowableNow(u.record, now)
}
