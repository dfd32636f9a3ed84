package ledger

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const sortRequest = "REQUEST"

// Attributes of a request's item that expressions name. The state machine
// names status and token too, where it lets a request expire. What is called
// expiresAt elsewhere is deadline here: an attribute expiresAt would make
// DynamoDB delete the item.
const (
	attrAsked     = "asked"
	attrDeadline  = "deadline"
	attrDecision  = "decision"
	attrDelivered = "delivered"
	attrReminders = "reminders"
	attrToken     = "token"
)

// requestItem is a request as it is stored.
type requestItem struct {
	quarantine.ApprovalRequest
	Deadline time.Time `json:"deadline"`
	Token    string    `json:"token"`
}

func requestKey(id string) key { return keyOf("REQUEST#"+id, sortRequest) }

// asking writes everything once but the token and the count of reminders.
func asking(r quarantine.ApprovalRequest, token string) (expression.UpdateBuilder, error) {
	u := once(set(expression.UpdateBuilder{}, attrToken, token), attrDeadline, r.ExpiresAt)
	r.Status, r.Asked, r.Decision, r.Delivered = quarantine.RequestPending, nil, nil, false
	fields, err := encode(r)
	if err != nil {
		return u, unreadable(err)
	}
	delete(fields, "expiresAt")
	delete(fields, attrReminders)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		u = u.Set(expression.Name(name), expression.Name(name).IfNotExists(expression.Value(fields[name])))
	}
	reminders := expression.Name(attrReminders)
	return u.Set(reminders, expression.Plus(reminders.IfNotExists(value(-1)), value(1))), nil
}

// pendingAt holds for a request that can be decided at that time.
func pendingAt(at time.Time) expression.ConditionBuilder {
	return expression.Name(attrStatus).Equal(value(quarantine.RequestPending)).
		And(expression.Name(attrDeadline).GreaterThan(value(at)))
}

func undelivered() expression.ConditionBuilder {
	return expression.Name(attrDecision).AttributeExists().And(expression.Name(attrDelivered).NotEqual(value(true)))
}

// requestOf is an item as a request, without the token, as of a time.
func requestOf(from item, at time.Time) (quarantine.ApprovalRequest, error) {
	var i requestItem
	if err := decode(from, &i); err != nil {
		return quarantine.ApprovalRequest{}, unreadable(err)
	}
	r := i.ApprovalRequest
	r.ExpiresAt = i.Deadline
	r.Asked = slices.Sorted(slices.Values(r.Asked))
	if r.Status == quarantine.RequestPending && !r.ExpiresAt.After(at) {
		r.Status = quarantine.RequestExpired
	}
	return r, nil
}

// Pending gives the questions that can still be decided.
func (l *Ledger) Pending(ctx context.Context) ([]quarantine.ApprovalRequest, error) {
	return l.requests(ctx, pendingAt(l.Clock.Now()))
}
