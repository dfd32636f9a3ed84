package preflight_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	handler "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// links are of a machine that calls two functions and the ledger's table, and of a laptop's, which has no role.
func links() []handler.Link {
	const role = "arn:aws:iam::111122223333:role/machine"
	return []handler.Link{
		{Who: "state machine of containments", Role: role, Action: "lambda:InvokeFunction", On: []string{"arn:aws:lambda:eu-west-1:111122223333:function:a", "arn:aws:lambda:eu-west-1:111122223333:function:b"}},
		{Who: "state machine of containments", Role: role, Action: "dynamodb:PutItem", On: []string{"ledger"}},
		{Who: "rule of findings", Action: "states:StartExecution", On: []string{"arn:aws:states:eu-west-1:111122223333:stateMachine:a"}},
	}
}

// joined are the checks of links, by their subjects.
func joined(t *testing.T, s handler.Simulator) map[string]preflight.Check {
	t.Helper()
	h := &handler.Handler{Simulator: s, Clock: quarantine.SystemClock{}, Deployment: handler.Deployment{Account: "111122223333", Region: "eu-west-1", Table: "ledger"}}
	got, err := h.Handle(t.Context(), handler.Request{Action: handler.Judge, Links: links()})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]preflight.Check{}
	for _, c := range got.(preflight.Report).Checks {
		out[c.Subject] = c
	}
	return out
}

func TestWhatJoinsThePartsIsAskedOfIAMUnderItsOwnRole(t *testing.T) {
	t.Parallel()
	e := &engine{}
	got := joined(t, e)
	if len(got) != 2 {
		t.Errorf("there are %d checks: %v", len(got), got)
	}
	for subject, c := range got {
		if c.State != preflight.Green || c.Part != preflight.Powers || c.ID != preflight.Power {
			t.Errorf("%s: %+v", subject, c)
		}
	}
	var on []string
	for _, q := range e.asked {
		on = append(on, q.resource)
	}
	if want := []string{
		"arn:aws:lambda:eu-west-1:111122223333:function:a", "arn:aws:lambda:eu-west-1:111122223333:function:b", "arn:aws:dynamodb:eu-west-1:111122223333:table/ledger",
	}; !slices.Equal(on, want) {
		t.Errorf("it was asked about %v", on)
	}
}

func TestAMachineThatMayNotCallAFunctionIsRedAndNamesIt(t *testing.T) {
	t.Parallel()
	got := joined(t, &engine{denies: "lambda:InvokeFunction", missing: []string{"aws:SourceVpc"}})
	c := got["state machine of containments lambda:InvokeFunction"]
	if c.State != preflight.Red || !strings.Contains(c.Found, "function:a (implicitDeny), arn:") || !strings.Contains(c.Found, "aws:SourceVpc") || !strings.Contains(c.Remedy, "the role of the state machine of containments") {
		t.Errorf("%+v", c)
	}
	if c := got["state machine of containments dynamodb:PutItem"]; c.State != preflight.Green {
		t.Errorf("%+v", c)
	}
}

func TestWhatIAMDoesNotSayOfAMachineIsNotKnown(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]handler.Simulator{"it fails": &engine{fails: errors.New("no network")}, "there is none": nil} {
		for subject, c := range joined(t, s) {
			if c.State != preflight.Unknown || c.Remedy == "" {
				t.Errorf("%s: %s is %+v", name, subject, c)
			}
		}
	}
}
