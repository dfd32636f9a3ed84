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
	"errors"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Function is a handler as Lambda invokes it.
type Function func(ctx context.Context, payload []byte) ([]byte, error)

// Error is a handler's error as Lambda reports it. Its JSON form is what Step
// Functions gives a Catch as the Cause:
// https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
type Error struct {
	Message string `json:"errorMessage"` // in the order in which Go's runtime writes them
	Type    string `json:"errorType"`
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
			return nil, Name(quarantine.Failf(quarantine.BadRequest, "the function's input does not fit: %w", err))
		}
		out, err := handle(ctx, in)
		if err != nil {
			return nil, Name(err)
		}
		encoded, err := json.Marshal(out)
		if err != nil {
			return nil, Name(fmt.Errorf("the function's output has no JSON form: %w", err))
		}
		return encoded, nil
	}
}

// Name gives an error its name: that of the outermost failure, or Unavailable
// where nothing is named and the time of the call ran out, or Unexpected. An
// error that has a name here keeps it.
func Name(err error) *Error {
	if named, ok := errors.AsType[*Error](err); ok {
		return named
	}
	named := &Error{Type: quarantine.NameOf(err), Message: err.Error()}
	if named.Type == quarantine.Unexpected && errors.Is(err, context.DeadlineExceeded) {
		named.Type, named.Message = quarantine.Unavailable, "the function's time ran out: "+named.Message
	}
	return named
}
