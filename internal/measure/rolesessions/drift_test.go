package rolesessions_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// deviation is how the one thing of an incident stands, some time after it was read back.
func (o *office) deviation(t *testing.T, c quarantine.Claim) measure.Deviation {
	t.Helper()
	o.Pass(5 * time.Minute)
	in, err := o.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	got, err := measure.Deviates(t.Context(), o, in.HoldsOf("role-sessions")[0], o.Stage.Clock().Now())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAPolicyThatSaysTheSameInOtherWordsStands(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.Incident(t, 1, o.one)
	o.Apply(t, o, c)
	session, instance, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(o.document(o.one), `{"Version":"2012-10-17","Statement":[`), "]}"), `,{"Sid"`)
	o.SetPolicy("web", name(o.one), `{ "Id": "x", "Statement" : [ {"Sid"`+instance+",\n "+
		strings.Replace(strings.Replace(session, `"Action":"*"`, `"Action":["*"]`, 1), "QuarantinedInstance", "Other", 1)+`], "Version": "2012-10-17"}`)
	if got := o.deviation(t, c); got.Kind != "" || got.Busy != "" {
		t.Errorf("it deviates: %+v", got)
	}
	if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != quarantine.Restored {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	o.want(t)
}

func TestWhatOpensItIsSeenAndPutRight(t *testing.T) {
	t.Parallel()
	for what, of := range map[string]struct {
		change func(o *office) string
		says   string
	}{
		"deleted":      {func(*office) string { return "" }, "policy is none"},
		"of another":   {func(o *office) string { return o.document(o.theirs) }, "policy is another, SHA-256 "},
		"one way only": {func(o *office) string { return strings.Replace(o.document(o.one), o.roleID, "AROANOBODY", 1) }, "policy is another, SHA-256 "},
		"allowed":      {func(o *office) string { return strings.Replace(o.document(o.one), "Deny", "Allow", 1) }, "policy is another, SHA-256 "},
		"for some actions": {func(o *office) string {
			return strings.Replace(o.document(o.one), `"Action":"*"`, `"Action":["s3:*"]`, 1)
		}, "policy is another, SHA-256 "},
		"with a condition": {func(o *office) string {
			return strings.Replace(o.document(o.one), `"Condition":{`, `"Condition":{"Bool":{"aws:SecureTransport":"false"},`, 1)
		}, "policy is another, SHA-256 "},
		"no JSON of policy": {func(*office) string { return `"x"` }, "policy is another, SHA-256 "},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			o := newOffice()
			c := o.Incident(t, 1, o.one)
			o.Apply(t, o, c)
			o.SetPolicy("web", name(o.one), of.change(o))
			if got := o.deviation(t, c); got.Kind != quarantine.DriftReopened || !strings.HasPrefix(got.What, of.says) {
				t.Fatalf("it stands %+v", got)
			}
			if done := o.Apply(t, o, c); !measure.Closed(stage.Only(t, done)) {
				t.Errorf("the answer is %+v", done)
			}
			o.want(t, o.one)
			o.Undo(t, o, c)
			o.want(t)
		})
	}
}

func TestWhatSomebodyMadeOfThePolicyIsLeftAtTheRelease(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.Incident(t, 1, o.one)
	o.Apply(t, o, c)
	theirs := strings.Replace(o.document(o.one), `"Action":"*"`, `"Action":"s3:*"`, 2)
	o.SetPolicy("web", name(o.one), theirs)
	first, err := o.TryUndo(t, o, c)
	if err != nil || first.Status != measure.Pending {
		t.Fatalf("one look answers %+v, %v", first, err)
	}
	if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != quarantine.Drifted {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	if got := o.Policies("web")[name(o.one)]; got != theirs {
		t.Errorf("the policy is %s", got)
	}
}

func TestEveryWayInWhichAnAttemptEndsIsPutBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.StopBefore, account.StopAfter, account.TimeoutBefore, account.TimeoutAfter, account.Throttle, account.ServerError} {
		o := newOffice()
		c := o.Incident(t, 1, o.one)
		mend := o.Inject(account.Fault{Operation: "PutRolePolicy", Kind: kind})
		if kind == account.StopBefore || kind == account.StopAfter {
			stage.Killed(t, func() { _, _ = o.Try(t, o, c) })
		} else if _, err := o.Try(t, o, c); !quarantine.Passes(err) {
			t.Errorf("fault %d: %v", kind, err)
		}
		mend()
		if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != quarantine.Restored {
			t.Errorf("fault %d: the outcome is %s, %q", kind, got.Outcome, got.Note)
		}
		o.want(t)
	}
}

func TestEveryWayInWhichAReleaseEndsCanBeRepeated(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.StopBefore, account.StopAfter, account.TimeoutBefore, account.TimeoutAfter, account.Throttle, account.ServerError} {
		o := newOffice()
		c := o.Incident(t, 1, o.one)
		o.Apply(t, o, c)
		mend := o.Inject(account.Fault{Operation: "DeleteRolePolicy", Kind: kind})
		if kind == account.StopBefore || kind == account.StopAfter {
			stage.Killed(t, func() { _, _ = o.TryUndo(t, o, c) })
		} else if _, err := o.TryUndo(t, o, c); !quarantine.Passes(err) {
			t.Errorf("fault %d: %v", kind, err)
		}
		mend()
		if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != quarantine.Restored {
			t.Errorf("fault %d: the outcome is %s, %q", kind, got.Outcome, got.Note)
		}
		o.want(t)
	}
}

// A call whose answer was lost keeps the lease: nobody releases before it could have been carried
// out. One that is carried out later than that is seen by the next look.
func TestAPutThatIsCarriedOutAfterTheReleaseIsSaid(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.Incident(t, 1, o.one)
	o.Inject(account.Fault{Operation: "PutRolePolicy", Kind: account.Delayed, Times: 1})
	if _, err := o.Try(t, o, c); !quarantine.Passes(err) {
		t.Fatalf("the attempt ends with %v", err)
	}
	if wait, err := o.TryUndo(t, o, c); err != nil || wait.Status != measure.Pending || wait.After < 30 {
		t.Fatalf("while the lease runs a release answers %+v, %v", wait, err)
	}
	o.Undo(t, o, c)
	o.want(t)
	if err := o.ApplyDelayed(); err != nil {
		t.Fatal(err)
	}
	o.want(t, o.one)
	again := stage.Only(t, o.Undo(t, o, c))
	if again.Outcome != quarantine.Restored || !strings.Contains(again.Note, "closed again: policy is deny for arn:aws:ec2:eu-west-1:") {
		t.Errorf("the outcome is %s, %q", again.Outcome, again.Note)
	}
}

// A delete of a release that is carried out once another incident has denied the instance again.
func TestADeleteThatIsCarriedOutLateIsDriftAndPutRight(t *testing.T) {
	t.Parallel()
	o := newOffice()
	one := o.Incident(t, 1, o.one)
	o.Apply(t, o, one)
	o.Inject(account.Fault{Operation: "DeleteRolePolicy", Kind: account.Delayed, Times: 1})
	if _, err := o.TryUndo(t, o, one); !quarantine.Passes(err) {
		t.Fatalf("the release ends with %v", err)
	}
	two := o.Incident(t, 2, o.one)
	if done := o.Apply(t, o, two); !measure.Closed(stage.Only(t, done)) {
		t.Fatalf("the answer is %+v", done)
	}
	if err := o.ApplyDelayed(); err != nil {
		t.Fatal(err)
	}
	if got := o.deviation(t, two); got.Kind != quarantine.DriftReopened {
		t.Fatalf("it stands %+v", got)
	}
	o.Apply(t, o, two)
	o.want(t, o.one)
	o.Undo(t, o, two)
	o.want(t)
}
