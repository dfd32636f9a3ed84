package ledger

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Keys and attributes of an hour's item.
const (
	prefixHour    = "HOUR#"
	hourLayout    = "2006-01-02T15"
	attrIncidents = "incidents"
	prefixVPC     = "vpc#" // and the VPC's id: the incidents in it
	attrExpiresAt = "expiresAt"
)

// keepHour is how long an hour's count stays after it began, for people to look at.
const keepHour = 48 * time.Hour

func hourKey(i quarantine.Isolation) key {
	return keyOf("BRAKE#"+i.Target.AccountID+"#"+i.Target.Region, prefixHour+i.Hour().Format(hourLayout))
}

// tally is one of the sets that an isolation is counted in.
type tally struct {
	attribute, of, setting string
	most                   int
}

func tallies(i quarantine.Isolation) (all []tally) {
	if most := i.Limits.AccountPerHour; most > 0 {
		all = append(all, tally{attrIncidents, "account " + i.Target.AccountID, "limits.isolationsPerHour.account", most})
	}
	for _, vpc := range i.VPCs {
		if most := i.Limits.VPCPerHour; most > 0 {
			all = append(all, tally{prefixVPC + vpc, vpc, "limits.isolationsPerHour.vpc", most})
		}
	}
	return all
}

// CountIsolation is one conditional write, tried once: whoever counts is about
// to cut, and does not wait for a brake that does not answer.
func (l *Ledger) CountIsolation(ctx context.Context, i quarantine.Isolation) error {
	all := tallies(i)
	if len(all) == 0 {
		return nil
	}
	u := once(expression.UpdateBuilder{}, attrExpiresAt, i.Hour().Add(keepHour).Unix())
	var within expression.ConditionBuilder
	for _, t := range all {
		// A VPC's id comes from a finding or from EC2: it names an attribute, never a path.
		name := expression.NameNoDotSplit(t.attribute)
		u = u.Add(name, stringSet(i.Incident))
		if i.Approved {
			continue
		}
		room := name.AttributeNotExists().Or(name.Contains(i.Incident), name.Size().LessThan(expression.Value(t.most)))
		if within.IsSet() {
			room = within.And(room)
		}
		within = room
	}
	_, err := l.update(ctx, hourKey(i), u, within, func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 })
	if hour, full := refused(err); full {
		return reached(i, all, hour)
	}
	return err
}

// reached says which limit refused.
func reached(i quarantine.Isolation, all []tally, hour item) error {
	for _, t := range all {
		if counted, ok := hour[t.attribute].(*types.AttributeValueMemberSS); ok && len(counted.Value) >= t.most {
			return &quarantine.LimitReached{Of: t.of, Setting: t.setting, Counted: len(counted.Value), Most: t.most, Hour: i.Hour()}
		}
	}
	return quarantine.Failf(quarantine.Unexpected, "the count of isolations was refused, and no limit is reached: %v", hour)
}
