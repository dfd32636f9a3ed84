package moto

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	program = "moto_server"
	// patience allows for a first start on a busy machine; usually it takes a second or two.
	patience = time.Minute
	attempts = 3 // another process can take the port between choosing and using it
)

// required reports whether a missing moto_server is a failure.
func required() bool {
	return os.Getenv("QUARANTINE_REQUIRE_MOTO") == "1" //nolint:forbidigo // the only place that reads it, in tests only
}

// missing reports whether the error means that the program is not installed.
func missing(err error) bool { return errors.Is(err, exec.ErrNotFound) }

// shared is the endpoint of the test binary's only server.
var shared = sync.OnceValues(func() (string, error) {
	path, err := locate()
	if err != nil {
		return "", err
	}
	s, err := start(context.Background(), path)
	if err != nil {
		return "", err
	}
	return s.endpoint, nil
})

func locate() (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", fmt.Errorf("%s is not on the PATH; pip install 'moto[server]' brings it: %w", program, err)
	}
	return path, nil
}

// server is a moto process. It ends when the pipe to its watch script is closed: by
// stop, or by the operating system when the test binary ends for any reason.
type server struct {
	endpoint string
	pipe     io.Closer
	ended    chan struct{}
	said     *transcript
}

// watch starts the program, and kills it at the end of standard input.
const watch = `exec 3<&0
"$0" "$@" </dev/null 3<&- & server=$!
(cat <&3; kill "$server") >/dev/null 2>&1 &
wait "$server"`

func start(ctx context.Context, path string) (s *server, err error) {
	for range attempts {
		if s, err = startOnce(ctx, path); err == nil {
			return s, nil
		}
	}
	return nil, err
}

func startOnce(ctx context.Context, path string) (*server, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", watch, path, "-H", "127.0.0.1", "-p", port)
	cmd.Env = environment(cmd.Environ())
	s := &server{endpoint: "http://127.0.0.1:" + port, ended: make(chan struct{}), said: &transcript{}}
	cmd.Stdout, cmd.Stderr = s.said, s.said
	if s.pipe, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(s.ended)
		_ = cmd.Wait() // the exit status adds nothing to what it printed
	}()
	if err := s.await(ctx); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// environment removes the variables that would change the server's behaviour: moto's own
// settings, and those that AWS's libraries read.
func environment(all []string) []string {
	all = slices.DeleteFunc(all, func(v string) bool {
		return strings.HasPrefix(v, "MOTO_") || strings.HasPrefix(v, "AWS_")
	})
	// Otherwise moto loads about a thousand public images into every account; no test uses them.
	return append(all, "MOTO_EC2_LOAD_DEFAULT_AMIS=false")
}

// await polls until the server answers.
func (s *server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if s.answers(ctx) {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("%s ended before it answered: %s", program, s.said)
		case <-ctx.Done():
			return fmt.Errorf("%s did not answer within %s: %s", program, patience, s.said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *server) answers(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.endpoint+"/moto-api/data.json", nil)
	if err != nil {
		return false
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return false
	}
	return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
}

// stop ends the server and waits until it is gone.
func (s *server) stop() {
	_ = s.pipe.Close()
	<-s.ended
}

func freePort(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// transcript keeps the end of the server's output.
type transcript struct {
	mu  sync.Mutex
	end []byte
}

const kept = 4096 // bytes

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, p...)
	t.end = bytes.Clone(t.end[max(0, len(t.end)-kept):])
	return len(p), nil
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.end)
}
