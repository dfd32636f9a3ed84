package ledger

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var _ quarantine.Holds = (*Ledger)(nil)

// remembered is how long an ended hold says what it had put, and what stood before.
const remembered = 24 * time.Hour

// Join is one transaction: the lock, the record and the pointer. A record that is only
// remembered expires no more.
func (l *Ledger) Join(ctx context.Context, h quarantine.Hold, c quarantine.Claim) error {
	lock, err := l.checking(lockKey(c.Resource), isClaims(c).And(expression.Name(attrStatus).In(
		value(quarantine.StatusIsolating), value(quarantine.StatusContained), value(quarantine.StatusFailed))))
	if err != nil {
		return err
	}
	u := holding(c.Incident).Remove(expression.Name(attrExpiresAt))
	if h.VPCID != "" {
		u = once(u, attrVPC, h.VPCID)
	}
	err = l.held(ctx, h, c, once(u, attrRecordedAt, l.Clock.Now()), expression.ConditionBuilder{}, lock)
	if _, lost := refused(err); lost {
		return quarantine.Failf(quarantine.LockLost, "the lock of %s is not %s's any more, or its release has begun: nothing is changed for it", c.Resource, c.Owner)
	}
	return err
}

// isClaims is the condition that a lock is the claim's.
func isClaims(c quarantine.Claim) expression.ConditionBuilder {
	return expression.Name(attrIncident).Equal(value(c.Incident)).And(expression.Name(attrOwner).Equal(value(c.Owner)))
}

// checking is the part of a transaction that changes nothing.
func (l *Ledger) checking(k key, c expression.ConditionBuilder) (types.TransactWriteItem, error) {
	e, err := expression.NewBuilder().WithCondition(c).Build()
	if err != nil {
		return types.TransactWriteItem{}, failure("TransactWriteItems", err)
	}
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &l.table, Key: k, ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	}}, nil
}

func holds(incident string) expression.ConditionBuilder {
	return expression.Name(attrHolders).Contains(incident)
}

// nobodyButReleasing is the condition that the incident may put the thing back.
func nobodyButReleasing(incident string) expression.ConditionBuilder {
	return expression.Name(attrHolders).AttributeNotExists().And(expression.Name(attrReleasing).Equal(value(incident)))
}

func writes(writer string) expression.ConditionBuilder {
	return expression.Name(attrWriter).Equal(value(writer))
}

// leased gives the writer a lease.
func leased(writer string, until time.Time) expression.UpdateBuilder {
	return set(set(expression.UpdateBuilder{}, attrWriter, writer), attrLeaseUntil, until.Unix())
}

// givenBack takes the lease off.
func givenBack(u expression.UpdateBuilder) expression.UpdateBuilder {
	return u.Remove(expression.Name(attrWriter)).Remove(expression.Name(attrLeaseUntil))
}

// Take is one conditional write.
func (l *Ledger) Take(ctx context.Context, h quarantine.Hold, incident, writer string, until time.Time) (quarantine.Hold, error) {
	free := expression.Name(attrWriter).AttributeNotExists().Or(
		expression.Name(attrLeaseUntil).LessThan(value(l.Clock.Now().Unix())), writes(writer))
	taken, err := l.changed(ctx, h, leased(writer, until).Remove(expression.Name(attrReleasing)), holds(incident).And(free))
	if err != nil || taken.Writer == writer || len(taken.Holders) > 0 {
		return taken, err
	}
	return l.changed(ctx, h, leased(writer, until), nobodyButReleasing(incident).And(free))
}

// Ahead is one conditional write. What stands before is recorded once.
func (l *Ledger) Ahead(ctx context.Context, h quarantine.Hold, incident, writer string, parts map[string]quarantine.Part) error {
	u := expression.Remove(expression.Name(attrVerifiedAt))
	for name, p := range parts {
		if p.Before != nil {
			before := expression.NameNoDotSplit(prefixBefore + name)
			u = u.Set(before, before.IfNotExists(expression.Value(stored(*p.Before))))
		}
		if len(p.Puts) > 0 {
			u = u.Add(expression.NameNoDotSplit(prefixPuts+name), stringSet(p.Puts...))
		}
	}
	return l.written(ctx, h, u, writes(writer).And(holds(incident)))
}

// Record is one conditional write.
func (l *Ledger) Record(ctx context.Context, h quarantine.Hold, incident, writer string, parts map[string]quarantine.Part, answered bool) error {
	u := expression.Remove(expression.Name(attrDoubt)).Remove(expression.Name(attrDoubtAt))
	if !h.VerifiedAt.IsZero() {
		u = set(u, attrVerifiedAt, h.VerifiedAt)
	}
	for name, p := range parts {
		u = written(u, prefixAfter+name, p.After)
		u = written(u, prefixRefused+name, p.Refused)
	}
	if answered {
		u = givenBack(u)
	}
	return l.written(ctx, h, u, writes(writer).And(holds(incident)))
}

// written sets a part's attribute, or removes it where there is nothing to say.
func written(u expression.UpdateBuilder, attribute, text string) expression.UpdateBuilder {
	name := expression.NameNoDotSplit(attribute)
	if text == "" {
		return u.Remove(name)
	}
	return u.Set(name, value(text))
}

// written changes a hold's record that is the writer's.
func (l *Ledger) written(ctx context.Context, h quarantine.Hold, u expression.UpdateBuilder, c expression.ConditionBuilder) error {
	_, err := l.update(ctx, holdKey(h), u, c)
	return overtaken(h, err)
}

func overtaken(h quarantine.Hold, err error) error {
	if _, lost := refused(err); lost {
		return quarantine.Failf(quarantine.LockLost, "%s of %s: another execution has taken it over", h.Measure, h.Thing)
	}
	return err
}

// LetGo is one transaction: what the lock must be, and the record.
func (l *Ledger) LetGo(ctx context.Context, h quarantine.Hold, c quarantine.Claim) (quarantine.Hold, error) {
	incident := expression.Name(attrIncident)
	lock, err := l.checking(lockKey(c.Resource), isClaims(c).And(expression.Name(attrStatus).Equal(value(quarantine.StatusReleasing))).
		Or(incident.AttributeNotExists(), incident.NotEqual(value(c.Incident))))
	if err != nil {
		return quarantine.Hold{}, err
	}
	return l.lettingGo(h, c.Incident, func(u expression.UpdateBuilder, condition expression.ConditionBuilder) (quarantine.Hold, error) {
		record, err := l.updating(holdKey(h), u, condition)
		if err != nil {
			return quarantine.Hold{}, err
		}
		err = l.transact(ctx, lock, record)
		lost, unchanged := errors.AsType[*conditionError](err)
		switch {
		case unchanged && lost.part == 0:
			return quarantine.Hold{}, quarantine.Failf(quarantine.LockLost, "the lock of %s is not %s's: its release has been taken over, or the incident is being isolated again", c.Resource, c.Owner)
		case err != nil && !unchanged:
			return quarantine.Hold{}, err
		}
		return l.HoldOf(ctx, h)
	})
}

// HoldOf reads a hold's record.
func (l *Ledger) HoldOf(ctx context.Context, h quarantine.Hold) (quarantine.Hold, error) {
	i, err := l.get(ctx, holdKey(h))
	if err != nil {
		return quarantine.Hold{}, err
	}
	return holdOf(h, i)
}

// Renew is one conditional write.
func (l *Ledger) Renew(ctx context.Context, h quarantine.Hold, incident, writer string, until time.Time) (quarantine.Hold, error) {
	return l.changed(ctx, h, leased(writer, until).Remove(expression.Name(attrVerifiedAt)), nobodyButReleasing(incident).And(writes(writer)))
}

// Doubt is one conditional write. A doubt that is on record already keeps its time.
func (l *Ledger) Doubt(ctx context.Context, h quarantine.Hold, writer, what string, at time.Time) error {
	u := givenBack(expression.UpdateBuilder{})
	if what == "" {
		u = u.Remove(expression.Name(attrDoubt)).Remove(expression.Name(attrDoubtAt))
	} else {
		u = set(set(u, attrDoubt, what), attrDoubtAt, at)
	}
	return l.written(ctx, h, u, writes(writer))
}

// End is one transaction: the record, of which only what a late read could show stays for
// a day, and the outcome.
func (l *Ledger) End(ctx context.Context, h quarantine.Hold, incident, writer string) error {
	now := l.Clock.Now()
	u := set(givenBack(expression.UpdateBuilder{}), attrExpiresAt, now.Add(remembered).Unix())
	if !h.Untouched() {
		u = set(set(u, attrLast, lastOf(h)), attrLastAt, now)
	}
	for _, a := range []string{attrReleasing, attrVerifiedAt, attrRecordedAt, attrDoubt, attrDoubtAt} {
		u = u.Remove(expression.Name(a))
	}
	for name := range h.Parts {
		for _, prefix := range []string{prefixBefore, prefixPuts, prefixAfter, prefixRefused} {
			u = u.Remove(expression.NameNoDotSplit(prefix + name))
		}
	}
	record, err := l.updating(holdKey(h), u, nobodyButReleasing(incident).And(writes(writer)))
	if err != nil {
		return err
	}
	pointer, err := l.updating(pointerKey(incident, h), outcome(h), expression.ConditionBuilder{})
	if err != nil {
		return err
	}
	return overtaken(h, l.transact(ctx, record, pointer))
}

// lastOf is what was put on each part by the last hold that put something there: a read can be
// older than one release, and than two.
func lastOf(h quarantine.Hold) map[string]quarantine.Part {
	last := map[string]quarantine.Part{}
	maps.Copy(last, h.Last)
	for name, p := range h.Parts {
		if len(p.Puts) > 0 {
			last[name] = p
		}
	}
	return last
}

// outcome is what became of a hold for an incident.
func outcome(h quarantine.Hold) expression.UpdateBuilder {
	return written(set(expression.UpdateBuilder{}, attrOutcome, h.Outcome), attrNote, h.Note)
}

// LeaveOpen is one conditional write of the pointer; there is no record behind it.
func (l *Ledger) LeaveOpen(ctx context.Context, h quarantine.Hold, c quarantine.Claim) error {
	h.Outcome = quarantine.LeftOpen
	i, err := encode(pointerOf(h, c.Resource))
	if err != nil {
		return unreadable(err)
	}
	maps.Copy(i, pointerKey(c.Incident, h))
	err = l.add(ctx, i)
	if _, there := refused(err); there {
		return nil
	}
	return err
}

// Leave is one write. What became of it is said once.
func (l *Ledger) Leave(ctx context.Context, h quarantine.Hold, incident string) error {
	_, err := l.update(ctx, pointerKey(incident, h), outcome(h), expression.Name(attrOutcome).AttributeNotExists())
	if _, said := refused(err); said {
		return nil
	}
	return err
}

// madeItem says what a measure made for a VPC.
type madeItem struct {
	ID string `json:"id"`
}

func madeKey(measure string, r quarantine.Resource, vpc string) key {
	return keyOf(prefixHold+measure+"#"+r.AccountID+"#"+r.Region+"#"+vpc, sortMade)
}

// Made reads what a measure made for a VPC of the resource's account and region.
func (l *Ledger) Made(ctx context.Context, measure string, r quarantine.Resource, vpc string) (id string, begun bool, err error) {
	i, err := l.get(ctx, madeKey(measure, r, vpc))
	if err != nil {
		return "", false, err
	}
	var m madeItem
	if err := decode(i, &m); err != nil {
		return "", false, unreadable(err)
	}
	return m.ID, len(i) > 0, nil
}

// Unmade is one conditional write.
func (l *Ledger) Unmade(ctx context.Context, measure string, r quarantine.Resource, vpc, id string) error {
	_, err := l.update(ctx, madeKey(measure, r, vpc), expression.Remove(expression.Name(attrID)), expression.Name(attrID).Equal(value(id)))
	if _, another := refused(err); another {
		return nil
	}
	return err
}

// Making is one conditional write.
func (l *Ledger) Making(ctx context.Context, measure string, r quarantine.Resource, vpc, id string) (string, error) {
	u := once(expression.UpdateBuilder{}, attrRecordedAt, l.Clock.Now())
	c := expression.ConditionBuilder{}
	if id != "" {
		u = set(u, attrID, id)
		c = expression.Name(attrID).AttributeNotExists().Or(expression.Name(attrID).Equal(value(id)))
	}
	now, err := l.update(ctx, madeKey(measure, r, vpc), u, c)
	if old, there := refused(err); there {
		now, err = old, nil
	}
	if err != nil {
		return "", err
	}
	return text(now, attrID), nil
}

// Table is the table's name.
func (l *Ledger) Table() string { return l.table }
