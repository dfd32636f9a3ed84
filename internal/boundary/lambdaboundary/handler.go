package lambdaboundary

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
)

// reserve is the time kept free before an invocation's deadline to report what the
// invocation timed out on. At the deadline itself Lambda ends the process, and the
// state machine sees nothing but Sandbox.Timedout.
const reserve = 500 * time.Millisecond

// exitError is Lambda's name for a process that ended during an invocation. A
// recovered panic gets the same name: a panic in another goroutine ends the process
// before it can be named, and retries should not depend on where a panic happens.
const exitError = "Runtime.ExitError"

// handler is a function as the runtime calls it.
type handler struct {
	function boundary.Function
	log      *slog.Logger
	broken   bool // every event is answered with an error, and the process ends after each answer
}

// Invoke answers one event. Every error is a messages.InvokeResponse_Error.
func (h *handler) Invoke(ctx context.Context, payload []byte) (out []byte, err error) {
	ctx = withSubject(ctx, payload)
	ctx, cancel := ahead(ctx)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			h.log.ErrorContext(ctx, "the function panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			out, err = nil, report(&boundary.Error{Type: exitError, Message: fmt.Sprint("the function panicked: ", p)}, true)
		}
	}()
	out, err = h.function(ctx, payload)
	if err != nil {
		named := boundary.Name(err)
		h.log.ErrorContext(ctx, "the function failed", "errorType", named.Type, "error", named.Message)
		return nil, report(named, h.broken)
	}
	return out, nil
}

// report makes the error value that the runtime passes on unchanged. For an error of
// any other type the runtime reports the name of its Go type: see lambda/errors.go of
// https://github.com/aws/aws-lambda-go. With exit, the process ends after the answer.
func report(named *boundary.Error, exit bool) messages.InvokeResponse_Error {
	return messages.InvokeResponse_Error{Type: named.Type, Message: named.Message, ShouldExit: exit}
}

// ahead derives a context that ends the reserve before ctx's deadline.
func ahead(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}
