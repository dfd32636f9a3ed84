package ledger

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names gives DynamoDB's own error codes the domain's names.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
var names = map[string]string{
	"TransactionConflictException":     quarantine.Contended,
	"ReplicatedWriteConflictException": quarantine.Contended,
}

// advice is what to do about a failure of that name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "DynamoDB denied %[1]s: give the role the action dynamodb:%[1]s on the ledger's table: %[2]w",
	quarantine.Throttled:    "DynamoDB throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "DynamoDB did not carry out %[1]s, or its answer was lost: %[2]w",
	quarantine.Contended:    "somebody else is writing what %[1]s was about, try again: %[2]w",
	quarantine.Unexpected:   "DynamoDB refused %[1]s in a way that is not foreseen; is the table there? %[2]w",
}

// failure names the error of an operation; nil stays nil, and a condition that
// did not hold is no failure but an answer.
func failure(operation string, err error) error {
	if c, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return &conditionError{old: c.Item, err: err}
	}
	return awserror.Failure(operation, err, names, advice)
}

// unreadable is the failure of turning items into the domain's types or back.
func unreadable(err error) error {
	return quarantine.Failf(quarantine.Unexpected, "an item of the ledger is not as it should be: %w", err)
}
