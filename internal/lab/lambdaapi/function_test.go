package lambdaapi_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
)

// TestMain runs as a hand-written runtime if it was started as a function, and as the
// tests otherwise.
func TestMain(m *testing.M) {
	own := struct {
		API       string `env:"AWS_LAMBDA_RUNTIME_API"`
		Behaviour string `env:"BEHAVIOUR"`
	}{}
	if err := env.Parse(&own); err != nil {
		panic(err)
	}
	if own.API == "" {
		os.Exit(m.Run())
	}
	behave("http://"+own.API+"/2018-06-01/runtime/", own.Behaviour)
}

func behave(api, how string) {
	const failure = `{"errorType":"Own","errorMessage":"text"}`
	switch how {
	case "init error":
		post(api+"init/error", failure)
		os.Exit(7)
	case "no start":
		os.Exit(7)
	}
	for {
		id, event := next(api)
		switch how {
		case "echo":
			post(api+"invocation/"+id+"/response", event)
		case "environment":
			post(api+"invocation/"+id+"/response", strings.Join(new(exec.Cmd).Environ(), "\n"))
		case "error":
			post(api+"invocation/"+id+"/error", failure)
		case "error and exit":
			post(api+"invocation/"+id+"/error", failure)
			os.Exit(7)
		case "wrong id":
			post(api+"invocation/none/response", event)
			return
		case "exit":
			os.Exit(7)
		case "hang":
			time.Sleep(time.Minute)
		}
	}
}

func next(api string) (id, event string) {
	r, err := http.Get(api + "invocation/next")
	if err != nil {
		panic(err)
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	return r.Header.Get("Lambda-Runtime-Aws-Request-Id"), string(body)
}

func post(url, body string) {
	r, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	fmt.Println("posted:", r.StatusCode)
	_ = r.Body.Close()
}

func run(t *testing.T, behaviour string) *lambdaapi.Function {
	t.Helper()
	timeout := time.Minute // never reached, not even on a busy computer
	if behaviour == "hang" {
		timeout = time.Second
	}
	return lambdaapi.Run(t, lambdaapi.Options{
		Bootstrap: os.Args[0], Timeout: timeout, Env: map[string]string{"BEHAVIOUR": behaviour},
	})
}

func TestEventsAreAnsweredOneAfterAnother(t *testing.T) {
	t.Parallel()
	f := run(t, "echo")
	seen := map[string]bool{}
	for _, event := range []string{`{"n":1}`, `{"n":2}`, ``} {
		got := f.Invoke(t.Context(), event)
		if got.Error != nil || got.Payload != event || got.Ended || seen[got.RequestID] {
			t.Errorf("%s: got %+v", event, got)
		}
		seen[got.RequestID] = true
	}
	if got := strings.Count(f.Output(), "posted: 202"); got != 3 {
		t.Errorf("%d answers were accepted:\n%s", got, f.Output())
	}
}

func TestFailuresHaveLambdasErrorNames(t *testing.T) {
	t.Parallel()
	for behaviour, want := range map[string]struct {
		err   string
		ended bool
	}{
		"error":          {"Own: text", false},
		"error and exit": {"Own: text", true},
		"init error":     {"Own: text", true},
		"no start":       {"Runtime.ExitError: RequestId:  Error: Runtime exited with error: exit status 7", true},
		"exit":           {"Runtime.ExitError: RequestId: 00000000-0000-4000-8000-000000000001 Error: Runtime exited with error: exit status 7", true},
		"wrong id":       {"Runtime.ExitError: RequestId: 00000000-0000-4000-8000-000000000001 Error: Runtime exited without a reason", true},
		"hang":           {"Sandbox.Timedout: RequestId: 00000000-0000-4000-8000-000000000001 Error: Task timed out after 1.00 seconds", true},
	} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()
			got := run(t, behaviour).Invoke(t.Context(), `{}`)
			if got.Error == nil || got.Error.Error() != want.err || got.Ended != want.ended {
				t.Errorf("got %v, ended %t; want %s, ended %t", got.Error, got.Ended, want.err, want.ended)
			}
		})
	}
}

func TestAnEventAfterTheProcessEndedStartsANewOne(t *testing.T) {
	t.Parallel()
	f := run(t, "exit")
	for range 2 {
		if got := f.Invoke(t.Context(), `{}`); got.Error == nil || got.Error.Type != lambdaapi.ExitError {
			t.Errorf("got %+v", got)
		}
	}
}

func TestThereMustBeABootstrap(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: filepath.Join(t.TempDir(), "none")})
	if _, err := f.Start(t.Context()); err == nil {
		t.Error("a function without a bootstrap started")
	}
}

func TestTheProcessDoesNotInheritTheTestsEnvironment(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "SOMETHING_ELSE"} {
		t.Setenv(name, "planted")
	}
	got := run(t, "environment").Invoke(t.Context(), `{}`)
	if strings.Contains(got.Payload, "planted") || strings.Contains(got.Payload, "HOME=") || !strings.Contains(got.Payload, "AWS_ACCESS_KEY_ID="+lambdaapi.AccessKeyID) {
		t.Errorf("the process has the variables\n%s", got.Payload)
	}
}

func TestABuildFailureIsAnError(t *testing.T) {
	t.Parallel()
	err := lambdaapi.Build(t.Context(), filepath.Join(t.TempDir(), "out"), "./none")
	if err == nil || !strings.Contains(err.Error(), "go build ./none") {
		t.Errorf("got %v", err)
	}
}
