package main

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var bootstrap string

func TestMain(m *testing.M) { os.Exit(lambdaapi.Main(m, &bootstrap)) }

// request is what the state machine gives the function.
const request = `{"claim":{"incident":"inc-1","owner":"arn:aws:states:us-east-1:111122223333:execution:quarantine:run-1",
	"resource":{"kind":"instance","accountId":"111122223333","region":"us-east-1","id":"i-0abcdef1234567890"}},
	"finding":{},"verdict":{},"exempt":{},
	"execution":{"id":"arn:aws:states:us-east-1:111122223333:execution:quarantine:run-1","name":"run-1","startedAt":"2026-01-31T12:05:01.000Z"}}`

var table = map[string]string{"LEDGER_TABLE": "planted-table", "ACCOUNT_ID": "111122223333"}

func fails(t *testing.T, a lambdaapi.Answer, name, text string) {
	t.Helper()
	if a.Error == nil || a.Error.Type != name || !strings.Contains(a.Error.Message, text) {
		t.Errorf("got %v %s, want %s: %s", a.Error, a.Payload, name, text)
	}
}

func TestEC2sErrorsArriveUnderTheNamesThatTheDefinitionKnows(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct {
		status, attempts int
		name, text       string
	}{
		"UnauthorizedOperation":      {403, 1, quarantine.AccessDenied, "ec2:DescribeInstances"},
		"RequestLimitExceeded":       {503, attempts, quarantine.Throttled, "RequestLimitExceeded"},
		"InternalError":              {500, attempts, quarantine.Unavailable, "InternalError"},
		"InvalidInstanceID.NotFound": {400, 1, quarantine.InstanceGone, "EC2 does not know the instance"},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			e := lambdaapi.NewEndpoint(t, func(w http.ResponseWriter, _ *http.Request, _ string) { lambdaapi.RefuseEC2(w, want.status, code) })
			f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Endpoint: e.URL, Env: table, Timeout: time.Minute})
			fails(t, f.Invoke(t.Context(), request), want.name, want.text)
			if got := e.Calls("DescribeInstances"); got != want.attempts {
				t.Errorf("%d attempts, want %d", got, want.attempts)
			}
			if got := e.KeyIDs(); !slices.Equal(got, []string{lambdaapi.AccessKeyID}) {
				t.Errorf("requests were signed with %v", got)
			}
			if log := f.Output(); !strings.Contains(log, `"incident":"inc-1"`) || strings.Contains(log, "planted") {
				t.Errorf("the log should name the incident and not the environment:\n%s", log)
			}
		})
	}
}

// attempts is how often a call is made in all; the state machine retries beyond it.
const attempts = 2

// A brake that is out of order is asked no more often than anything else: whoever
// is about to cut does not wait for it.
func TestABrakeThatIsOutOfOrderIsNotAskedOnAndOn(t *testing.T) {
	t.Parallel()
	e := lambdaapi.NewEndpoint(t, func(w http.ResponseWriter, _ *http.Request, action string) {
		if action == "UpdateItem" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		lambdaapi.RefuseEC2(w, http.StatusServiceUnavailable, "RequestLimitExceeded")
	})
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Endpoint: e.URL, Env: table, Timeout: time.Minute})
	counted := strings.Replace(request, `"finding":{}`, `"limits":{"accountPerHour":20},
		"finding":{"instances":[{"id":"i-0abcdef1234567890","interfaces":[{"vpcId":"vpc-0abcdef1234567890"}]}]}`, 1)
	fails(t, f.Invoke(t.Context(), counted), quarantine.Throttled, "RequestLimitExceeded")
	if got := e.Calls("UpdateItem"); got != attempts {
		t.Errorf("%d attempts to count the isolation, want %d", got, attempts)
	}
	if got := e.Calls("DescribeInstances"); got != attempts {
		t.Errorf("%d attempts to read the instance, want %d", got, attempts)
	}
}

// What is measured goes to standard output, in a line of its own.
func TestAFailureIsMeasuredWhereANamespaceIsSet(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Env: map[string]string{"LEDGER_TABLE": "t", "ACCOUNT_ID": "111122223333", "METRICS_NAMESPACE": "Quarantine/stack"}})
	fails(t, f.Invoke(t.Context(), `{}`), quarantine.BadRequest, "the claim needs incident")
	if log := f.Output(); !strings.Contains(log, `{"IsolationFailed":1,"_aws":`) {
		t.Errorf("nothing is measured in\n%s", log)
	}
}

func TestNobodyAtTheEndpointIsUnavailable(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Env: table, Timeout: time.Minute})
	fails(t, f.Invoke(t.Context(), request), quarantine.Unavailable, "DescribeInstances")
}

func TestTimeThatRunsOutIsToldBeforeLambdaEndsTheProcess(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	e := lambdaapi.NewEndpoint(t, func(_ http.ResponseWriter, r *http.Request, _ string) {
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(stop) })
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Endpoint: e.URL, Env: table, Timeout: 2 * time.Second})
	got := f.Invoke(t.Context(), request)
	fails(t, got, quarantine.Unavailable, "context deadline exceeded")
	if got.Ended {
		t.Error("the process was ended")
	}
}

func TestInputThatNamesNoClaimIsABadRequest(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Env: table})
	fails(t, f.Invoke(t.Context(), `{}`), quarantine.BadRequest, "the claim needs incident")
}

func TestAFunctionWithoutItsTableSaysSo(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Env: map[string]string{"LEDGER_TABLE": ""}})
	fails(t, f.Invoke(t.Context(), request), quarantine.Unexpected, "LEDGER_TABLE is not set")
}
