package keysessions_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAPolicyThatSaysTheSameInOtherWordsStands(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	o.SetUserPolicy("alice", name(o.key), `{"Id": "x", "Statement": {"Resource": ["*"], "Action": ["*"], "Effect": "Deny",
		"Condition": {"Null": {"aws:TokenIssueTime": ["false"]}}}, "Version": "2012-10-17"}`)
	if got := o.deviation(t, c); got.Kind != "" || got.Busy != "" {
		t.Errorf("it deviates: %+v", got)
	}
	o.wantUndone(t, c, quarantine.Restored)
	o.want(t, "alice")
}

func TestWhatOpensItIsSeenAndPutRight(t *testing.T) {
	t.Parallel()
	for what, of := range map[string]struct{ now, says string }{
		"deleted":          {"", "policy is none"},
		"the other way":    {strings.Replace(document, `"false"`, `"true"`, 1), "policy is another, SHA-256 "},
		"allowed":          {strings.Replace(document, "Deny", "Allow", 1), "policy is another, SHA-256 "},
		"for some actions": {strings.Replace(document, `"Action":"*"`, `"Action":["s3:*"]`, 1), "policy is another, SHA-256 "},
		"with a condition": {strings.Replace(document, `"Condition":{`, `"Condition":{"Bool":{"aws:SecureTransport":"false"},`, 1), "policy is another, SHA-256 "},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			o := newOffice()
			c := o.claim(t, 1, o.key)
			o.Apply(t, o, c)
			o.SetUserPolicy("alice", name(o.key), of.now)
			if got := o.deviation(t, c); got.Kind != quarantine.DriftReopened || !strings.HasPrefix(got.What, of.says) {
				t.Fatalf("it stands %+v", got)
			}
			if done := o.Apply(t, o, c); !measure.Closed(stage.Only(t, done)) {
				t.Errorf("the answer is %+v", done)
			}
			o.want(t, "alice", o.key)
			o.wantUndone(t, c, quarantine.Restored)
			o.want(t, "alice")
		})
	}
}

func TestEveryWayInWhichACallEndsIsPutBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.StopBefore, account.StopAfter, account.TimeoutBefore, account.TimeoutAfter, account.Throttle, account.ServerError} {
		for _, operation := range []string{"PutUserPolicy", "DeleteUserPolicy"} {
			o := newOffice()
			c := o.claim(t, 1, o.key)
			if operation == "DeleteUserPolicy" {
				o.Apply(t, o, c)
			}
			once := func() error {
				if operation == "DeleteUserPolicy" {
					_, err := o.TryUndo(t, o, c)
					return err
				}
				_, err := o.Try(t, o, c)
				return err
			}
			mend := o.Inject(account.Fault{Operation: operation, Kind: kind})
			if kind == account.StopBefore || kind == account.StopAfter {
				stage.Killed(t, func() { _ = once() })
			} else if err := once(); !quarantine.Passes(err) {
				t.Errorf("%s, fault %d: %v", operation, kind, err)
			}
			mend()
			o.wantUndone(t, c, quarantine.Restored)
			o.want(t, "alice")
		}
	}
}

// A call whose answer was lost keeps the lease; carried out later than that, the next look sees it.
func TestAPutThatIsCarriedOutAfterTheReleaseIsSaid(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Inject(account.Fault{Operation: "PutUserPolicy", Kind: account.Delayed, Times: 1})
	if _, err := o.Try(t, o, c); !quarantine.Passes(err) {
		t.Fatalf("the attempt ends with %v", err)
	}
	o.Undo(t, o, c)
	o.want(t, "alice")
	if err := o.ApplyDelayed(); err != nil {
		t.Fatal(err)
	}
	o.want(t, "alice", o.key)
	if again := stage.Only(t, o.Undo(t, o, c)); !strings.Contains(again.Note, "closed again: policy is deny for temporary sessions") {
		t.Errorf("the outcome is %s, %q", again.Outcome, again.Note)
	}
}
