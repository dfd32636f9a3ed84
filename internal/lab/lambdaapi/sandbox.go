package lambdaapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// sandbox is one process and its Runtime API.
type sandbox struct {
	api     *api
	server  *http.Server
	command *exec.Cmd
	ended   chan struct{} // closed when the process has ended
	err     error         // why it ended; read after ended
	started time.Time
	took    time.Duration
}

// open starts a process. The process outlives the context of the event that started it.
func open(ctx context.Context, o Options, w *os.File) (*sandbox, error) {
	ctx = context.WithoutCancel(ctx)
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sandbox{api: newAPI(), command: exec.CommandContext(ctx, o.Bootstrap), ended: make(chan struct{})}
	s.server = &http.Server{Handler: s.api.routes(), ReadHeaderTimeout: initTime}
	s.command.Env = environment(o, listener.Addr().String())
	s.command.Stdout, s.command.Stderr = w, w
	go func() { _ = s.server.Serve(listener) }()
	s.started = time.Now()
	if err := s.command.Start(); err != nil {
		_ = s.server.Close()
		return nil, err
	}
	go func() {
		s.err = s.command.Wait()
		close(s.ended)
	}()
	return s, nil
}

// environment is Lambda's, with made-up credentials, and without access to files of this
// computer that could hold real ones.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func environment(o Options, runtimeAPI string) []string {
	endpoint := o.Endpoint
	if endpoint == "" {
		endpoint = "http://127.0.0.1:1"
	}
	env := []string{
		"AWS_LAMBDA_RUNTIME_API=" + runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME=lambdatest", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=" + AccessKeyID, "AWS_SECRET_ACCESS_KEY=lambdatest", "AWS_SESSION_TOKEN=lambdatest",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ENDPOINT_URL=" + endpoint,
	}
	for name, value := range o.Env {
		env = append(env, name+"="+value)
	}
	return env
}

// AccessKeyID is the access key ID that functions get.
const AccessKeyID = "LAMBDATEST"

// ready waits until the process asks for its first event.
func (s *sandbox) ready(ctx context.Context) error {
	select {
	case <-s.api.idle:
		s.took = time.Since(s.started)
		return nil
	case p := <-s.api.posts:
		return asError(p.err)
	case <-s.ended:
		return s.exit("")
	case <-ctx.Done():
		return &Error{Type: Timedout, Message: "the function did not start in time"}
	}
}

// answer passes an event to the process, which waits for one, and waits until the process
// asks for the next.
func (s *sandbox) answer(ctx context.Context, e event, a *Answer) {
	e.deadline, _ = ctx.Deadline()
	select {
	case s.api.events <- e:
	case <-s.ended:
		a.Error, a.Ended = s.exit(e.id), true
		return
	}
	select {
	case p := <-s.api.posts:
		a.Payload, a.Error = p.payload, p.err
	case <-s.ended:
		a.Error, a.Ended = s.exit(e.id), true
		return
	case <-ctx.Done():
		a.Error, a.Ended = &Error{Type: Timedout}, true
		return
	}
	select {
	case <-s.api.idle:
	case <-s.ended:
		a.Ended = true
	case <-ctx.Done():
		a.Ended = true
	}
}

// exit is the error that Lambda reports for a process that ended.
func (s *sandbox) exit(id string) *Error {
	how := "without a reason"
	if s.err != nil {
		how = "with error: " + s.err.Error()
	}
	return &Error{Type: ExitError, Message: fmt.Sprintf("RequestId: %s Error: Runtime exited %s", id, how)}
}

func (s *sandbox) close() {
	_ = s.command.Process.Kill() // it may have ended already
	<-s.ended
	_ = s.server.Close()
}

func asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Type: ExitError, Message: err.Error()}
}

// errorOf parses a posted error.
func errorOf(body []byte) *Error {
	var e Error
	if err := json.Unmarshal(body, &e); err != nil {
		return &Error{Message: "the runtime posted an error that cannot be read: " + err.Error()}
	}
	return &e
}
