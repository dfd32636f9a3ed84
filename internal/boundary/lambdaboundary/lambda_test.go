package lambdaboundary_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// TestMain runs as the function under test if Lambda's runtime API started it, and
// as the tests otherwise.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" { //nolint:forbidigo // this is a main
		os.Exit(m.Run())
	}
	lambdaboundary.Main("sample", build)
}

type config struct {
	Behaviour string `env:"BEHAVIOUR"`
	Metrics   lambdaboundary.Metrics
}

func build(_ context.Context, c config, log *slog.Logger) (boundary.Function, error) {
	if c.Behaviour == "broken" {
		return nil, quarantine.Failf(quarantine.BadPolicy, "line 3: no such action")
	}
	return boundary.Wrap(func(ctx context.Context, _ struct{}) (string, error) {
		if c.Behaviour == "measure" {
			c.Metrics.Meter().Measure(quarantine.Once(quarantine.MetricContained))
		}
		return behave(ctx, c.Behaviour, log)
	}), nil
}

func behave(ctx context.Context, how string, log *slog.Logger) (string, error) {
	switch how {
	case "index":
		return strings.Split(how, ",")[1], nil
	case "panic elsewhere":
		go panic("in another goroutine")
		<-ctx.Done()
	case "hang":
		select {}
	case "wait":
		<-ctx.Done()
		return "", ctx.Err()
	case "throttled":
		return "", errors.Join(quarantine.Failf(quarantine.Throttled, "EC2 throttles"), errors.New("and more"))
	case "unnamed":
		return "", errors.New("oops")
	}
	log.DebugContext(ctx, "hidden")
	log.With("kept", 1).InfoContext(ctx, "said", "execution", "as the handler says it")
	return "done", nil
}

func sample(t *testing.T, behaviour string, more ...string) *lambdaapi.Function {
	t.Helper()
	env := map[string]string{"BEHAVIOUR": behaviour}
	for i := 0; i < len(more); i += 2 {
		env[more[i]] = more[i+1]
	}
	timeout := time.Minute // never reached, not even on a busy computer
	if behaviour == "hang" || behaviour == "wait" {
		timeout = 2 * time.Second
	}
	return lambdaapi.Run(t, lambdaapi.Options{Bootstrap: os.Args[0], Timeout: timeout, Env: env})
}

func TestErrorsArriveUnderTheirNames(t *testing.T) {
	t.Parallel()
	for behaviour, want := range map[string]struct {
		name, text string
		ended      bool
	}{
		"throttled":       {name: "Throttled", text: "EC2 throttles\nand more"},
		"unnamed":         {name: "Unexpected", text: "oops"},
		"index":           {name: "Runtime.ExitError", text: "the function panicked: runtime error: index out of range [1] with length 1", ended: true},
		"panic elsewhere": {name: "Runtime.ExitError", text: "Runtime exited with error: exit status 2", ended: true},
		"wait":            {name: "Unavailable", text: "the function's time ran out: context deadline exceeded"},
		"hang":            {name: "Sandbox.Timedout", text: "Task timed out after 2.00 seconds", ended: true},
		"broken":          {name: "BadPolicy", text: "line 3: no such action", ended: true},
	} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()
			got := sample(t, behaviour).Invoke(t.Context(), `{}`)
			if got.Error == nil || got.Error.Type != want.name || !strings.HasSuffix(got.Error.Message, want.text) || got.Ended != want.ended {
				t.Errorf("got %v, ended %t; want %s: ...%s, ended %t", got.Error, got.Ended, want.name, want.text, want.ended)
			}
		})
	}
}

func TestAFunctionAnswersTheNextEventAfterAnError(t *testing.T) {
	t.Parallel()
	f := sample(t, "")
	if got := f.Invoke(t.Context(), `{`); got.Error == nil || got.Error.Type != quarantine.BadRequest || got.Ended {
		t.Errorf("after an invalid payload: %+v", got)
	}
	if got := f.Invoke(t.Context(), `{}`); got.Payload != `"done"` {
		t.Errorf("after a valid payload that followed an invalid one: %+v", got)
	}
}

func TestAFunctionThatCannotBeBuiltLogsItAtStartAndTriesAgainForEachEvent(t *testing.T) {
	t.Parallel()
	f := sample(t, "broken")
	if _, err := f.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if first := lines(t, f)[0]; first["level"] != "ERROR" || first["errorType"] != "BadPolicy" || first["error"] != "line 3: no such action" {
		t.Errorf("the first log line, before any event, is %v", first)
	}
	for range 2 {
		if got := f.Invoke(t.Context(), `{}`); got.Error == nil || got.Error.Type != quarantine.BadPolicy || !got.Ended {
			t.Errorf("got %+v", got)
		}
	}
}

func TestLogsNameTheExecutionAndTheIncident(t *testing.T) {
	t.Parallel()
	for payload, incident := range map[string]any{
		`{"execution":{"name":"run-1"},"incident":"inc-1","secret":"planted"}`:            "inc-1",
		`{"execution":{"name":"run-1"},"claim":{"incident":"inc-2"},"secret":"planted"}`:  "inc-2",
		`{"execution":{"name":"run-1"},"incident":7,"claim":"odd","secret":"planted"}`:    nil,
		`{"execution":{"name":"run-1","id":"arn"},"evidence":null,"secret":["planted"] }`: nil,
	} {
		f := sample(t, "")
		answer := f.Invoke(t.Context(), payload)
		got := line(t, f, "said")
		for key, want := range map[string]any{
			"level": "INFO", "function": "sample", "requestId": answer.RequestID, "kept": 1.0, "execution": "as the handler says it", "incident": incident,
		} {
			if got[key] != want {
				t.Errorf("%s: %s is %v, want %v", payload, key, got[key], want)
			}
		}
		if strings.Contains(f.Output(), "planted") || strings.Contains(f.Output(), lambdaapi.AccessKeyID) || strings.Contains(f.Output(), "hidden") {
			t.Errorf("the log holds part of the payload, a credential or a DEBUG line:\n%s", f.Output())
		}
	}
}

func TestFailuresAreLogged(t *testing.T) {
	t.Parallel()
	f := sample(t, "throttled")
	answer := f.Invoke(t.Context(), `{"execution":{"name":"run-1"}}`)
	got := line(t, f, "the function failed")
	if got["level"] != "ERROR" || got["errorType"] != "Throttled" || got["execution"] != "run-1" || got["requestId"] != answer.RequestID {
		t.Errorf("got %v", got)
	}
}

func TestTheLogLevelComesFromTheEnvironment(t *testing.T) {
	t.Parallel()
	f := sample(t, "", "LOG_LEVEL", "debug")
	f.Invoke(t.Context(), `{}`)
	line(t, f, "hidden")
}

func TestAnInvalidLogLevelIsLoggedAndTreatedAsINFO(t *testing.T) {
	t.Parallel()
	f := sample(t, "", "LOG_LEVEL", "planted")
	if got := f.Invoke(t.Context(), `{}`); got.Payload != `"done"` {
		t.Errorf("got %+v", got)
	}
	line(t, f, "said")
	if first := lines(t, f)[0]; first["level"] != "ERROR" || strings.Contains(f.Output(), "planted") {
		t.Errorf("got %v", first)
	}
}

// line returns the first log line with that message.
func line(t *testing.T, f *lambdaapi.Function, message string) map[string]any {
	t.Helper()
	for _, l := range lines(t, f) {
		if l["message"] == message {
			return l
		}
	}
	t.Fatalf("no log line has the message %q", message)
	return nil
}

// lines parses what the function wrote: one JSON object per line.
func lines(t *testing.T, f *lambdaapi.Function) []map[string]any {
	t.Helper()
	var all []map[string]any
	for s := bufio.NewScanner(strings.NewReader(f.Output())); s.Scan(); {
		var l map[string]any
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatalf("%q: %v", s.Text(), err)
		}
		all = append(all, l)
	}
	return all
}
