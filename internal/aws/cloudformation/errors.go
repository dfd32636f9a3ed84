package cloudformation

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// NoStackError says that there is no such stack in the account and region, or
// that it was deleted.
type NoStackError struct {
	Stack string // the name or id that was asked for
	Err   error  // CloudFormation's, if it gave one
}

// Error says what to do.
func (e *NoStackError) Error() string {
	return fmt.Sprintf("there is no stack %s in this account and region: aws cloudformation list-stacks shows those that are", e.Stack)
}

// Unwrap gives CloudFormation's error, if there is one.
func (e *NoStackError) Unwrap() error { return e.Err }

// noStack is what CloudFormation says of a well-formed name, or id, of a stack
// that is not there.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
const noStack = "ValidationError"

// names gives CloudFormation's error codes the domain's names. Codes that are
// not here are told apart by the answer's status alone.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
var names = map[string]string{
	"AccessDenied":                quarantine.AccessDenied,
	"AccessDeniedException":       quarantine.AccessDenied,
	"NotAuthorized":               quarantine.AccessDenied,
	"UnrecognizedClientException": quarantine.AccessDenied,
	"InvalidClientTokenId":        quarantine.AccessDenied,
	"MissingAuthenticationToken":  quarantine.AccessDenied,
	"ExpiredToken":                quarantine.AccessDenied,
	"ExpiredTokenException":       quarantine.AccessDenied,
	"OptInRequired":               quarantine.AccessDenied,

	"Throttling":           quarantine.Throttled,
	"ThrottlingException":  quarantine.Throttled,
	"RequestLimitExceeded": quarantine.Throttled,

	"InternalFailure":    quarantine.Unavailable,
	"ServiceUnavailable": quarantine.Unavailable,
}

// advice is what to do about a failure of that name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "CloudFormation denied %[1]s: you need the action cloudformation:%[1]s on the stack: %[2]w",
	quarantine.Throttled:    "CloudFormation throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "CloudFormation did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "CloudFormation refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure names the error of an operation that reads a stack.
func failure(operation, stack string, err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == noStack {
		return &NoStackError{Stack: stack, Err: err}
	}
	return named(operation, err)
}

// named names the error of an operation.
func named(operation string, err error) error {
	name := awserror.Name(err, names)
	return quarantine.Failf(name, advice[name], operation, err)
}
