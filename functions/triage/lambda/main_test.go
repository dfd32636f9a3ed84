package main

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/ssm/ssmtest"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var bootstrap string

func TestMain(m *testing.M) { os.Exit(lambdaapi.Main(m, &bootstrap)) }

const parameter = "/quarantine/policy"

// account is an endpoint with an SSM parameter store.
func account(t *testing.T) (*ssmtest.Store, *lambdaapi.Endpoint) {
	t.Helper()
	store := &ssmtest.Store{}
	return store, lambdaapi.NewEndpoint(t, func(w http.ResponseWriter, r *http.Request, _ string) { store.ServeHTTP(w, r) })
}

func function(t *testing.T, e *lambdaapi.Endpoint, env map[string]string) *lambdaapi.Function {
	t.Helper()
	return lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Endpoint: e.URL, Env: env})
}

// payload is the state machine's input to the function for an event.
func payload(event []byte) string {
	return `{"event":` + string(event) + `,"execution":{"id":"arn:aws:states:us-east-1:111122223333:execution:quarantine:run-1",` +
		`"name":"run-1","startedAt":"2026-01-31T12:05:01.000Z"}}`
}

func verdict(t *testing.T, a lambdaapi.Answer) quarantine.Triage {
	t.Helper()
	if a.Error != nil {
		t.Fatalf("got %v", a.Error)
	}
	var out quarantine.Triage
	if err := json.Unmarshal([]byte(a.Payload), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheGroupsOfMeasuresAreThoseThatAreDeployed(t *testing.T) {
	t.Parallel()
	_, e := account(t)
	for groups, want := range map[string]bool{"": true, "network,instance,identity": true, "network,instance": false} {
		f := function(t, e, map[string]string{"MEASURE_GROUPS": groups})
		if out := verdict(t, f.Invoke(t.Context(), payload(gdtest.Fixture("miner")))); slices.Contains(out.Measures, "role-sessions") != want {
			t.Errorf("with MEASURE_GROUPS=%s the measures are %v", groups, out.Measures)
		}
	}
	f := function(t, e, map[string]string{"MEASURE_GROUPS": "network,identities"})
	fails(t, f.Invoke(t.Context(), payload(gdtest.Fixture("miner"))), "Unexpected", `"identities"`)
}

func fails(t *testing.T, a lambdaapi.Answer, name, text string) {
	t.Helper()
	if a.Error == nil || a.Error.Type != name || !strings.Contains(a.Error.Message, text) {
		t.Errorf("got %v %s, want %s: %s", a.Error, a.Payload, name, text)
	}
}

// sentNow is a fixture as an event of now: what is long over is not cut.
func sentNow(fixture string) []byte {
	now := []byte(time.Now().UTC().Format(time.RFC3339))
	return regexp.MustCompile(`2026-01-31T[0-9:.]+Z`).ReplaceAll(gdtest.Fixture(fixture), now)
}

func TestAnEventOfLongAgoIsTold(t *testing.T) {
	t.Parallel()
	_, e := account(t)
	if got := verdict(t, function(t, e, nil).Invoke(t.Context(), payload(gdtest.Fixture("miner")))); got.Verdict.Action != quarantine.ActionNotify {
		t.Errorf("got %+v", got.Verdict)
	}
}

func TestAnEventIsJudgedWithoutAnAWSCall(t *testing.T) {
	t.Parallel()
	_, e := account(t)
	f := function(t, e, nil)
	got := verdict(t, f.Invoke(t.Context(), payload(sentNow("miner"))))
	if got.Verdict.Action != quarantine.ActionIsolate || got.Resource == nil || got.Resource.ID != "i-0abcdef1234567890" || got.Incident == "" {
		t.Errorf("got %+v", got)
	}
	if e.Calls("") != 0 {
		t.Errorf("%d calls", e.Calls(""))
	}
	if log := f.Output(); !strings.Contains(log, `"execution":"run-1"`) || strings.Contains(log, "198.51.100.10") {
		t.Errorf("the log should name the execution and not repeat the event:\n%s", log)
	}
}

func TestMalformedEventsAreReportedAsMalformedEvent(t *testing.T) {
	t.Parallel()
	_, e := account(t)
	f := function(t, e, nil)
	seen := 0
	for _, name := range gdtest.Names() {
		event := gdtest.Fixture(name)
		if !strings.HasPrefix(name, "malformed-") || !json.Valid(event) {
			continue // Step Functions accepts only JSON input
		}
		seen++
		fails(t, f.Invoke(t.Context(), payload(event)), quarantine.MalformedEvent, "no GuardDuty finding can be read: ")
	}
	if seen < 20 {
		t.Errorf("%d malformed events", seen)
	}
}

func TestUnknownInputIsABadRequest(t *testing.T) {
	t.Parallel()
	_, e := account(t)
	f := function(t, e, nil)
	for _, input := range []string{`[]`, `{}`, `"text"`, `{"event":{},"execution":"run-1"}`, `{"event":`} {
		fails(t, f.Invoke(t.Context(), input), quarantine.BadRequest, "")
	}
}

func TestThePolicyInTheParameterAppliesAndIsReadOnce(t *testing.T) {
	t.Parallel()
	store, e := account(t)
	store.Put(parameter, "version: 1\nthresholds: {isolate: 100, notify: 1}\n", false)
	f := function(t, e, map[string]string{"POLICY_PARAMETER": parameter})
	for range 2 {
		got := verdict(t, f.Invoke(t.Context(), payload(sentNow("ssh-brute-force-outbound"))))
		if got.Verdict.Action != quarantine.ActionNotify {
			t.Errorf("got %+v", got.Verdict)
		}
	}
	if e.Calls("GetParameter") != 1 || e.Calls("") != 1 {
		t.Errorf("%d reads of %d calls", e.Calls("GetParameter"), e.Calls(""))
	}
}

func TestAPolicyThatDoesNotParseFailsWithBadPolicyAndIsLogged(t *testing.T) {
	t.Parallel()
	store, e := account(t)
	store.Put(parameter, "version: 2\ncolour: red\n", false)
	f := function(t, e, map[string]string{"POLICY_PARAMETER": parameter})
	if _, err := f.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if log := f.Output(); !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, `"errorType":"BadPolicy"`) {
		t.Errorf("before any event it wrote:\n%s", log)
	}
	got := f.Invoke(t.Context(), payload(gdtest.Fixture("miner")))
	fails(t, got, quarantine.BadPolicy, "line 1: ")
	fails(t, got, quarantine.BadPolicy, "line 2: ")

	store.Put(parameter, "version: 1\n", false)
	verdict(t, f.Invoke(t.Context(), payload(gdtest.Fixture("miner")))) // the next event uses the corrected policy
}

func TestAStartFindsTheNewestPolicyThatParses(t *testing.T) {
	t.Parallel()
	store, e := account(t)
	store.Put(parameter, "version: 1\n", true)
	store.Put(parameter, "version: 1\nthresholds: {isolate: 100, notify: 1}\n", true)
	store.Put(parameter, "version: 1\ncolour: red\n", true)
	f := function(t, e, map[string]string{"POLICY_PARAMETER": parameter, "METRICS_NAMESPACE": "Quarantine/stack"})
	got := verdict(t, f.Invoke(t.Context(), payload(sentNow("ssh-brute-force-outbound"))))
	last := got.Verdict.Reasons[len(got.Verdict.Reasons)-1]
	if got.PolicyVersion != 2 || got.Verdict.Action != quarantine.ActionNotify || last.Name != "policy" || !strings.Contains(last.Text, "version 3 does not parse: line 2: unknown key colour") {
		t.Errorf("version %d judged: %+v", got.PolicyVersion, got.Verdict)
	}
	if log := f.Output(); !strings.Contains(log, `"PolicyRefused":1`) || !strings.Contains(log, `"errorType":"BadPolicy"`) {
		t.Errorf("it is not measured and logged:\n%s", log)
	}
	if e.Calls("GetParameter") != 1 || e.Calls("GetParameterHistory") != 1 {
		t.Errorf("%d calls", e.Calls(""))
	}
}

// Who has just put a policy asks at once whether it is well.
func TestAPreflightReadsWhatWasPutAMomentAgo(t *testing.T) {
	t.Parallel()
	store, e := account(t)
	store.Put(parameter, "version: 1\n", true)
	f := function(t, e, map[string]string{"POLICY_PARAMETER": parameter})
	for _, c := range []struct{ text, want string }{
		{"", `"state":"green"`},
		{"version: 1\ncolour: red\n", `"state":"red"`},
		{"version: 1\n", `"state":"green"`},
	} {
		if c.text != "" {
			store.Put(parameter, c.text, true)
		}
		if got := f.Invoke(t.Context(), `{"preflight":{"targets":{}}}`); got.Error != nil || !strings.Contains(got.Payload, c.want) {
			t.Errorf("after %q: %s, %v", c.text, got.Payload, got.Error)
		}
	}
}

func TestAPolicyThatCannotBeReadIsNotReplacedByAnother(t *testing.T) {
	t.Parallel()
	for code, name := range map[string]string{
		"AccessDeniedException": quarantine.AccessDenied,
		"ThrottlingException":   quarantine.Throttled,
		"InternalServerError":   quarantine.Unavailable,
		"ParameterNotFound":     quarantine.Unexpected,
	} {
		store, e := account(t)
		store.Fail(http.StatusBadRequest, code)
		f := function(t, e, map[string]string{"POLICY_PARAMETER": parameter})
		fails(t, f.Invoke(t.Context(), payload(gdtest.Fixture("miner"))), name, "POLICY_PARAMETER")
		if strings.Contains(f.Output(), parameter) {
			t.Errorf("%s: the log shows the environment:\n%s", code, f.Output())
		}
	}
}

func TestTheComputersOwnCredentialsAreNotUsed(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "REAL")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "real")
	t.Setenv("AWS_PROFILE", "real")
	store, e := account(t)
	store.Put(parameter, "version: 1\n", true)
	f := function(t, e, map[string]string{"POLICY_PARAMETER": parameter})
	verdict(t, f.Invoke(t.Context(), payload(gdtest.Fixture("miner"))))
	if got := e.KeyIDs(); !slices.Equal(got, []string{lambdaapi.AccessKeyID}) {
		t.Errorf("requests were signed with %v", got)
	}
}
