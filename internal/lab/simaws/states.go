package simaws

import (
	"context"

	"github.com/aws/smithy-go"
)

// statesService says "slower", "our fault" and "you may not" as Step Functions does:
// https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
var statesService = &service{
	name: "states", id: "SFN",
	throttled: func(*Account, Call) error { return fail("ThrottlingException", "Rate exceeded") },
	broken: func() error {
		return &smithy.GenericAPIError{Code: "InternalFailure", Message: "An internal error has occurred", Fault: smithy.FaultServer}
	},
	denied: func(a *Account, c Call) error {
		return fail("AccessDeniedException", "%s", a.notAllowed(c, "states", a.arn("states", "*")))
	},
}

// States is a call to Step Functions, which somebody else stands in for: it is
// on record and can go wrong like any other, and its effect is do, which must
// neither wait nor call the account. An error of do's is in the chain of its own.
func (a *Account) States(ctx context.Context, name string, do func() error) error {
	_, err := invoke(ctx, a, operation{service: statesService, name: name, mutating: true}, &struct{}{},
		func(*struct{}) (*struct{}, error) { return &struct{}{}, do() })
	return err
}
