package preflight_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	handler "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// question is what IAM is asked.
type question struct {
	principal, resource string
	actions             []string
	with                map[string]string
}

// engine answers simulations, and keeps what it was asked.
type engine struct {
	asked  []question
	denies string // an action
	// missing are keys that it had no value of
	missing []string
	fails   error
	after   int // answers that do not fail
}

func (e *engine) Simulate(_ context.Context, principal string, actions []string, resource string, with map[string]string) (map[string]preflight.Decision, error) {
	e.asked = append(e.asked, question{principal, resource, actions, with})
	out := map[string]preflight.Decision{}
	for _, a := range actions {
		d := preflight.Decision{Said: handler.Allowed, Missing: e.missing}
		if a == e.denies {
			d.Said = "implicitDeny"
		}
		out[a] = d
	}
	if e.after > 0 && len(e.asked) > e.after {
		return out, nil
	}
	return out, e.fails
}

const account = "111122223333"

// judged is a judgement of one function that has tried these actions.
func judged(t *testing.T, e *engine, function string, tried ...string) (checks map[string]preflight.Check) {
	t.Helper()
	clock := clocktest.Clock{Wait: func(context.Context, time.Duration) error { return nil }}
	h := &handler.Handler{Clock: clock, Deployment: handler.Deployment{
		Account: account, Region: "eu-west-1", Table: "ledger", Topic: "arn:aws:sns:eu-west-1:111122223333:alerts",
		Machine: "arn:aws:states:eu-west-1:111122223333:stateMachine:q", Roles: map[string]string{function: "arn:aws:iam::111122223333:role/" + function},
	}}
	if e != nil {
		h.Simulator = e
	}
	a := preflight.Answer{Function: function, Checks: []preflight.Check{{ID: preflight.Starts, State: preflight.Green, Subject: function}}}
	for _, action := range tried {
		a.Checks = append(a.Checks, preflight.Check{ID: preflight.Power, Subject: preflight.PowerOf(function, action), State: preflight.Green, Found: "tried"})
	}
	got, err := h.Handle(t.Context(), handler.Request{Action: handler.Judge, Answers: []preflight.Answer{a}})
	if err != nil {
		t.Fatal(err)
	}
	checks = map[string]preflight.Check{}
	for _, c := range got.(preflight.Report).Checks {
		checks[strings.TrimPrefix(c.Subject, function+" ")] = c
	}
	return checks
}

func TestIAMIsAskedOfWhatHasNotBeenTried(t *testing.T) {
	t.Parallel()
	e := &engine{}
	got := judged(t, e, "notify", "dynamodb:Query")
	if got["dynamodb:Query"].Found != "tried" {
		t.Errorf("what was tried is asked about: %+v", got["dynamodb:Query"])
	}
	for action, resource := range map[string]string{
		"dynamodb:GetItem": "arn:aws:dynamodb:eu-west-1:111122223333:table/ledger",
		"sns:Publish":      "arn:aws:sns:eu-west-1:111122223333:alerts",
		"events:PutEvents": "arn:aws:events:eu-west-1:111122223333:event-bus/default",
	} {
		if c := got[action]; c.State != preflight.Green || !strings.Contains(c.Found, resource) {
			t.Errorf("%s: %+v", action, c)
		}
		at := slices.IndexFunc(e.asked, func(q question) bool { return slices.Contains(q.actions, action) })
		if at < 0 || e.asked[at].resource != resource || e.asked[at].principal != "arn:aws:iam::111122223333:role/notify" {
			t.Errorf("%s: asked %+v", action, e.asked)
		}
		if action == "events:PutEvents" && e.asked[at].with["events:source"] != "quarantine" {
			t.Errorf("the source of events is %v", e.asked[at].with)
		}
	}
	if _, is := got["ssm:GetParameter"]; is {
		t.Error("the start has shown whether secrets can be read")
	}
}

// Before the first incident no snapshot is there to try it on.
func TestIAMIsAskedWhetherASnapshotOfThisProductsMayBeLocked(t *testing.T) {
	t.Parallel()
	e := &engine{}
	got := judged(t, e, "forensics")["ec2:LockSnapshot"]
	at := slices.IndexFunc(e.asked, func(q question) bool { return slices.Contains(q.actions, "ec2:LockSnapshot") })
	if got.State != preflight.Green || at < 0 {
		t.Fatalf("%+v, asked %+v", got, e.asked)
	}
	if q := e.asked[at]; q.resource != "arn:aws:ec2:eu-west-1::snapshot/snap-00000000" || q.with["aws:ResourceTag/"+quarantine.TagProduct] != quarantine.Product || len(q.actions) != 1 {
		t.Errorf("asked %+v", q)
	}
}

func TestWhatIAMDeniesIsRed(t *testing.T) {
	t.Parallel()
	got := judged(t, &engine{denies: "sns:Publish"}, "notify")
	for action, c := range got {
		if want := action == "sns:Publish"; want != (c.State == preflight.Red) {
			t.Errorf("%s is %s", action, c.State)
		}
	}
	if c := got["sns:Publish"]; !strings.Contains(c.Remedy, "function notify sns:Publish") || !strings.Contains(c.Found, "implicitDeny") {
		t.Errorf("%+v", c)
	}
}

func TestConditionsThatIAMHadNoValueOfAreNamed(t *testing.T) {
	t.Parallel()
	got := judged(t, &engine{denies: "sns:Publish", missing: []string{"dynamodb:LeadingKeys"}}, "notify")
	for action, state := range map[string]preflight.State{"sns:Publish": preflight.Red, "dynamodb:GetItem": preflight.Green} {
		if c := got[action]; c.State != state || !strings.Contains(c.Found, "Conditions on dynamodb:LeadingKeys were not weighed") {
			t.Errorf("%s: %+v", action, c)
		}
	}
}

// One of another release answers what it answers to anything.
func TestAFunctionThatIsDeployedAndSaysNothingIsNotKnown(t *testing.T) {
	t.Parallel()
	h := &handler.Handler{Clock: quarantine.SystemClock{}, Deployment: handler.Deployment{Roles: map[string]string{"isolate": "arn:one", "watch": "arn:two", "triage": "arn:three"}}}
	got, err := h.Handle(t.Context(), handler.Request{Action: handler.Judge, Answers: []preflight.Answer{
		{Function: "isolate", Checks: []preflight.Check{{ID: preflight.Starts, State: preflight.Red, Subject: "isolate"}}}, {}, {Function: "triage"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var unknown []string
	for _, c := range got.(preflight.Report).Checks {
		if c.ID == preflight.Starts && c.State == preflight.Unknown && c.Remedy != "" {
			unknown = append(unknown, c.Subject)
		}
	}
	if !slices.Equal(unknown, []string{"triage", "watch"}) {
		t.Errorf("not known is %q", unknown)
	}
}

func TestWhatIAMDoesNotSayIsNotKnown(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]*engine{
		"it throttles":           {fails: quarantine.Failf(quarantine.Throttled, "IAM throttles")},
		"there is nobody to ask": nil,
	} {
		for action, c := range judged(t, e, "release") {
			if c.ID == preflight.Power && (c.State != preflight.Unknown || c.Remedy == "") {
				t.Errorf("%s: %s is %s", name, action, c.State)
			}
		}
	}
}

func TestIAMIsAskedAgainWhereItThrottles(t *testing.T) {
	t.Parallel()
	e := &engine{fails: quarantine.Failf(quarantine.Throttled, "IAM throttles"), after: 3}
	for action, c := range judged(t, e, "release") {
		if strings.HasPrefix(c.Found, "IAM did not say") {
			t.Errorf("%s is %s: %s", action, c.State, c.Found)
		}
	}
	e = &engine{fails: quarantine.Failf(quarantine.AccessDenied, "IAM denied it")}
	judged(t, e, "isolate", "ec2:DescribeInstances")
	for n, q := range e.asked {
		if slices.ContainsFunc(e.asked[:n], func(other question) bool { return other.resource == q.resource }) {
			t.Errorf("what is denied is asked again: %+v", q)
		}
	}
}

// The parameter Identity is no: no role has these powers, and nobody misses them.
func TestWhatIsNotDeployedIsNotAskedOfIAM(t *testing.T) {
	t.Parallel()
	e := &engine{}
	judged(t, e, "watch")
	for _, q := range e.asked {
		if slices.ContainsFunc(q.actions, func(a string) bool { return strings.HasPrefix(a, "iam:") }) {
			t.Errorf("asked %+v", q)
		}
	}
	if len(e.asked) == 0 {
		t.Error("nothing was asked")
	}
}

func TestAFunctionThatHasNotStartedIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	e := &engine{}
	h := &handler.Handler{Clock: quarantine.SystemClock{}, Simulator: e}
	_, err := h.Handle(t.Context(), handler.Request{Action: handler.Judge, Answers: []preflight.Answer{
		{Function: "isolate", Checks: []preflight.Check{{ID: preflight.Starts, State: preflight.Red, Subject: "isolate"}}},
	}})
	if err != nil || len(e.asked) > 0 {
		t.Errorf("%v, asked %+v", err, e.asked)
	}
}
