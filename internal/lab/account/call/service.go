package call

import (
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
)

// Service is a service's names and errors, and its state as far as the faults Stale and Delayed
// need it.
type Service struct {
	*Endpoint
	Name string // as in endpoints and IAM actions: "ec2"
	ID   string // as in the SDK's errors: "EC2"

	// The service's errors for throttling, a server fault, and denied access; called without the
	// lock.
	Throttled func(c Call) error
	Broken    func() error
	Denied    func(c Call) error
	// Coded returns the answer to a fault of kind [Code] if it is more than code and message, and
	// otherwise nil. Coded may be nil.
	Coded func(c Call, code, message string) error

	// State provides earlier states for [Stale], and undoes the trial of a [Delayed] request with
	// an answer; nil if the service supports neither.
	State State
	// Consistent reports whether a read must see all earlier writes; nil if no read must.
	Consistent func(c Call) bool

	earlier []any // states before the last changes, newest last; for Stale
}

// Fail is an AWS error with that code.
func Fail(code, format string, args ...any) error {
	return &smithy.GenericAPIError{Code: code, Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

// ServerFault is an AWS error that is the server's fault.
func ServerFault(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message, Fault: smithy.FaultServer}
}

// ARN is the ARN of a resource in the account.
func (e *Endpoint) ARN(service, resource string) string {
	return strings.Join([]string{"arn", e.opts.Partition, service, e.opts.Region, e.opts.AccountID, resource}, ":")
}

// NotAllowed is IAM's error message:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func (e *Endpoint) NotAllowed(c Call, prefix, resource string) string {
	action := prefix + ":" + c.Operation
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
		e.Identity(c.Caller), action, resource, action)
}
