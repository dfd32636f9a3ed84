// Package lambdaapi runs a Lambda function's executable on this computer, as
// Lambda runs it: a Runtime API on loopback hands events to it and takes its
// answers, and a process that ends, hangs or fails at start is reported under
// Lambda's own names.
//
// The process sees nothing of the environment that the test runs in: its
// credentials are not real, and its AWS endpoint is one that the test gives or
// one where nobody listens.
//
// AWS's own emulator (https://github.com/aws/aws-lambda-runtime-interface-emulator)
// runs these executables, too, and cannot stand in here: it answers an event that
// failed with status 200 and no header that says so, it tells neither when a process
// asked for its first event nor what memory it took, and it is a program with two
// ports of its own for each function, whose packages are internal to its module.
package lambdaapi

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"testing"
	"time"
)

// Options say what is run.
type Options struct {
	Bootstrap string // the executable's path
	Env       map[string]string
	// Endpoint is the base URL that stands for every AWS service; "" is one
	// that refuses connections.
	Endpoint string
	// Timeout is for one event; 0 is 3 s, as in Lambda.
	Timeout time.Duration
}

// Names that Lambda itself gives to errors:
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
const (
	ExitError = "Runtime.ExitError" // the process ended before it answered
	Timedout  = "Sandbox.Timedout"  // it did not answer in time, and was ended
)

// initTime is Lambda's limit for a start:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const initTime = 10 * time.Second

// Error is what a function's failure looks like to the service that invoked it.
type Error struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// Error is the name and the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Answer is what came of an event.
type Answer struct {
	RequestID string
	Payload   string // "" where there is an Error
	Error     *Error
	Ended     bool // the process has ended; the next event finds a new one
}

// Function answers one event after the other; a process is started where none is running.
type Function struct {
	options Options
	// output is a file and no pipe: what a process has written is there at once.
	output *os.File

	mu      sync.Mutex
	sandbox *sandbox // nil where no process is running
	events  int
}

// New prepares a function; no process is started yet. Close it in the end.
func New(o Options) (*Function, error) {
	if o.Timeout == 0 {
		o.Timeout = 3 * time.Second
	}
	w, err := os.CreateTemp("", "lambdaapi")
	if err != nil {
		return nil, err
	}
	return &Function{options: o, output: w}, os.Remove(w.Name()) // it lives until it is closed
}

// Run is New for a test, which shows what the function wrote if it fails.
func Run(t testing.TB, o Options) *Function {
	t.Helper()
	f, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the function wrote:\n%s", f.Output())
		}
		f.Close()
	})
	return f
}

// Start starts a process, unless one is running, and gives the time from there
// until it asked for its first event. The error is an *Error, or says why
// there is no process.
func (f *Function) Start(ctx context.Context) (time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.start(ctx)
}

// Invoke gives the function an event. It returns once the function asks for
// the next one, or has ended.
func (f *Function) Invoke(ctx context.Context, payload string) Answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events++
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", f.events)
	answer := Answer{RequestID: id}
	if _, err := f.start(ctx); err != nil {
		answer.Error, answer.Ended = asError(err), true
		return answer
	}
	ctx, cancel := context.WithTimeout(ctx, f.options.Timeout)
	defer cancel()
	f.sandbox.answer(ctx, event{id: id, payload: payload}, &answer)
	if answer.Error != nil && answer.Error.Type == Timedout {
		answer.Error.Message = fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", id, f.options.Timeout.Seconds())
	}
	if answer.Ended {
		f.stop()
	}
	return answer
}

// PeakMemory is the most memory, in bytes, that the running process has had
// resident so far; 0 where none is running, or the system does not tell.
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
func (f *Function) PeakMemory() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.sandbox == nil {
		return 0
	}
	return peak(f.sandbox.command.Process.Pid)
}

// Output is all that the function's processes wrote, to stdout and stderr.
func (f *Function) Output() string {
	text, err := io.ReadAll(io.NewSectionReader(f.output, 0, math.MaxInt64))
	if err != nil {
		return "what the function wrote cannot be read: " + err.Error()
	}
	return string(text)
}

// Close ends the process. There is no Output after it.
func (f *Function) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stop()
	_ = f.output.Close()
}

func (f *Function) start(ctx context.Context) (time.Duration, error) {
	if f.sandbox != nil {
		return 0, nil
	}
	s, err := open(ctx, f.options, f.output)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, initTime)
	defer cancel()
	if err := s.ready(ctx); err != nil {
		s.close()
		return 0, err
	}
	f.sandbox = s
	return s.took, nil
}

func (f *Function) stop() {
	if f.sandbox != nil {
		f.sandbox.close()
		f.sandbox = nil
	}
}
