package ledger

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Keys and attributes of an hour's item.
const (
	prefixHour    = "HOUR#"
	hourLayout    = "2006-01-02T15"
	attrInstances = "instances"
	prefixVPC     = "vpc#"     // and the VPC's id: the instances in it
	prefixSubnets = "subnets#" // and the VPC's id: its subnets, each with an instance
	attrExpiresAt = "expiresAt"
)

// keepHour is how long an hour's count stays after it began, for people to look at.
const keepHour = 48 * time.Hour

func hourKey(i quarantine.Isolation) key {
	return keyOf(prefixBrake+i.Resource.AccountID+"#"+i.Resource.Region, prefixHour+i.Hour().Format(hourLayout))
}

// tally is one of the sets that an isolation is counted in.
type tally struct {
	attribute string
	adds      []string
	// most is how many the set may have; 0 is no limit.
	most        int
	of, setting string
}

func tallies(i quarantine.Isolation) (all []tally) {
	instance := []string{i.Resource.ID}
	if most := i.Limits.AccountPerHour; most > 0 {
		all = append(all, tally{attrInstances, instance, most, "account " + i.Resource.AccountID, "limits.isolationsPerHour.account"})
	}
	for _, vpc := range i.VPCs() {
		if most := i.Limits.VPCPerHour; most > 0 {
			all = append(all, tally{prefixVPC + vpc, instance, most, vpc, "limits.isolationsPerHour.vpc"})
		}
		if cuts := cutsOf(i, vpc); i.Limits.VPCSubnetsPercent > 0 && len(cuts) > 0 {
			all = append(all, tally{attribute: prefixSubnets + vpc, adds: cuts})
		}
	}
	return all
}

// cutsOf are the instance's subnets in the VPC, each with the instance: what is
// taken off the count later is not what another instance has counted.
func cutsOf(i quarantine.Isolation, vpc string) (all []string) {
	for _, subnet := range i.Subnets[vpc] {
		all = append(all, subnet+"/"+i.Resource.ID)
	}
	return all
}

// name is the set's. A VPC's id comes from a finding or from EC2: it names an
// attribute, never a path.
func (t tally) name() expression.NameBuilder { return expression.NameNoDotSplit(t.attribute) }

// room is the condition that the set has the id, or room for it.
func (t tally) room(id string) expression.ConditionBuilder {
	return t.name().AttributeNotExists().Or(t.name().Contains(id), t.name().Size().LessThan(expression.Value(t.most)))
}

// Whoever counts is about to cut, and hardly waits. The second attempt is for the
// connection that was lost, or the host that just went away; adding to a set
// twice is harmless.
const (
	countAttempts = 2
	countPause    = 100 * time.Millisecond
)

func hardlyWaiting(o *dynamodb.Options) {
	o.Retryer = retry.AddWithMaxBackoffDelay(retry.AddWithMaxAttempts(o.Retryer, countAttempts), countPause)
}

// CountIsolation is one conditional write.
func (l *Ledger) CountIsolation(ctx context.Context, i quarantine.Isolation) (others []string, err error) {
	all := tallies(i)
	if len(all) == 0 {
		return nil, nil
	}
	u := once(expression.UpdateBuilder{}, attrExpiresAt, i.Hour().Add(keepHour).Unix())
	var within expression.ConditionBuilder
	for _, t := range all {
		u = u.Add(t.name(), stringSet(t.adds...))
		if i.Approved || t.most == 0 {
			continue
		}
		room := t.room(i.Resource.ID)
		if within.IsSet() {
			room = within.And(room)
		}
		within = room
	}
	now, err := l.update(ctx, hourKey(i), u, within, hardlyWaiting)
	if hour, full := refused(err); full {
		return nil, reached(i, all, hour)
	}
	if err != nil {
		return nil, err
	}
	return subnetsOfOthers(i, now), nil
}

// WouldCount reads what CountIsolation would say now, and counts nothing. Errors: a
// *quarantine.LimitReached; AccessDenied; Throttled; Unavailable.
func (l *Ledger) WouldCount(ctx context.Context, i quarantine.Isolation) (others []string, err error) {
	all := tallies(i)
	hour, err := l.get(ctx, hourKey(i))
	if err != nil {
		return nil, err
	}
	if limit := limitOf(i, all, hour); limit != nil {
		return nil, limit
	}
	return subnetsOfOthers(i, hour), nil
}

// subnetsOfOthers are the subnets of the isolation's VPCs that the hour has for
// other instances, sorted.
func subnetsOfOthers(i quarantine.Isolation, hour item) (all []string) {
	for _, vpc := range i.VPCs() {
		for _, cut := range setOf(hour, prefixSubnets+vpc) {
			if subnet, instance, _ := strings.Cut(cut, "/"); instance != i.Resource.ID {
				all = append(all, subnet)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func setOf(i item, attribute string) []string {
	if set, ok := i[attribute].(*types.AttributeValueMemberSS); ok {
		return set.Value
	}
	return nil
}

// reached says which limit refused: not one of a set that has the instance already.
func reached(i quarantine.Isolation, all []tally, hour item) error {
	if limit := limitOf(i, all, hour); limit != nil {
		return limit
	}
	return quarantine.Failf(quarantine.Unexpected, "the count of isolations was refused, and no limit is reached: %v", hour)
}

// limitOf is the limit that an hour leaves the isolation no room in; nil if there is none.
func limitOf(i quarantine.Isolation, all []tally, hour item) *quarantine.LimitReached {
	for _, t := range all {
		counted := setOf(hour, t.attribute)
		if t.most > 0 && len(counted) >= t.most && !slices.Contains(counted, i.Resource.ID) {
			return &quarantine.LimitReached{Of: t.of, Setting: t.setting, Counted: len(counted), Most: t.most, Hour: i.Hour()}
		}
	}
	return nil
}

// DiscountIsolation is one write. An hour in which nothing is counted stays away.
func (l *Ledger) DiscountIsolation(ctx context.Context, i quarantine.Isolation) error {
	all := tallies(i)
	if len(all) == 0 {
		return nil
	}
	var u expression.UpdateBuilder
	for _, t := range all {
		u = u.Delete(t.name(), stringSet(t.adds...))
	}
	_, err := l.update(ctx, hourKey(i), u, expression.Name(partitionKey).AttributeExists(), hardlyWaiting)
	if _, nothing := refused(err); nothing {
		return nil
	}
	return err
}
