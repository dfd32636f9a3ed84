// Package boundary adapts a typed handler to Lambda: it decodes the JSON input,
// encodes the JSON output, and gives each error the one name that the state machine
// catches.
//
// A Catch on a Lambda task matches the errorType that the function's runtime
// reports. For a wrapped error the runtime would report the name of a Go type, so
// errors are named here and nowhere else.
package boundary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Function is a handler as Lambda invokes it.
type Function func(ctx context.Context, payload []byte) ([]byte, error)

// Error is a handler's error as Lambda reports it. Step Functions passes its JSON
// form to a Catch as the Cause:
// https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
type Error struct {
	Message string `json:"errorMessage"` // in the order in which Go's Lambda runtime writes the fields
	Type    string `json:"errorType"`
}

// Error returns the type and the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Wrap makes a Function of a typed handler. Its errors are of type *Error. Payload
// fields that In does not have are ignored: an execution keeps the definition that it
// started with, while functions are replaced under it, in either direction. A payload of a
// newer version than this release knows is handled likewise, and logged: to refuse it would
// leave a compromised resource as it is.
func Wrap[In, Out any](handle func(context.Context, In) (Out, error)) Function {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		var in In
		if err := json.Unmarshal(payload, &in); err != nil {
			return nil, Name(quarantine.Failf(quarantine.BadRequest, "the function's input does not fit: %w", err))
		}
		sayIfNewer(ctx, payload)
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

// sayIfNewer logs that the definition which calls is of a newer release than the function.
func sayIfNewer(ctx context.Context, payload []byte) {
	var of struct {
		Execution struct {
			Version int `json:"version"`
		} `json:"execution"`
	}
	if json.Unmarshal(payload, &of) == nil && of.Execution.Version > quarantine.PayloadVersion {
		slog.WarnContext(ctx, "the definition is of a newer release than the function: what the function does not know of its payload is ignored",
			"definition", of.Execution.Version, "function", quarantine.PayloadVersion)
	}
}

// Name names an error: the name of the outermost quarantine.Failure; Unavailable
// if there is none and the call's deadline passed; otherwise Unexpected. An error
// that is an *Error already keeps its name.
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
