package ledger

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Attributes of a hold's item that expressions name. A part has an attribute for each of
// what is on record of it, by its name, so that each is conditional by itself.
const (
	attrHolders    = "holders"
	attrReleasing  = "releasing"
	attrRetaking   = "retaking"
	attrVPC        = "vpc"
	attrVerifiedAt = "verifiedAt"
	attrRecordedAt = "recordedAt"
	attrWriter     = "writer"
	attrDoubt      = "doubt"
	attrDoubtAt    = "doubtAt"
	attrLast       = "last"
	attrLastAt     = "lastAt"
	attrID         = "id"
	attrOutcome    = "outcome"
	attrNote       = "note"

	prefixBefore  = "before_"
	prefixPuts    = "puts_"
	prefixAfter   = "after_"
	prefixRefused = "refused_"
)

// prefixPointer begins the sort key of a pointer from an incident to what it holds.
// A pointer is written in one transaction with the record of what is held, and so
// the incident's partition, read consistently, names everything that the incident
// holds or held.
const prefixPointer = "HELD#"

// pointerItem is a pointer to a hold's record, with what became of it for the incident.
type pointerItem struct {
	Resource  quarantine.Resource       `json:"resource"` // the incident's
	Measure   string                    `json:"measure"`
	AccountID string                    `json:"accountId"`
	Region    string                    `json:"region"`
	VPCID     string                    `json:"vpcId"`
	Thing     string                    `json:"thing"`
	Outcome   quarantine.ReleaseOutcome `json:"outcome,omitempty"`
	Note      string                    `json:"note,omitempty"`
}

func pointerOf(h quarantine.Hold, resource quarantine.Resource) pointerItem {
	return pointerItem{
		Resource: resource, Measure: h.Measure, AccountID: h.AccountID, Region: h.Region, VPCID: h.VPCID, Thing: h.Thing,
		Outcome: h.Outcome, Note: h.Note,
	}
}

func (p pointerItem) hold() quarantine.Hold {
	return quarantine.Hold{
		Measure: p.Measure, AccountID: p.AccountID, Region: p.Region, VPCID: p.VPCID, Thing: p.Thing,
		Outcome: p.Outcome, Note: p.Note,
	}
}

func holdName(h quarantine.Hold) string {
	return h.Measure + "#" + h.AccountID + "#" + h.Region + "#" + h.Thing
}

func holdKey(h quarantine.Hold) key { return keyOf(prefixHold+holdName(h), sortHold) }

func pointerKey(incident string, h quarantine.Hold) key {
	return keyOf(incidentPK(incident), prefixPointer+holdName(h))
}

// held changes a hold's record where the condition holds, and writes the pointer to it,
// together with what else is to hold. Where a condition fails, the error is a *conditionError.
func (l *Ledger) held(ctx context.Context, h quarantine.Hold, by quarantine.Claim, u expression.UpdateBuilder, c expression.ConditionBuilder, beside ...types.TransactWriteItem) error {
	record, err := l.updating(holdKey(h), u, c)
	if err != nil {
		return err
	}
	h.Outcome, h.Note = "", ""
	pointer, err := l.putting(pointerKey(by.Incident, h), pointerOf(h, by.Resource))
	if err != nil {
		return err
	}
	return l.transact(ctx, append(beside, record, pointer)...)
}

// recordItem is a hold's record without its parts, as it is stored.
type recordItem struct {
	VPC        string                     `json:"vpc"`
	Holders    []string                   `json:"holders"`
	Releasing  string                     `json:"releasing"`
	Retaking   string                     `json:"retaking"`
	VerifiedAt time.Time                  `json:"verifiedAt"`
	Writer     string                     `json:"writer"`
	LeaseUntil int64                      `json:"leaseUntil"`
	Doubt      string                     `json:"doubt"`
	DoubtAt    time.Time                  `json:"doubtAt"`
	Last       map[string]quarantine.Part `json:"last"`
	LastAt     time.Time                  `json:"lastAt"`
}

// holdOf is h with what is on record of it.
func holdOf(h quarantine.Hold, from item) (quarantine.Hold, error) {
	var i recordItem
	if err := decode(from, &i); err != nil {
		return quarantine.Hold{}, unreadable(err)
	}
	if i.VPC != "" {
		h.VPCID = i.VPC
	}
	h.Holders, h.Releasing, h.VerifiedAt = slices.Sorted(slices.Values(i.Holders)), i.Releasing, i.VerifiedAt
	h.Writer, h.LeaseUntil, h.Retaking = i.Writer, time.Time{}, i.Retaking
	if i.LeaseUntil != 0 {
		h.LeaseUntil = time.Unix(i.LeaseUntil, 0).UTC()
	}
	h.Doubt, h.DoubtAt, h.Last, h.LastAt = i.Doubt, i.DoubtAt, i.Last, i.LastAt
	var err error
	h.Parts, err = partsOf(from)
	return h, err
}

// partsOf reads the attributes of each part.
func partsOf(from item) (map[string]quarantine.Part, error) {
	var out map[string]quarantine.Part
	for _, attribute := range slices.Sorted(maps.Keys(from)) {
		kind, name, isPart := strings.Cut(attribute, "_")
		if !isPart {
			continue
		}
		p := out[name]
		var into any
		switch kind + "_" {
		case prefixBefore:
			p.Before, into = new(quarantine.Value), nil
			if s, is := from[attribute].(*types.AttributeValueMemberS); is {
				p.Before.Text = s.Value
			} else {
				into = p.Before
			}
		case prefixPuts:
			into = &p.Puts
		case prefixAfter:
			into = &p.After
		case prefixRefused:
			into = &p.Refused
		default:
			continue
		}
		if err := decodeOne(from[attribute], into); err != nil {
			return nil, unreadable(err)
		}
		slices.Sort(p.Puts)
		if out == nil {
			out = map[string]quarantine.Part{}
		}
		out[name] = p
	}
	return out, nil
}

func decodeOne(from types.AttributeValue, into any) error {
	if into == nil {
		return nil
	}
	return attributevalue.UnmarshalWithOptions(from, into, decoding)
}

// stored is a value from before as an attribute: a text, as far as there was one.
func stored(v quarantine.Value) types.AttributeValue {
	if !v.Absent && !v.Unknown {
		return &types.AttributeValueMemberS{Value: v.Text}
	}
	return &types.AttributeValueMemberM{Value: item{
		"absent": &types.AttributeValueMemberBOOL{Value: v.Absent}, "unknown": &types.AttributeValueMemberBOOL{Value: v.Unknown},
	}}
}

// changed makes a conditional change of a hold's record and gives the record as it is
// then, whether the condition held or not.
func (l *Ledger) changed(ctx context.Context, h quarantine.Hold, u expression.UpdateBuilder, c expression.ConditionBuilder) (quarantine.Hold, error) {
	now, err := l.update(ctx, holdKey(h), u, c)
	if old, unchanged := refused(err); unchanged {
		return holdOf(h, old)
	}
	if err != nil {
		return quarantine.Hold{}, err
	}
	return holdOf(h, now)
}

// holding adds a holder.
func holding(incident string) expression.UpdateBuilder {
	return expression.Add(expression.Name(attrHolders), stringSet(incident))
}

// lettingGoLast makes the incident the one that releases the thing, if it alone holds it.
func lettingGoLast(incident string) (expression.UpdateBuilder, expression.ConditionBuilder) {
	holders, releasing := expression.Name(attrHolders), expression.Name(attrReleasing)
	return set(expression.UpdateBuilder{}, attrReleasing, incident).Delete(holders, stringSet(incident)),
		holders.Contains(incident).And(holders.Size().Equal(expression.Value(1))).
			Or(holders.AttributeNotExists().And(releasing.Equal(value(incident))))
}

// lettingGoBeside takes the incident off the holders, if there are others.
func lettingGoBeside(incident string) (expression.UpdateBuilder, expression.ConditionBuilder) {
	holders := expression.Name(attrHolders)
	return expression.Delete(holders, stringSet(incident)),
		holders.Contains(incident).And(holders.Size().GreaterThan(expression.Value(1)))
}

// lettingGo tries the one and the other. Which is tried is taken from the record as the
// other one found it; that it is the right one is the condition's to say.
func (l *Ledger) lettingGo(h quarantine.Hold, incident string,
	change func(expression.UpdateBuilder, expression.ConditionBuilder) (quarantine.Hold, error),
) (quarantine.Hold, error) {
	const tries = 10 // each needs another incident to come or go in between
	for range tries {
		for _, way := range []func(string) (expression.UpdateBuilder, expression.ConditionBuilder){lettingGoLast, lettingGoBeside} {
			record, err := change(way(incident))
			if err != nil || !slices.Contains(record.Holders, incident) {
				return record, err
			}
		}
	}
	return quarantine.Hold{}, quarantine.Failf(quarantine.Contended, "incidents kept coming and going on %s, try again", h.Thing)
}
