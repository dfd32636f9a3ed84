package ledger

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// updating is the part of a transaction that changes an item where the condition holds.
func (l *Ledger) updating(k key, u expression.UpdateBuilder, c expression.ConditionBuilder) (types.TransactWriteItem, error) {
	e, err := changing(u, c)
	if err != nil {
		return types.TransactWriteItem{}, failure("TransactWriteItems", err)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName:                           aws.String(l.table),
		Key:                                 k,
		UpdateExpression:                    e.Update(),
		ConditionExpression:                 e.Condition(),
		ExpressionAttributeNames:            e.Names(),
		ExpressionAttributeValues:           e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, nil
}

// deleting is the part of a transaction that deletes an item where the condition holds, if it is set.
func (l *Ledger) deleting(k key, c expression.ConditionBuilder) (types.TransactWriteItem, error) {
	e, err := expression.NewBuilder().WithCondition(ofThisVersion(c)).Build()
	if err != nil {
		return types.TransactWriteItem{}, failure("TransactWriteItems", err)
	}
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(l.table), Key: k, ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, nil
}

// putting is the part of a transaction that writes an item outright, unless there is a newer one.
func (l *Ledger) putting(k key, v any) (types.TransactWriteItem, error) {
	i, err := encode(v)
	if err != nil {
		return types.TransactWriteItem{}, unreadable(err)
	}
	maps.Copy(i, k)
	i[attrVersion] = thisVersion
	e, err := expression.NewBuilder().WithCondition(ofThisVersion(expression.ConditionBuilder{})).Build()
	if err != nil {
		return types.TransactWriteItem{}, failure("TransactWriteItems", err)
	}
	return types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(l.table), Item: i, ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, nil
}

// conflicts bounds how often a transaction is tried that another writer of one of
// its items is in the way of, and conflictWait is how long the first wait is; each
// further one is twice as long. DynamoDB leaves that to the caller:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
const (
	conflicts    = 5
	conflictWait = 20 * time.Millisecond
)

// transact writes all items or none. Where the condition of one does not hold, the
// error is a *conditionError; where other writers keep being at one of them, it is
// Contended. IAM has no action for it: each part needs its own.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func (l *Ledger) transact(ctx context.Context, parts ...types.TransactWriteItem) error {
	return l.pastConflicts(ctx, func() error { return l.tryTransaction(ctx, parts) })
}

// pastConflicts makes a write again while a transaction of others is in its way.
func (l *Ledger) pastConflicts(ctx context.Context, write func() error) error {
	wait := conflictWait
	for try := 1; ; try++ {
		err := write()
		if try == conflicts || !quarantine.Is(err, quarantine.Contended) {
			return err
		}
		if l.Clock.Sleep(ctx, wait/2+rand.N(wait/2)) != nil {
			return err
		}
		wait *= 2
	}
}

func (l *Ledger) tryTransaction(ctx context.Context, parts []types.TransactWriteItem) error {
	_, err := l.api.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: parts})
	if canceled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		return cancellation(canceled)
	}
	failed := failure("TransactWriteItems", err)
	if quarantine.Is(failed, quarantine.AccessDenied) {
		return quarantine.Failf(quarantine.AccessDenied, "DynamoDB denied TransactWriteItems: give the role the actions that its parts need on the "+
			"ledger's table, of dynamodb:UpdateItem, dynamodb:PutItem and dynamodb:DeleteItem: %w", err)
	}
	return failed
}

// cancellation is why a transaction was cancelled. A condition that does not hold
// outweighs a conflict: trying again does not change it. An item of a newer release
// outweighs both: what it means is not known.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func cancellation(err *types.TransactionCanceledException) error {
	name := quarantine.Unexpected
	var condition error
	for part, r := range err.CancellationReasons {
		switch aws.ToString(r.Code) {
		case "ConditionalCheckFailed":
			failed := pastVersion(&conditionError{old: r.Item, part: part, err: err})
			if condition == nil || quarantine.Is(failed, quarantine.NewerVersion) {
				condition = failed
			}
		case "TransactionConflict":
			name = quarantine.Contended
		case "ProvisionedThroughputExceeded", "ThrottlingError":
			name = quarantine.Throttled
		}
	}
	if condition != nil {
		return condition
	}
	return quarantine.Failf(name, advice[name], "TransactWriteItems", err)
}
