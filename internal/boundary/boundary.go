// Package boundary is where a handler meets Lambda: JSON comes in and goes out,
// and an error gets the one name that the state machine knows it by.
//
// The name that a Catch sees for a Lambda task is the errorType that the
// function's runtime reports; wrapped errors would arrive under the names of Go
// types. So errors are named here and nowhere else.
package boundary

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Function is a handler as Lambda invokes it.
type Function func(ctx context.Context, payload []byte) ([]byte, error)

// Error is a handler's error as Lambda reports it. Its JSON form is what Step
// Functions gives a Catch as the Cause:
// https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
type Error struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// Error is the name and the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Wrap makes a Function of a typed handler. Its errors are of type *Error.
// Fields of the payload that In does not have are passed over: during a
// deployment, a definition and a function can be one version apart.
func Wrap[In, Out any](handle func(context.Context, In) (Out, error)) Function {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		var in In
		if err := json.Unmarshal(payload, &in); err != nil {
			return nil, named(quarantine.Failf(quarantine.BadRequest, "the function's input does not fit: %w", err))
		}
		out, err := handle(ctx, in)
		if err != nil {
			return nil, named(err)
		}
		encoded, err := json.Marshal(out)
		if err != nil {
			return nil, named(fmt.Errorf("the function's output has no JSON form: %w", err))
		}
		return encoded, nil
	}
}

// named gives an error its name.
func named(err error) *Error {
	return &Error{Type: quarantine.NameOf(err), Message: err.Error()}
}
