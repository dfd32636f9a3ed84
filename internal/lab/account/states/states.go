// Package states is the way of calls to Step Functions of an account in memory.
package states

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Machines are the account's state machines, which somebody else runs.
type Machines struct{ service *call.Service }

// New plugs Step Functions into the endpoint. It says "slower", "our fault" and
// "you may not" as in
// https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
func New(e *call.Endpoint) *Machines {
	return &Machines{service: &call.Service{
		Endpoint: e, Name: "states", ID: "SFN",
		Throttled: func(call.Call) error { return call.Fail("ThrottlingException", "Rate exceeded") },
		Broken:    func() error { return call.ServerFault("InternalFailure", "An internal error has occurred") },
		Denied: func(c call.Call) error {
			return call.Fail("AccessDeniedException", "%s", e.NotAllowed(c, "states", e.ARN("states", "*")))
		},
	}}
}

// States is a call to Step Functions, which somebody else stands in for: it is
// on record and can go wrong like any other, and its effect is do, which must
// neither wait nor call the account. An error of do's is in the chain of its own.
func (m *Machines) States(ctx context.Context, name string, do func() error) error {
	_, err := call.Invoke(ctx, m.service, call.Operation{Name: name, Mutating: true}, &struct{}{},
		func(*struct{}) (*struct{}, error) { return &struct{}{}, do() })
	return err
}
