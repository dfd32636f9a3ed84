package cloudformation

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// NoStackError means that there is no such stack in the account and region, or that
// it was deleted.
type NoStackError struct {
	Stack string // the requested name or id
	Err   error  // CloudFormation's error, if any
}

// Error says which.
func (e *NoStackError) Error() string {
	return fmt.Sprintf("there is no stack %s in this account and region", e.Stack)
}

// Unwrap returns CloudFormation's error, if any.
func (e *NoStackError) Unwrap() error { return e.Err }

// noStack is CloudFormation's error code for a well-formed name or id of a stack
// that does not exist.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
const noStack = "ValidationError"

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "CloudFormation denied %[1]s: you need the action cloudformation:%[1]s on the stack: %[2]w",
	quarantine.Throttled:    "CloudFormation throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "CloudFormation did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "CloudFormation refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure converts the error of an operation that reads a stack.
func failure(operation, stack string, err error) error {
	if awserror.HasCode(err, noStack) {
		return &NoStackError{Stack: stack, Err: err}
	}
	return named(operation, err)
}

// named converts the error of an operation to a named failure.
func named(operation string, err error) error {
	name := awserror.Name(err, nil)
	return quarantine.Failf(name, advice[name], operation, err)
}
