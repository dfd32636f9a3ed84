package ledger

import (
	"context"
	"errors"
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
	wait := conflictWait
	for try := 1; ; try++ {
		err := l.tryTransaction(ctx, parts)
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
		return quarantine.Failf(quarantine.AccessDenied, "DynamoDB denied TransactWriteItems: give the role the actions dynamodb:UpdateItem "+
			"and dynamodb:PutItem on the ledger's table: %w", err)
	}
	return failed
}

// cancellation is why a transaction was cancelled. A condition that does not hold
// outweighs a conflict: trying again does not change it.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func cancellation(err *types.TransactionCanceledException) error {
	name := quarantine.Unexpected
	for _, r := range err.CancellationReasons {
		switch aws.ToString(r.Code) {
		case "ConditionalCheckFailed":
			return &conditionError{old: r.Item, err: err}
		case "TransactionConflict":
			name = quarantine.Contended
		case "ProvisionedThroughputExceeded", "ThrottlingError":
			name = quarantine.Throttled
		}
	}
	return quarantine.Failf(name, advice[name], "TransactWriteItems", err)
}
