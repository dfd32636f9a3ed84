package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Attributes of a request's item that expressions name. The state machine
// names status, listed and listedAt too, where it lets a request expire. What is called
// expiresAt elsewhere is deadline here: an attribute expiresAt would make
// DynamoDB delete the item.
const (
	attrAsked     = "asked"
	attrDeadline  = "deadline"
	attrDecision  = "decision"
	attrDelivered = "delivered"
	attrReminders = "reminders"
	attrToken     = "token"     // of a token's item
	attrTokenHash = "tokenHash" // of a request's: which token it was asked under
)

// keepToken is how long a token stays after its question's deadline: a decision
// that came in time can be handed over until its execution has ended.
const keepToken = 24 * time.Hour

// requestItem is a request as it is stored.
type requestItem struct {
	quarantine.ApprovalRequest
	Deadline time.Time `json:"deadline"`
}

// tokenItem is the task token that a request's answer goes to: a secret, apart
// from the request, so that only who hands decisions over may read it.
type tokenItem struct {
	Token     string `json:"token"`
	ExpiresAt int64  `json:"expiresAt"` // epoch seconds, at which DynamoDB deletes the item
}

// questionItem is a pointer from an incident to a question about it.
type questionItem struct {
	Request string `json:"request"`
}

// hashOf tells tokens apart without keeping them.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// asking writes everything once but the token's hash and the count of reminders.
func asking(r quarantine.ApprovalRequest, token string) (expression.UpdateBuilder, error) {
	u := once(set(expression.UpdateBuilder{}, attrTokenHash, hashOf(token)), attrDeadline, r.ExpiresAt)
	u = once(once(u, attrListed, listWaiting), attrListedAt, r.ExpiresAt)
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

// unlisted takes an item off the list that it is on.
func unlisted(u expression.UpdateBuilder) expression.UpdateBuilder {
	return u.Remove(expression.Name(attrListed)).Remove(expression.Name(attrListedAt))
}

func byAge(a, b quarantine.ApprovalRequest) int {
	return cmp.Or(a.AskedAt.Compare(b.AskedAt), cmp.Compare(a.ID, b.ID))
}
