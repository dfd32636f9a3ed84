// Package states records calls to Step Functions for an in-memory account.
package states

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Machines are the account's state machines. They run outside of the account.
type Machines struct{ service *call.Service }

// New adds Step Functions to the endpoint. Its errors for throttling, server faults and denied
// access are those of
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

// States makes a call to Step Functions. The call is recorded and subject to faults like any other;
// its effect is do, which must neither wait nor call the account. An error of do is in the chain of
// the returned error.
func (m *Machines) States(ctx context.Context, name string, do func() error) error {
	_, err := call.Invoke(ctx, m.service, call.Operation{Name: name, Mutating: true}, &struct{}{},
		func(*struct{}) (*struct{}, error) { return &struct{}{}, do() })
	return err
}
