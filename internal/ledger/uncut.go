package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var _ quarantine.Uncut = (*Ledger)(nil)

// endedGone is the id of the event: an incident ends once.
const endedGone = "gone"

// EndUncut is a query for one pointer, and a transaction. A late attempt of the incident's
// isolation that writes its first pointer between the two finds the incident
// released, as it would after any release.
func (l *Ledger) EndUncut(ctx context.Context, ended quarantine.Incident) (bool, error) {
	pointers, err := l.query(ctx, &dynamodb.QueryInput{ConsistentRead: aws.Bool(true), Limit: aws.Int32(1)}, expression.NewBuilder().
		WithKeyCondition(expression.Key(partitionKey).Equal(expression.Value(incidentPK(ended.ID))).
			And(expression.Key(sortKey).BeginsWith(prefixPointer))))
	if err != nil || len(pointers) > 0 {
		return false, err
	}
	parts, err := l.endingUncut(ended)
	if err != nil {
		return false, err
	}
	err = l.orFreed(quarantine.Claim{Incident: ended.ID, Resource: ended.Resource}, l.transact(ctx, parts...))
	return err == nil, err
}

// endingUncut are the lock, which is freed, the incident and the event.
func (l *Ledger) endingUncut(ended quarantine.Incident) ([]types.TransactWriteItem, error) {
	status := expression.Name(attrStatus)
	lock, err := l.updating(lockKey(ended.Resource), freed(ended.ID), expression.Name(attrIncident).Equal(value(ended.ID)).And(
		status.Equal(value(quarantine.StatusFailed)).
			Or(status.Equal(value(quarantine.StatusIsolating)).And(expression.Name(attrOwner).Equal(value(ended.Owner))))))
	if err != nil {
		return nil, err
	}
	incident, err := l.updating(incidentKey(ended.ID), uncutIncident(ended),
		status.AttributeNotExists().Or(status.Equal(value(quarantine.StatusReleased))))
	if err != nil {
		return nil, err
	}
	e := quarantine.Event{At: ended.Release.ReleasedAt, Kind: quarantine.EventReleased, By: ended.Release.By, Text: "closed: " + ended.Release.Reason, ID: endedGone}
	event, err := l.putting(eventKey(ended.ID, e), e)
	return []types.TransactWriteItem{lock, incident, event}, err
}

// uncutIncident is an incident that was opened and released, and never contained.
func uncutIncident(ended quarantine.Incident) expression.UpdateBuilder {
	u := once(released(ended.Resource, *ended.Release), attrScore, ended.Verdict.Score)
	u = once(u, attrReasons, ended.Verdict.Reasons)
	u = once(u, attrOpenedAt, ended.OpenedAt)
	u = once(u, attrOwner, ended.Owner)
	if len(ended.Findings) > 0 {
		u = once(u, attrFinding, ended.Findings[0].FindingSummary)
	}
	if ended.Verdict.Action != "" {
		u = once(u, attrAction, ended.Verdict.Action)
	}
	if ended.ReleasedIn != "" {
		u = once(u, attrReleasedIn, ended.ReleasedIn)
	}
	return u
}
