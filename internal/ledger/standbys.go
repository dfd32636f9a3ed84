package ledger

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// standbysKey is an hour's item of a group. It lies beside the holds of the measure standby, so
// that its function needs no power over the brake's counts.
func standbysKey(r quarantine.Resource, group string, hour time.Time) key {
	return keyOf(prefixHold+measureStandby+"#"+r.AccountID+"#"+r.Region+"#"+group, prefixHour+hour.Format(hourLayout))
}

// measureStandby is the measure's name, which stands in the keys of its items.
const measureStandby = "standby"

// thisHour is the clock hour, in UTC.
func (l *Ledger) thisHour() time.Time { return l.Clock.Now().UTC().Truncate(time.Hour) }

// CountStandby counts the instance among those that are had to stand by in the group in this
// clock hour, once however often it is tried. Where as many others as most are counted, it counts
// nothing, and names them. It is one conditional write. Errors: AccessDenied; Throttled;
// Unavailable.
func (l *Ledger) CountStandby(ctx context.Context, r quarantine.Resource, group string, most int) (others []string, err error) {
	hour := l.thisHour()
	u := once(expression.UpdateBuilder{}, attrExpiresAt, hour.Add(keepHour).Unix())
	t := tally{attribute: attrInstances, most: most}
	_, err = l.update(ctx, standbysKey(r, group, hour), u.Add(t.name(), stringSet(r.ID)), t.room(r.ID))
	if full, is := refused(err); is {
		return setOf(full, attrInstances), nil
	}
	return nil, err
}

// DiscountStandby takes the instance off this hour's count of the group. An hour in which nothing
// is counted stays away. Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) DiscountStandby(ctx context.Context, r quarantine.Resource, group string) error {
	u := expression.UpdateBuilder{}.Delete(tally{attribute: attrInstances}.name(), stringSet(r.ID))
	_, err := l.update(ctx, standbysKey(r, group, l.thisHour()), u, expression.Name(partitionKey).AttributeExists())
	if _, nothing := refused(err); nothing {
		return nil
	}
	return err
}
