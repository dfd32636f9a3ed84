package ledger

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// attrAlarm and a type of finding are an attribute of the lock: the state machine's own
// condition reads it with the lock, so that it costs the way to the cut no call.
const attrAlarm = "falseAlarm#"

// keepAlarm is how long the pointer of a false alarm stays after its end, as the list passes
// over it by the clock.
const keepAlarm = 24 * time.Hour

// alarmItem is a false alarm as it is stored in a lock.
type alarmItem struct {
	Until    time.Time `json:"until"`
	Incident string    `json:"incident"`
	By       string    `json:"by"`
	Reason   string    `json:"reason"`
}

// CallFalseAlarm writes a pointer for each type of finding, by which the list finds it, and
// then the lock, which is what counts.
func (l *Ledger) CallFalseAlarm(ctx context.Context, a quarantine.FalseAlarm) error {
	var lock expression.UpdateBuilder
	for _, of := range a.Types {
		name := expression.NameNoDotSplit(attrAlarm + of)
		pointer := set(expression.UpdateBuilder{}, attrExpiresAt, a.Until.Add(keepAlarm).Unix())
		if a.Ended {
			pointer, lock = pointer.Remove(expression.Name(attrListed)).Remove(expression.Name(attrListedAt)), lock.Remove(name)
		} else {
			pointer = set(set(pointer, attrListed, listFalseAlarms), attrListedAt, a.Until)
			lock = lock.Set(name, value(alarmItem{Until: a.Until, Incident: a.Incident, By: a.By, Reason: a.Reason}))
		}
		if _, err := l.update(ctx, keyOf(quarantine.LockKey(a.Resource), prefixAlarm+of), pointer, expression.ConditionBuilder{}); err != nil {
			return err
		}
	}
	_, err := l.update(ctx, lockKey(a.Resource), lock, expression.Name(partitionKey).AttributeExists())
	if _, none := refused(err); none {
		return quarantine.Failf(quarantine.BadRequest, "%s has no lock: nothing of it was ever cut", a.Resource)
	}
	return err
}

// FalseAlarms are those that run, the one that ends first before the others.
// Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) FalseAlarms(ctx context.Context) ([]quarantine.FalseAlarm, error) {
	keys, err := l.listed(ctx, listFalseAlarms, &dynamodb.QueryInput{})
	if err != nil {
		return nil, err
	}
	out := []quarantine.FalseAlarm{}
	for _, k := range keys {
		pk := text(k, partitionKey)
		lock, err := l.get(ctx, keyOf(pk, sortLock))
		if err != nil {
			return nil, err
		}
		of := strings.TrimPrefix(text(k, sortKey), prefixAlarm)
		stored, runs := lock[attrAlarm+of].(*types.AttributeValueMemberM)
		if !runs {
			continue
		}
		var one alarmItem
		if err := decode(stored.Value, &one); err != nil {
			return nil, unreadable(err)
		}
		if one.Until.After(l.Clock.Now()) {
			out = append(out, quarantine.FalseAlarm{Resource: resourceOf(pk), Types: []string{of}, Incident: one.Incident, By: one.By, Reason: one.Reason, Until: one.Until})
		}
	}
	slices.SortStableFunc(out, func(a, b quarantine.FalseAlarm) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Resource.ID, b.Resource.ID), cmp.Compare(a.Types[0], b.Types[0]))
	})
	return out, nil
}
