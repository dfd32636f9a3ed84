package call

import (
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
)

// Service is how a service names itself and its failures, and what of it the
// faults need that look back or try something first.
type Service struct {
	*Endpoint
	Name string // as in an endpoint and an IAM action: "ec2"
	ID   string // as in the SDK's errors: "EC2"

	// The words in which the service says "slower", "our fault" and "you may
	// not"; called without the lock.
	Throttled func(c Call) error
	Broken    func() error
	Denied    func(c Call) error
	// Coded gives the answer to a fault of kind [Code] where it is more than the
	// code and the message, and nil elsewhere; nil is never.
	Coded func(c Call, code, message string) error

	// State gives earlier states back for [Stale], and takes back what a
	// [Delayed] request with an answer has tried; nil is none of both.
	State State
	// Consistent tells a read that sees every write before it; nil is no such read.
	Consistent func(c Call) bool

	earlier []any // states before the last changes, the newest last; kept for Stale
}

// Fail is an answer of AWS's with the given code.
func Fail(code, format string, args ...any) error {
	return &smithy.GenericAPIError{Code: code, Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

// ServerFault is an answer of AWS's that says that the fault is not the caller's.
func ServerFault(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message, Fault: smithy.FaultServer}
}

// ARN is the name of a resource of the account.
func (e *Endpoint) ARN(service, resource string) string {
	return strings.Join([]string{"arn", "aws", service, e.opts.Region, e.opts.AccountID, resource}, ":")
}

// NotAllowed is the sentence that IAM gives:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func (e *Endpoint) NotAllowed(c Call, prefix, resource string) string {
	action := prefix + ":" + c.Operation
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
		e.Identity(c.Caller), action, resource, action)
}
