// Package lambdaapi runs a Lambda function's executable on this computer as Lambda runs
// it: a Runtime API on loopback passes events to it and takes its answers. A process that
// ends, hangs or fails at start is reported under Lambda's own error names.
//
// The process inherits nothing from the test's environment: its credentials are not real,
// and its AWS endpoint is the test's, or an address that refuses connections.
//
// AWS's own emulator (https://github.com/aws/aws-lambda-runtime-interface-emulator) runs
// these executables, too, but does not fit: it answers a failed event with status 200 and
// no header that shows the failure, it reports neither the time of the first request for
// an event nor the memory, and it is a program with two ports per function, whose packages
// are internal to its module.
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

// Options say what to run.
type Options struct {
	Bootstrap string // the executable's path
	Env       map[string]string
	// Endpoint is the base URL for every AWS service; "" is an address that refuses
	// connections.
	Endpoint string
	// Timeout limits one event; 0 is 3 s, Lambda's default.
	Timeout time.Duration
}

// Names of errors that Lambda itself reports:
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
const (
	ExitError = "Runtime.ExitError" // the process ended before it answered
	Timedout  = "Sandbox.Timedout"  // it did not answer in time, and was killed
)

// initTime is Lambda's limit for initialization:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const initTime = 10 * time.Second

// Error is a function's failure as the invoking service sees it.
type Error struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// Error returns the type and the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Answer is the result of an event.
type Answer struct {
	RequestID string
	Payload   string // "" if there is an Error
	Error     *Error
	Ended     bool // the process has ended; the next event starts a new one
}

// Function answers one event after another. It starts a process if none is running.
type Function struct {
	options Options
	// output is a file, not a pipe: it holds what a process wrote as soon as it wrote it.
	output *os.File

	mu      sync.Mutex
	sandbox *sandbox // nil if no process is running
	events  int
}

// New prepares a function without starting a process. The caller must call Close.
func New(o Options) (*Function, error) {
	if o.Timeout == 0 {
		o.Timeout = 3 * time.Second
	}
	w, err := os.CreateTemp("", "lambdaapi")
	if err != nil {
		return nil, err
	}
	return &Function{options: o, output: w}, os.Remove(w.Name()) // the file exists until it is closed
}

// Run is New for a test: it calls Close, and shows the function's output if the test fails.
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

// Start starts a process, unless one is running, and returns the time until it asked for
// its first event. The error is an *Error, or says why no process could be started.
func (f *Function) Start(ctx context.Context) (time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.start(ctx)
}

// Invoke passes an event to the function. It returns when the function asks for the next
// event, or has ended.
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

// PeakMemory is the running process's peak resident memory in bytes; 0 if no process is
// running or the operating system does not report it.
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
func (f *Function) PeakMemory() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.sandbox == nil {
		return 0
	}
	return peak(f.sandbox.command.Process.Pid)
}

// Output is everything that the function's processes wrote to stdout and stderr.
func (f *Function) Output() string {
	text, err := io.ReadAll(io.NewSectionReader(f.output, 0, math.MaxInt64))
	if err != nil {
		return "what the function wrote cannot be read: " + err.Error()
	}
	return string(text)
}

// Close ends the process and closes Output's file.
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
