package accesskey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/accesskey"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const operation = "UpdateAccessKey"

// office is an account whose user alice has an active key.
type office struct {
	*stage.Stage
	measure.Measure
	key string
}

func newOffice() *office {
	o := &office{Stage: stage.New()}
	o.Measure = accesskey.Measure{Keys: o.Identity}
	o.key = o.AddAccessKey("alice")
	return o
}

// claim is an incident about the key, whose lock it has.
func (o *office) claim(t *testing.T, n int, key string) quarantine.Claim {
	t.Helper()
	c := quarantine.Claim{Incident: fmt.Sprintf("inc-%d", n), Owner: fmt.Sprintf("execution-%d", n), Resource: quarantine.Resource{
		Kind: quarantine.KindAccessKey, AccountID: o.ID(), Region: "us-east-1", ID: key,
	}}
	o.Lock(t, c, quarantine.StatusContained)
	return c
}

func (o *office) want(t *testing.T, status string) {
	t.Helper()
	if got := o.AccessKey(o.key); got != status {
		t.Errorf("the key is %q, want %q", got, status)
	}
}

func (o *office) wantUndone(t *testing.T, c quarantine.Claim, want quarantine.ReleaseOutcome, status string) {
	t.Helper()
	if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != want {
		t.Errorf("the outcome is %s, %q, want %s", got.Outcome, got.Note, want)
	}
	o.want(t, status)
}

// changes counts the calls that changed something.
func (o *office) changes() int {
	n := 0
	for _, c := range o.Calls() {
		if c.Operation == operation && c.Applied {
			n++
		}
	}
	return n
}

func TestAKeyIsInactiveUntilTheRelease(t *testing.T) {
	t.Parallel()
	o := newOffice()
	other := o.AddAccessKey("alice")
	c := o.claim(t, 1, o.key)
	done, err := o.Try(t, o, c)
	if err != nil || done.Status != measure.Done || !measure.Closed(stage.Only(t, done)) {
		t.Fatalf("one attempt answers %+v, %v", done, err)
	}
	if h := stage.Only(t, done); h.Thing != "alice/"+o.key || h.Parts["status"].Before.Known() != "Active" {
		t.Errorf("on record is %+v", h)
	}
	o.want(t, "Inactive")
	if got := o.AccessKey(other); got != "Active" {
		t.Errorf("the user's other key is %s", got)
	}
	o.wantUndone(t, c, quarantine.Restored, "Active")
	if n := o.changes(); n != 2 {
		t.Errorf("there were %d changes, want one there and one back", n)
	}
}

func TestAKeyThatWasInactiveStaysSo(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.SetAccessKey(o.key, "Inactive")
	c := o.claim(t, 1, o.key)
	if done := o.Apply(t, o, c); !measure.Closed(stage.Only(t, done)) {
		t.Errorf("the answer is %+v", done)
	}
	o.wantUndone(t, c, quarantine.Unchanged, "Inactive")
	if n := o.changes(); n != 0 {
		t.Errorf("the measure made %d changes", n)
	}
}

// Last writer wins: what is read says who that was.
func TestAKeyThatSomebodyMadeActiveIsLeftSoAndMadeInactiveWhenTakenAgain(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	o.SetAccessKey(o.key, "Active")
	if done := o.Apply(t, o, c); !measure.Closed(stage.Only(t, done)) {
		t.Errorf("taken again, the answer is %+v", done)
	}
	o.want(t, "Inactive")
	o.SetAccessKey(o.key, "Active")
	o.wantUndone(t, c, quarantine.Restored, "Active")
}

func TestAStatusThatNobodyCanPutBackIsLeftAndNotCalledClosed(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.SetAccessKey(o.key, "Expired")
	c := o.claim(t, 1, o.key)
	if done := o.Apply(t, o, c); measure.Closed(stage.Only(t, done)) {
		t.Errorf("the answer is %+v", done)
	}
	o.wantUndone(t, c, quarantine.Unchanged, "Expired")
}

func TestARootKeyIsLeftByName(t *testing.T) {
	t.Parallel()
	o := newOffice()
	root := o.AddAccessKey("")
	done := o.Apply(t, o, o.claim(t, 1, root))
	if len(done.Things) != 0 || len(done.Left) != 1 || !strings.Contains(done.Left[0], root+" stays as it is: it is the root user's") {
		t.Errorf("the answer is %+v", done)
	}
	if got := o.AccessKey(root); got != "Active" {
		t.Errorf("it is %s", got)
	}
}

// IAM does not tell a key that is gone from one of another account: neither is called done.
func TestAKeyThatIAMDoesNotShowIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice()
	_, err := o.Try(t, o, o.claim(t, 1, "AKIAIOSFODNN7EXAMPLE"))
	if !quarantine.Is(err, quarantine.AccessDenied) || !strings.Contains(err.Error(), "does not exist (any more), is of another account") {
		t.Errorf("the answer is %v", err)
	}
}

func TestAKeyThatIsDeletedIsSettledByTwoLooks(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	o.DeleteAccessKey(o.key)
	first, err := o.TryUndo(t, o, c)
	if err != nil || first.Status != measure.Pending {
		t.Fatalf("one look answers %+v, %v", first, err)
	}
	o.wantUndone(t, c, quarantine.Gone, "")
}

func TestAUserWhoIsRenamedGetsTheKeyBack(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	o.RenameUser("alice", "alice.b")
	o.wantUndone(t, c, quarantine.Restored, "Active")
}

// The watch names what it has found open as it is on record.
func TestARenamedUsersKeyIsMadeInactiveAgainByTheNameOnRecord(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	held := stage.Only(t, o.Apply(t, o, c)).Thing
	o.RenameUser("alice", "alice.b")
	o.SetAccessKey(o.key, "Active")
	e := o.Engine(o)
	e.Only = []string{held}
	done, err := e.Apply(t.Context(), c)
	if err != nil || done.Status != measure.Done || stage.Only(t, done).Thing != held {
		t.Errorf("the answer is %+v, %v", done, err)
	}
	o.want(t, "Inactive")
	o.wantUndone(t, c, quarantine.Restored, "Active")
}

func TestARenamedUsersKeyIsNotCalledGoneWhereIAMDoesNotAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	o.RenameUser("alice", "alice.b")
	mend := o.Inject(account.Fault{Operation: "GetAccessKeyLastUsed", Kind: account.Throttle})
	if _, err := o.TryUndo(t, o, c); !quarantine.Is(err, quarantine.Throttled) {
		t.Errorf("the answer is %v", err)
	}
	mend()
	o.wantUndone(t, c, quarantine.Restored, "Active")
}

func TestEveryWayInWhichAnAttemptEndsIsPutBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.StopBefore, account.StopAfter, account.TimeoutBefore, account.TimeoutAfter, account.Throttle} {
		o := newOffice()
		c := o.claim(t, 1, o.key)
		mend := o.Inject(account.Fault{Operation: operation, Kind: kind})
		if kind == account.StopBefore || kind == account.StopAfter {
			stage.Killed(t, func() { _, _ = o.Try(t, o, c) })
		} else if _, err := o.Try(t, o, c); !quarantine.Passes(err) {
			t.Errorf("fault %d: %v", kind, err)
		}
		mend()
		o.wantUndone(t, c, quarantine.Restored, "Active")
	}
}

// A call that AWS carries out after the release closes the key again: that is seen by whoever
// looks next, and said.
func TestACallThatIsCarriedOutLateIsSaid(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	mend := o.Inject(account.Fault{Operation: operation, Kind: account.Delayed, Delay: 3 * time.Minute})
	if _, err := o.Try(t, o, c); err == nil {
		t.Fatal("the call was answered")
	}
	mend()
	o.wantUndone(t, c, quarantine.Restored, "Active")
	o.Pass(5 * time.Minute)
	o.want(t, "Inactive")
	if got := stage.Only(t, o.Undo(t, o, c)); !strings.Contains(got.Note, "closed again") {
		t.Errorf("a repeated release says %s, %q", got.Outcome, got.Note)
	}
}

func TestTheStepsByHandAreThoseOfTheUsersKey(t *testing.T) {
	t.Parallel()
	r := quarantine.Resource{Kind: quarantine.KindAccessKey, ID: "AKIA1"}
	h := quarantine.Hold{Thing: "alice/AKIA1", Parts: map[string]quarantine.Part{
		"status": {Before: &quarantine.Value{Text: "Active"}, Puts: []string{"Inactive"}, After: "Inactive"},
	}}
	info := accesskey.Info()
	command := func(steps []measure.Step) string { return strings.Join(steps[len(steps)-1].Command, " ") }
	for got, want := range map[string]string{
		command(info.ByHand(r, []quarantine.Hold{h})):     "iam update-access-key --user-name alice --access-key-id AKIA1 --status Inactive",
		command(info.ByHand(r, nil)):                      "iam update-access-key --user-name USER --access-key-id AKIA1 --status Inactive",
		command(info.LookByHand(r, []quarantine.Hold{h})): "iam list-access-keys --user-name alice",
		command(info.UndoByHand([]quarantine.Hold{h})):    "iam update-access-key --user-name alice --access-key-id AKIA1 --status Active",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	h.Parts["status"] = quarantine.Part{Before: &quarantine.Value{Text: "Inactive"}}
	if steps := info.UndoByHand([]quarantine.Hold{h}); len(steps) != 0 {
		t.Errorf("there is nothing to do, and the steps are %v", steps)
	}
}

func TestWhatReadsIsToldFromWhatChanges(t *testing.T) {
	t.Parallel()
	info := accesskey.Info()
	if got := info.Changes(); !slices.Equal(got, []string{operation}) {
		t.Errorf("it changes by %v", got)
	}
	if got := info.Reading(); !slices.Equal(got, []string{"iam:GetAccessKeyLastUsed", "iam:ListAccessKeys"}) {
		t.Errorf("it reads by %v", got)
	}
}

// Of a key of which nothing is known but its name, only the ledger says whether it was active.
func TestAKeyIsNotMadeActiveByHandWithoutTheLedgersWord(t *testing.T) {
	t.Parallel()
	var said string
	for _, s := range accesskey.Info().UndoByHand([]quarantine.Hold{{Region: "us-east-1", Thing: "alice/AKIA1"}}) {
		said += s.Say + strings.Join(s.Command, " ") + "\n"
	}
	for _, want := range []string{
		"Only the ledger says whether the key was active before", "pk={S=HOLD#access-key#ACCOUNT#us-east-1#alice/AKIA1},sk={S=HOLD}",
		"iam update-access-key --user-name alice --access-key-id AKIA1 --status Active",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in:\n%s", want, said)
		}
	}
}

// Whoever is told of a failure is told what to do about a key, and not about a network.
func TestEveryFailureOfACutHasAHint(t *testing.T) {
	t.Parallel()
	for _, name := range []string{quarantine.AccessDenied, quarantine.ThingGone, quarantine.NotSupported, quarantine.Contended, quarantine.NotVerified} {
		if hint := accesskey.Info().Hints[name]; len(hint) == 0 || !strings.Contains(hint[0].Say, "key") {
			t.Errorf("%s: %v", name, hint)
		}
	}
}
