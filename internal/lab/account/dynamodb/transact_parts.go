package dynamodb

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// part is one of the four kinds of actions in an element of a transaction.
type part struct {
	name    string
	given   bool
	table   *string
	power   string          // the IAM action that it requires
	missing map[string]bool // required fields that are not set; the SDK validates these
}

// parts returns the element's four possible parts, with their IAM actions:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func parts(item types.TransactWriteItem) []part {
	check, remove, put, update := orEmpty(item.ConditionCheck), orEmpty(item.Delete), orEmpty(item.Put), orEmpty(item.Update)
	return []part{
		{"ConditionCheck", item.ConditionCheck != nil, check.TableName, "ConditionCheckItem", map[string]bool{"ConditionExpression": check.ConditionExpression == nil, "Key": check.Key == nil, "TableName": check.TableName == nil}},
		{"Delete", item.Delete != nil, remove.TableName, "DeleteItem", map[string]bool{"Key": remove.Key == nil, "TableName": remove.TableName == nil}},
		{"Put", item.Put != nil, put.TableName, "PutItem", map[string]bool{"Item": put.Item == nil, "TableName": put.TableName == nil}},
		{"Update", item.Update != nil, update.TableName, "UpdateItem", map[string]bool{"Key": update.Key == nil, "TableName": update.TableName == nil, "UpdateExpression": update.UpdateExpression == nil}},
	}
}

func orEmpty[T any](v *T) T {
	if v == nil {
		v = new(T)
	}
	return *v
}

// given returns the parts that an element has.
func given(item types.TransactWriteItem) []part {
	return slices.DeleteFunc(parts(item), func(p part) bool { return !p.given })
}

// checkNested returns the errors of the SDK's own validation.
func checkNested(items []types.TransactWriteItem) error {
	all := smithy.InvalidParamsError{Context: "TransactWriteItemsInput"}
	for i, item := range items {
		for _, p := range given(item) {
			missing := smithy.InvalidParamsError{Context: p.name}
			for name, is := range p.missing {
				if is {
					missing.Add(smithy.NewErrParamRequired(name))
				}
			}
			if missing.Len() > 0 {
				all.AddNested(fmt.Sprintf("TransactItems[%d].%s", i, p.name), missing)
			}
		}
	}
	if all.Len() > 0 {
		return all
	}
	return nil
}

// firstPart returns the first part of a transaction; ok is false for other calls.
func firstPart(c call.Call) (part, bool) {
	in, _ := c.Input.(*dynamodb.TransactWriteItemsInput)
	if in == nil || len(in.TransactItems) == 0 {
		return part{}, false
	}
	all := given(in.TransactItems[0])
	if len(all) == 0 {
		return part{}, false
	}
	return all[0], true
}

// canceling maps cancellation codes to messages:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
var canceling = map[string]string{
	"ConditionalCheckFailed":          "The conditional request failed",
	"ItemCollectionSizeLimitExceeded": "Collection size exceeded.",
	"TransactionConflict":             "Transaction is ongoing for the item",
	"ProvisionedThroughputExceeded":   "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
	"ThrottlingError":                 "Throughput exceeds the current capacity of your table or index.",
	"ValidationError":                 "One or more parameter values were invalid",
}

// canceled is the answer to a transaction under a fault with a reason's code: each of its actions
// has that reason.
func canceled(c call.Call, code, message string) error {
	in, _ := c.Input.(*dynamodb.TransactWriteItemsInput)
	usual, known := canceling[code]
	if in == nil || !known {
		return nil
	}
	if message == "" {
		message = usual
	}
	reasons := slices.Repeat([]types.CancellationReason{{Code: &code, Message: aws.String(message)}}, len(in.TransactItems))
	return call.Clone(cancellation(reasons))
}
