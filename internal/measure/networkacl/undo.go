package networkacl

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// rounds bounds how often one invocation reads EC2 again because another
// caller changed a subnet at the same moment. The state machine retries beyond that.
const rounds = 6

// Undo is the measure taken back from the subnets of one incident, by one invocation: on
// every subnet that no other incident holds, what is on record is put back. What others
// have changed is left.
type Undo struct {
	ACLs     Restorer
	Ledger   Releases
	Clock    quarantine.Clock
	Log      *slog.Logger
	Incident quarantine.Incident

	subnets []*subnet
	acls    view // of the subnets' VPCs
	// made tells of an ACL whether the product made it, as far as that was asked.
	made map[string]bool

	mu       sync.Mutex // guards what follows
	removed  []string
	warnings []string
}

// subnet is one subnet of the incident.
type subnet struct {
	trail
	record  quarantine.Quarantine     // as LetGoSubnet gave it last
	outcome quarantine.ReleaseOutcome // "" while it is not known
	place   place                     // when EC2 was read last; empty if it shows none
	// replaced is the ACL that this invocation has taken off the subnet, or "".
	replaced string
	// foreign says that a look showed what others have put there, by the association seenAt,
	// which is "" where there is none.
	foreign bool
	seenAt  string
}

// Apply goes round by round until it is known what became of every subnet.
func (u *Undo) Apply(ctx context.Context) error {
	for _, q := range u.Incident.Quarantines() {
		u.subnets = append(u.subnets, &subnet{record: q})
	}
	var err error
	for n := range rounds {
		err = u.round(ctx)
		if err == nil && len(u.pending()) == 0 {
			return nil
		}
		if err != nil && !lostRace(err) {
			return quarantine.TransientFirst(err)
		}
		u.Log.DebugContext(ctx, "looking again", "round", n+1, "reason", err)
	}
	u.recordPuts(ctx)
	if slices.ContainsFunc(quarantine.Each(err), func(e error) bool { return quarantine.Is(e, quarantine.NotVerified) }) {
		return quarantine.Failf(quarantine.NotVerified, "%w", err)
	}
	return quarantine.Failf(quarantine.Contended, "the subnets of %s kept changing, or EC2 shows them as they were before: "+
		"what they are under is not known, try again", u.Incident.ID)
}

// recordPuts puts on record which associations were put on subnets and not read back, so
// that the next attempt need not replace them to learn whether they stand.
func (u *Undo) recordPuts(ctx context.Context) {
	var steps []func() error
	for _, s := range u.pending() {
		if s.own != "" {
			steps = append(steps, func() error { return u.Ledger.PutAssociation(ctx, s.record, s.own) })
		}
	}
	if err := u.together(steps...); err != nil {
		u.Log.WarnContext(ctx, "what was put on subnets is not all on record", "error", err.Error())
	}
}

// pending are the subnets of which it is not known yet what becomes of them.
func (u *Undo) pending() (out []*subnet) {
	for _, s := range u.subnets {
		if s.outcome == "" {
			out = append(out, s)
		}
	}
	return out
}

// round reads the holders from the ledger and the associations from EC2, and then
// either restores original ACLs, which the next round reads back, or finishes. A subnet of
// which EC2 shows what cannot be does not keep the others cut off.
func (u *Undo) round(ctx context.Context) error {
	if err := u.together(eachOf(u.pending(), func(s *subnet) error { return u.ask(ctx, s) })...); err != nil {
		return err
	}
	if err := u.look(ctx); err != nil {
		return err
	}
	var settled []verdict
	var steps []func() error
	var unclear []error
	for _, s := range u.pending() {
		v, err := u.judge(s)
		switch {
		case err != nil:
			unclear = append(unclear, err)
		case v.outcome != "" && s.retaken():
			steps = append(steps, func() error { return u.fence(ctx, s) })
		case v.outcome != "":
			settled = append(settled, v)
		default:
			steps = append(steps, func() error { return u.putBack(ctx, s, v.acl) })
		}
	}
	if len(steps) > 0 || len(unclear) > 0 {
		return errors.Join(append([]error{u.together(steps...)}, unclear...)...)
	}
	return u.finish(ctx, settled)
}

// ask takes the incident off the subnet, and settles what is not its to release.
func (u *Undo) ask(ctx context.Context, s *subnet) error {
	if err := u.letGo(ctx, s); err != nil {
		return err
	}
	switch {
	case len(s.record.Holders) > 0:
		s.outcome = quarantine.StillHeld
	case !u.mayRestore(s):
		s.outcome = quarantine.AlreadyReleased
	case s.record.VPCID == "":
		return quarantine.Failf(quarantine.Unexpected, "the ledger does not say which VPC %s is in: put its network ACL back by hand", s.record.SubnetID)
	}
	return nil
}

func (u *Undo) letGo(ctx context.Context, s *subnet) error {
	record, err := u.Ledger.LetGoSubnet(ctx, s.record, u.Incident.ID)
	if err != nil {
		return err
	}
	s.record = record
	s.recorded(record)
	return nil
}

// mayRestore tells whether the incident may restore the subnet, by the record as
// the ledger gave it last.
func (u *Undo) mayRestore(s *subnet) bool {
	return len(s.record.Holders) == 0 && s.record.Releasing == u.Incident.ID
}

// putBack puts the ACL on the subnet, by the association that was looked at
// before the ledger said once more that the subnet is this incident's to restore.
//
// That order protects the quarantine of a concurrent incident: one that becomes a
// holder after the ledger's answer replaces the association, so this id is invalid;
// one that became a holder before is in the answer.
func (u *Undo) putBack(ctx context.Context, s *subnet, acl string) error {
	if err := u.letGo(ctx, s); err != nil || !u.mayRestore(s) {
		return err
	}
	if s.replaced != "" {
		return quarantine.Failf(quarantine.NotVerified, "%s was put on %s, and the read-back shows %s", acl, s.record.SubnetID, s.place.acl.ID)
	}
	made, err := u.ACLs.ReplaceAssociation(ctx, u.Incident.Resource, s.place.association, acl)
	if err != nil {
		return err
	}
	s.moved(s.place.association, made)
	if s.place.acl.ID != acl {
		s.replaced = s.place.acl.ID
	}
	return nil
}

// retaken tells whether a cut that was taken again may still replace what stands on the subnet.
func (s *subnet) retaken() bool {
	return s.record.Retaking != "" && s.record.Retaking == s.place.association
}

// fence puts the ACL that stands on the subnet there again: the id by which a cut that was
// taken again would close it, after this release has ended, is invalid then. The next round
// looks at what it leaves alone.
func (u *Undo) fence(ctx context.Context, s *subnet) error {
	if err := u.letGo(ctx, s); err != nil || !u.mayRestore(s) {
		return err
	}
	made, err := u.ACLs.ReplaceAssociation(ctx, u.Incident.Resource, s.place.association, s.place.acl.ID)
	if err == nil {
		s.moved(s.place.association, made)
	}
	return err
}

// finish removes what nothing uses any more, and settles what was read back.
func (u *Undo) finish(ctx context.Context, settled []verdict) error {
	if err := u.clean(ctx, settled); err != nil {
		return err
	}
	for _, v := range settled {
		v.subnet.outcome = v.outcome
	}
	return nil
}

func eachOf[T any](all []T, do func(T) error) (steps []func() error) {
	for _, one := range all {
		steps = append(steps, func() error { return do(one) })
	}
	return steps
}

// together runs fns side by side and joins their errors.
func (u *Undo) together(fns ...func() error) error {
	return quarantine.JoinErrors(u.Clock, fns...)
}

// lostRace tells whether another round can resolve err: in every part of it somebody else
// was quicker, or EC2 shows what cannot be.
func lostRace(err error) bool {
	return !slices.ContainsFunc(quarantine.Each(err), func(e error) bool {
		return !quarantine.Is(e, quarantine.Contended) && !quarantine.Is(e, quarantine.NotVerified)
	})
}
