package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var (
	_ quarantine.Watches = (*Ledger)(nil)
	_ quarantine.Pauses  = (*Ledger)(nil)
)

// Attributes of the watch's items that expressions name.
const (
	attrLookedAt    = "lookedAt"
	attrUnseen      = "unseen"
	attrPausedUntil = "pausedUntil"
	attrPausedBy    = "pausedBy"
	attrPauseReason = "pauseReason"
	attrLeftAt      = "leftAt"
	attrLeftBy      = "leftBy"
	attrLeftReason  = "leftReason"
)

func watchKey(incident string) key { return keyOf(incidentPK(incident), sortWatch) }

func driftKey(incident string, d quarantine.Drift) key {
	return keyOf(incidentPK(incident), prefixDrift+holdName(d.Hold()))
}

// Watched reads the list of open incidents, and the lock of each.
func (l *Ledger) Watched(ctx context.Context) ([]string, error) {
	var out, failed []string
	err := l.eachLock(ctx, func(lock item) {
		switch quarantine.Status(text(lock, attrStatus)) {
		case quarantine.StatusContained:
			out = append(out, text(lock, attrIncident))
		case quarantine.StatusFailed:
			failed = append(failed, text(lock, attrIncident))
		}
	})
	if err != nil {
		return nil, err
	}
	for _, id := range failed {
		incident, err := l.get(ctx, incidentKey(id))
		if err != nil {
			return nil, err
		}
		if text(incident, attrStatus) == string(quarantine.StatusContained) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// unended is on record as what a look could not see until it has said that itself: of one that
// was stopped nothing is known.
const unended = "the look has not ended"

// ClaimLook is one conditional write.
func (l *Ledger) ClaimLook(ctx context.Context, incident string, at, notAfter time.Time) (bool, error) {
	looked := expression.Name(attrLookedAt)
	_, err := l.update(ctx, watchKey(incident), set(set(expression.UpdateBuilder{}, attrLookedAt, at), attrUnseen, unended),
		looked.AttributeNotExists().Or(looked.LessThanEqual(value(notAfter))))
	if _, claimed := refused(err); claimed {
		return false, nil
	}
	return err == nil, err
}

// Looked is one write.
func (l *Ledger) Looked(ctx context.Context, incident, unseen string) error {
	_, err := l.update(ctx, watchKey(incident), written(expression.UpdateBuilder{}, attrUnseen, unseen), expression.ConditionBuilder{})
	return err
}

// Drifted is one write. What a person has decided is in attributes that it does not touch.
func (l *Ledger) Drifted(ctx context.Context, incident string, d quarantine.Drift) error {
	attributes, err := encode(d)
	if err != nil {
		return unreadable(err)
	}
	for _, decided := range []string{attrLeftAt, attrLeftBy, attrLeftReason} {
		delete(attributes, decided)
	}
	u := expression.UpdateBuilder{}
	for _, optional := range []string{"by", "closedAt", "nextAt", "failed", "told", "vpcId"} {
		if _, there := attributes[optional]; !there {
			u = u.Remove(expression.Name(optional))
		}
	}
	for name, v := range attributes {
		u = u.Set(expression.Name(name), expression.Value(v))
	}
	_, err = l.update(ctx, driftKey(incident, d), u, expression.ConditionBuilder{})
	return err
}

// Pause is one write.
func (l *Ledger) Pause(ctx context.Context, incident string, until time.Time, by, reason string) error {
	u := set(expression.UpdateBuilder{}, attrPausedUntil, until)
	_, err := l.update(ctx, watchKey(incident), set(set(u, attrPausedBy, by), attrPauseReason, reason), expression.ConditionBuilder{})
	return err
}

// LeaveDrift is one conditional write.
func (l *Ledger) LeaveDrift(ctx context.Context, incident string, d quarantine.Drift, left bool) error {
	u := expression.Remove(expression.Name(attrLeftAt)).Remove(expression.Name(attrLeftBy)).Remove(expression.Name(attrLeftReason))
	if left {
		u = set(set(set(expression.UpdateBuilder{}, attrLeftAt, d.LeftAt), attrLeftBy, d.LeftBy), attrLeftReason, d.LeftReason)
	}
	_, err := l.update(ctx, driftKey(incident, d), u, expression.Name(partitionKey).AttributeExists())
	if _, none := refused(err); none {
		return quarantine.Failf(quarantine.BadRequest, "no look has found %s of %s otherwise than it was put: its record says how it stands", d.Thing, incident)
	}
	return err
}

// watch reads what is on record of the looks.
func (r *reading) watch(_ context.Context, items []item) error {
	looks, err := decoded[quarantine.Watch](items, sortWatch)
	if err != nil {
		return err
	}
	if len(looks) > 0 {
		r.incident.Watch = looks[0]
	}
	r.incident.Watch.Drifts, err = decoded[quarantine.Drift](items, prefixDrift)
	r.incident.Holds = r.incident.Seen()
	return err
}
