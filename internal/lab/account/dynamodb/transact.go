package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// Quotas for a transaction:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const (
	maxActions     = 100
	maxTransaction = 4 << 20 // bytes of all items together
)

var transactWriteItems = call.Operation{
	Name: "TransactWriteItems", Mutating: true,
	Needs: []string{"TransactItems"},
}

// TransactWriteItems follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
//
// If an action is not possible, the error is a *types.TransactionCanceledException with a reason
// for each action, in order.
func (c *Client) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, transactWriteItems, in, func(in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
		actions, err := d.actions(in.TransactItems)
		if err != nil {
			return nil, err
		}
		changes, err := allAllowed(actions)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			d.apply(c)
		}
		return &dynamodb.TransactWriteItemsOutput{}, nil
	})
}

// actions validates a request, except for what depends on stored items, and returns its actions.
func (d *Tables) actions(items []types.TransactWriteItem) (all []action, err error) {
	if err := checkNested(items); err != nil {
		return nil, err
	}
	if len(items) < 1 || len(items) > maxActions {
		return nil, invalid("1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and %d", maxActions)
	}
	taken := map[string]bool{}
	for _, item := range items {
		a, err := d.action(item)
		if err != nil {
			return nil, err
		}
		key := a.table.name + " " + a.table.keyText(a.key)
		if taken[key] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		}
		taken[key] = true
		all = append(all, a)
	}
	return all, nil
}

func (d *Tables) action(item types.TransactWriteItem) (action, error) {
	if len(given(item)) != 1 {
		return action{}, invalid("TransactItems can only contain one of Check, Put, Update or Delete")
	}
	switch {
	case item.Put != nil:
		return d.put(item.Put)
	case item.Update != nil:
		return d.update(item.Update)
	case item.Delete != nil:
		return d.remove(item.Delete)
	default:
		return d.check(item.ConditionCheck)
	}
}

// allAllowed returns the changes of all actions, or the error that cancels the transaction.
func allAllowed(actions []action) ([]change, error) {
	changes, reasons, size := make([]change, len(actions)), make([]types.CancellationReason, len(actions)), 0
	canceled := false
	for i, a := range actions {
		c, err := a.allowed()
		if reasons[i] = reasonOf(err); reasons[i].Code == nil {
			return nil, err
		}
		changes[i], size, canceled = c, size+ddbexpr.Size(c.updated), canceled || err != nil
	}
	switch {
	case canceled:
		return nil, cancellation(reasons)
	case size > maxTransaction:
		return nil, invalid("The aggregate size of all items in a transaction cannot exceed 4 MB")
	}
	return changes, nil
}

// reasonOf is an action's reason in a canceled transaction. It has no code if the error is not
// DynamoDB's.
func reasonOf(err error) types.CancellationReason {
	var failed *types.ConditionalCheckFailedException
	var api smithy.APIError
	switch {
	case err == nil:
		return types.CancellationReason{Code: aws.String("None")}
	case errors.As(err, &failed):
		return types.CancellationReason{Code: aws.String("ConditionalCheckFailed"), Message: failed.Message, Item: failed.Item}
	case errors.As(err, &api):
		return types.CancellationReason{Code: aws.String("ValidationError"), Message: aws.String(api.ErrorMessage())}
	default:
		return types.CancellationReason{}
	}
}

func cancellation(reasons []types.CancellationReason) error {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = *r.Code
	}
	message := fmt.Sprintf("Transaction cancelled, please refer cancellation reasons for specific reasons [%s]", strings.Join(codes, ", "))
	return &types.TransactionCanceledException{Message: &message, CancellationReasons: reasons}
}
