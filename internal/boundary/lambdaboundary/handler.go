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

// reserve is kept of an invocation's time to say what it was spent on: at the
// deadline itself Lambda ends the process, and all that arrives is
// Sandbox.Timedout.
const reserve = 500 * time.Millisecond

// exitError is Lambda's name for a process that ended in the middle. A panic
// gets it too: one in another goroutine does end the process before anybody
// can name it, and where a panic happens should make no difference to who
// retries it.
const exitError = "Runtime.ExitError"

// handler is a function as the runtime calls it.
type handler struct {
	function boundary.Function
	log      *slog.Logger
	broken   bool // it answers with errors alone, and each answer is the process's last
}

// Invoke answers one event. Every error is an InvokeResponse_Error.
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

// report makes of an error what the runtime passes on as it is: a value of this
// type, for of any other it reports the name of the Go type. See lambda/errors.go of
// https://github.com/aws/aws-lambda-go. With exit, the process ends after the answer.
func report(named *boundary.Error, exit bool) messages.InvokeResponse_Error {
	return messages.InvokeResponse_Error{Type: named.Type, Message: named.Message, ShouldExit: exit}
}

// ahead ends the context a reserve before its deadline.
func ahead(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}
