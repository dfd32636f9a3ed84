package ledger

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Ask records a question, or asks it again. Asked again under the token that it
// has already, it is the same asking, and no reminder is counted.
//
// A question that exists keeps what was first said of it, its expiry included.
// Whether it has expired goes by r.AskedAt; r.Asked is left to [Ledger.AskedThrough].
func (l *Ledger) Ask(ctx context.Context, r quarantine.ApprovalRequest, token string) (quarantine.ApprovalRequest, error) {
	request, err := asking(r, token)
	if err != nil {
		return quarantine.ApprovalRequest{}, err
	}
	again := pendingAt(r.AskedAt).And(expression.Name(attrTokenHash).NotEqual(value(hashOf(token))))
	pointer, err := l.putting(questionKey(r.Incident, r.ID), questionItem{Request: r.ID})
	if err != nil {
		return quarantine.ApprovalRequest{}, err
	}
	err = l.withToken(ctx, r, token, request, expression.Name(partitionKey).AttributeNotExists().Or(again), pointer)
	if old, ok := refused(err); ok {
		return l.askAgain(ctx, r, token, old)
	}
	if err != nil {
		return quarantine.ApprovalRequest{}, err
	}
	return l.requestAt(ctx, r.ID, r.AskedAt)
}

// askAgain is about a question that is asked under this token already, or
// is not pending any more.
func (l *Ledger) askAgain(ctx context.Context, r quarantine.ApprovalRequest, token string, old item) (quarantine.ApprovalRequest, error) {
	existing, err := requestOf(old, r.AskedAt)
	if err != nil || existing.Decision == nil || existing.Delivered {
		return existing, err
	}
	err = l.withToken(ctx, r, token, set(expression.UpdateBuilder{}, attrTokenHash, hashOf(token)), undelivered())
	if latest, delivered := refused(err); delivered {
		return requestOf(latest, r.AskedAt)
	}
	if err != nil {
		return quarantine.ApprovalRequest{}, err
	}
	return l.requestAt(ctx, r.ID, r.AskedAt)
}

// withToken changes a request where the condition holds, and keeps the token that
// its answer goes to in an item of its own, with whatever else is written with it.
func (l *Ledger) withToken(ctx context.Context, r quarantine.ApprovalRequest, token string, u expression.UpdateBuilder, c expression.ConditionBuilder, also ...types.TransactWriteItem) error {
	request, err := l.updating(requestKey(r.ID), u, c)
	if err != nil {
		return err
	}
	secret, err := l.putting(tokenKey(r.ID), tokenItem{Token: token, ExpiresAt: r.ExpiresAt.Add(keepToken).Unix()})
	if err != nil {
		return err
	}
	return l.transact(ctx, append(also, request, secret)...)
}

// AskedThrough adds to the channels that took the question. Errors: RequestGone;
// AccessDenied; Throttled; Unavailable.
func (l *Ledger) AskedThrough(ctx context.Context, id string, channels []string) error {
	_, err := l.update(ctx, requestKey(id), expression.Add(expression.Name(attrAsked), stringSet(channels...)),
		expression.Name(partitionKey).AttributeExists())
	if _, gone := refused(err); gone {
		return requestGone(id)
	}
	return err
}

// Request reads a request; it has expired if it is pending past its deadline
// by the ledger's clock.
func (l *Ledger) Request(ctx context.Context, id string) (quarantine.ApprovalRequest, error) {
	return l.requestAt(ctx, id, l.Clock.Now())
}

func (l *Ledger) requestAt(ctx context.Context, id string, at time.Time) (quarantine.ApprovalRequest, error) {
	i, err := l.get(ctx, requestKey(id))
	if err != nil {
		return quarantine.ApprovalRequest{}, err
	}
	if len(i) == 0 {
		return quarantine.ApprovalRequest{}, requestGone(id)
	}
	return requestOf(i, at)
}

// Decide is one conditional write.
func (l *Ledger) Decide(ctx context.Context, id string, d quarantine.Decision) (quarantine.ApprovalRequest, error) {
	u := set(set(expression.UpdateBuilder{}, attrStatus, d.Status()), attrDecision, d)
	now, err := l.update(ctx, requestKey(id), unlisted(u), pendingAt(d.At))
	if old, ok := refused(err); ok {
		return tooLate(id, d, old)
	}
	if err != nil {
		return quarantine.ApprovalRequest{}, err
	}
	return requestOf(now, d.At)
}

// tooLate says why a decision was not taken.
func tooLate(id string, d quarantine.Decision, old item) (quarantine.ApprovalRequest, error) {
	if len(old) == 0 {
		return quarantine.ApprovalRequest{}, requestGone(id)
	}
	r, err := requestOf(old, d.At)
	switch {
	case err != nil:
		return r, err
	case r.Decision != nil:
		return r, quarantine.Failf(quarantine.AlreadyDecided, "request %s was %s by %s at %s: a request is decided once",
			id, r.Status, r.Decision.By, stamp(r.Decision.At))
	default:
		return r, quarantine.Failf(quarantine.RequestTooLate, "request %s expired at %s, and nothing was decided", id, stamp(r.ExpiresAt))
	}
}

// Token is "" also where there is no such request.
func (l *Ledger) Token(ctx context.Context, id string) (string, error) {
	i, err := l.get(ctx, tokenKey(id))
	return text(i, attrToken), err
}

// Delivered notes it of a decided request; a BadRequest of one that is not.
func (l *Ledger) Delivered(ctx context.Context, id string) error {
	request, err := l.updating(requestKey(id), set(expression.UpdateBuilder{}, attrDelivered, true), expression.Name(attrDecision).AttributeExists())
	if err != nil {
		return err
	}
	secret, err := l.deleting(tokenKey(id), expression.ConditionBuilder{})
	if err != nil {
		return err
	}
	err = l.transact(ctx, request, secret)
	old, ok := refused(err)
	switch {
	case ok && len(old) == 0:
		return requestGone(id)
	case ok:
		return quarantine.Failf(quarantine.BadRequest, "request %s has no decision that could have been delivered", id)
	default:
		return err
	}
}

func requestGone(id string) error {
	return quarantine.Failf(quarantine.RequestGone, "the ledger knows no request %s", id)
}
