package standby_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// web is an account with an instance in service in a group of that name.
type web struct {
	*stage.Stage
	measure.Measure
	instance string
}

// part is the only part of its hold.
const part = "state in web.1"

func newWeb() *web {
	w := &web{Stage: stage.New()}
	w.Measure = standby.Measure{Groups: autoscaling.New(w.AutoScaling()), Ledger: w.Ledger}
	w.instance = w.AddInstance(account.Instance{})
	w.AddGroup(account.ScalingGroup{Name: "web.1", Instances: []string{w.instance}})
	return w
}

// want compares the instance's state in its group, once it is settled.
func (w *web) want(t *testing.T, state string) {
	t.Helper()
	w.Pass(10 * time.Minute)
	if got := w.GroupStates()[w.instance][part]; got != state {
		t.Errorf("it is %q, want %s", got, state)
	}
}

func (w *web) wantUndone(t *testing.T, c quarantine.Claim, want quarantine.ReleaseOutcome, state string) {
	t.Helper()
	if got := stage.Only(t, w.Undo(t, w, c)); got.Outcome != want {
		t.Errorf("the outcome is %s, %q, want %s", got.Outcome, got.Note, want)
	}
	w.want(t, state)
}

// changes counts the calls that changed something.
func (w *web) changes() (n int) {
	for _, c := range w.Calls() {
		if c.Service == "autoscaling" && c.Mutating && c.Applied {
			n++
		}
	}
	return n
}

func TestItStandsByAndIsReplacedUntilTheRelease(t *testing.T) {
	t.Parallel()
	w := newWeb()
	c := w.Incident(t, 1, w.instance)
	done, err := w.Try(t, w, c)
	if err != nil || done.Status != measure.Done || !measure.Closed(stage.Only(t, done)) {
		t.Fatalf("one attempt answers %+v, %v", done, err)
	}
	w.want(t, "Standby")
	if ids, desired := w.Members("web.1"); len(ids) != 2 || desired != 1 {
		t.Errorf("the group has %v and wants %d: no replacement, or a smaller group", ids, desired)
	}
	if again, err := w.Try(t, w, c); err != nil || again.Status != measure.Done || w.changes() != 1 {
		t.Errorf("another attempt answers %+v, %v, after %d changes", again, err, w.changes())
	}
	w.wantUndone(t, c, quarantine.Restored, "InService")
	if _, desired := w.Members("web.1"); desired != 2 || w.changes() != 2 {
		t.Errorf("the group wants %d after %d changes", desired, w.changes())
	}
}

func TestAnInstanceInNoGroupHasNothingToDo(t *testing.T) {
	t.Parallel()
	w := newWeb()
	c := w.Incident(t, 1, w.AddInstance(account.Instance{}))
	done, err := w.Try(t, w, c)
	if err != nil || done.Status != measure.Done || len(done.Things)+len(done.Left) > 0 {
		t.Errorf("the answer is %+v, %v", done, err)
	}
}

// It drains for minutes: until its load balancers have no connection to it.
func TestOnItsWayItIsNeitherDoneNorMovedAgain(t *testing.T) {
	t.Parallel()
	w := newWeb()
	w.SetDrain(5 * time.Minute)
	c := w.Incident(t, 1, w.instance)
	for range 3 {
		done, err := w.Try(t, w, c)
		if err != nil || done.Status != measure.Pending || !stage.Only(t, done).VerifiedAt.IsZero() || w.changes() != 1 {
			t.Fatalf("an attempt answers %+v, %v, after %d changes", done, err, w.changes())
		}
	}
	undo, err := w.TryUndo(t, w, c)
	if err != nil || undo.Status != measure.Pending || w.changes() != 1 {
		t.Fatalf("a release answers %+v, %v, after %d changes", undo, err, w.changes())
	}
	w.Pass(5 * time.Minute)
	w.wantUndone(t, c, quarantine.Restored, "InService")
}

func TestOneThatIsLaunchedIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWeb()
	w.SetState(w.instance, "Pending:Wait")
	c := w.Incident(t, 1, w.instance)
	if done, err := w.Try(t, w, c); err != nil || done.Status != measure.Pending || w.changes() != 0 {
		t.Fatalf("the answer is %+v, %v", done, err)
	}
	w.SetState(w.instance, "InService")
	if done := w.Apply(t, w, c); !measure.Closed(stage.Only(t, done)) {
		t.Errorf("the answer is %+v", done)
	}
}

func TestWhatStandsByAlreadyGoesOnDoingSo(t *testing.T) {
	t.Parallel()
	w := newWeb()
	w.SetState(w.instance, "Standby")
	c := w.Incident(t, 1, w.instance)
	if done := w.Apply(t, w, c); !measure.Closed(stage.Only(t, done)) {
		t.Errorf("the answer is %+v", done)
	}
	w.wantUndone(t, c, quarantine.Unchanged, "Standby")
	if n := w.changes(); n != 0 {
		t.Errorf("the measure made %d changes", n)
	}
}

func TestWhatCannotStandByIsLeftWithTheReason(t *testing.T) {
	t.Parallel()
	for state, why := range map[string]string{
		"Terminating:Wait": "web.1 is ending it (Terminating:Wait)",
		"Terminated":       "web.1 is ending it",
		"Detaching":        "leaving its Auto Scaling group web.1",
		"Warmed:Running":   "in the warm pool of its Auto Scaling group web.1",
	} {
		w := newWeb()
		w.SetState(w.instance, state)
		done, err := w.Try(t, w, w.Incident(t, 1, w.instance))
		if err != nil || len(done.Things) > 0 || len(done.Left) != 1 || !strings.Contains(done.Left[0], why) || w.changes() != 0 {
			t.Errorf("%s: the answer is %+v, %v", state, done, err)
		}
	}
}

// The state can change between the look and the call.
func TestWhatAutoScalingRefusesIsNotCalledClosed(t *testing.T) {
	t.Parallel()
	w := newWeb()
	w.Inject(account.Fault{Operation: "EnterStandby", Kind: account.Interfere, Do: func(account.Call) { w.SetState(w.instance, "Terminating") }})
	done, err := w.Try(t, w, w.Incident(t, 1, w.instance))
	if err != nil || measure.Closed(stage.Only(t, done)) {
		t.Fatalf("the answer is %+v, %v", done, err)
	}
	if refused := stage.Only(t, done).Parts[part].Refused; !strings.Contains(refused, "Terminating in web.1") {
		t.Errorf("it is refused as %q", refused)
	}
}

func TestAnotherChangeOfTheGroupPasses(t *testing.T) {
	t.Parallel()
	w := newWeb()
	mend := w.Inject(account.Fault{Operation: "EnterStandby", Kind: account.Code, Code: "ResourceContention"})
	c := w.Incident(t, 1, w.instance)
	if _, err := w.Try(t, w, c); !quarantine.Is(err, quarantine.Contended) || !quarantine.Passes(err) {
		t.Fatalf("the error is %v", err)
	}
	mend()
	w.Apply(t, w, c)
	w.want(t, "Standby")
}

func TestAGroupWithoutRoomKeepsTheIncidentOpen(t *testing.T) {
	t.Parallel()
	w := newWeb()
	c := w.Incident(t, 1, w.instance)
	w.Apply(t, w, c)
	w.SetMax("web.1", 1)
	if _, err := w.TryUndo(t, w, c); !quarantine.Is(err, quarantine.NotSupported) || !strings.Contains(err.Error(), "max-size=1") {
		t.Fatalf("the error is %v", err)
	}
	w.want(t, "Standby")
	w.SetMax("web.1", 2)
	w.wantUndone(t, c, quarantine.Restored, "InService")
}

func TestEveryWayInWhichAnAttemptEndsIsPutBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.StopBefore, account.StopAfter, account.TimeoutBefore, account.TimeoutAfter, account.Throttle} {
		w := newWeb()
		c := w.Incident(t, 1, w.instance)
		mend := w.Inject(account.Fault{Operation: "EnterStandby", Kind: kind})
		if kind == account.StopBefore || kind == account.StopAfter {
			stage.Killed(t, func() { _, _ = w.Try(t, w, c) })
		} else if _, err := w.Try(t, w, c); !quarantine.Passes(err) {
			t.Errorf("fault %d: %v", kind, err)
		}
		mend()
		w.wantUndone(t, c, quarantine.Restored, "InService")
	}
}

// Whose answer was lost is asked for again, and is refused then, as it is done.
func TestALostAnswerIsFoundOutByAskingAgain(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"EnterStandby", "ExitStandby"} {
		w := newWeb()
		c := w.Incident(t, 1, w.instance)
		w.Inject(account.Fault{Operation: operation, Kind: account.TimeoutAfter, Times: 1})
		if operation == "EnterStandby" {
			if _, err := w.Try(t, w, c); !quarantine.Passes(err) {
				t.Fatalf("the error is %v", err)
			}
			w.Pass(time.Minute)
		}
		if done := w.Apply(t, w, c); !measure.Closed(stage.Only(t, done)) {
			t.Fatalf("the answer is %+v", done)
		}
		if operation == "ExitStandby" {
			if _, err := w.TryUndo(t, w, c); !quarantine.Passes(err) {
				t.Fatalf("the error is %v", err)
			}
			w.Pass(time.Minute)
		}
		w.wantUndone(t, c, quarantine.Restored, "InService")
		if n := w.changes(); n != 2 {
			t.Errorf("%s: there were %d changes, want one there and one back", operation, n)
		}
	}
}

func TestTheLastHolderPutsItInService(t *testing.T) {
	t.Parallel()
	w := newWeb()
	one, two := w.Incident(t, 1, w.instance), w.Incident(t, 2, w.instance)
	w.Lock(t, one, quarantine.StatusContained)
	w.Apply(t, w, one)
	w.Lock(t, two, quarantine.StatusContained)
	w.Apply(t, w, two)
	w.wantUndone(t, one, quarantine.StillHeld, "Standby")
	w.wantUndone(t, two, quarantine.Restored, "InService")
}

// What its group has ended, or somebody has taken out of it, is not moved by a release.
func TestWhatLeftTheGroupSinceIsLeftAlone(t *testing.T) {
	t.Parallel()
	for what, leave := range map[string]func(*web){
		"state in web.1 is gone":             func(w *web) { w.Detach(w.instance) },
		"state in web.1 is Terminating:Wait": func(w *web) { w.SetState(w.instance, "Terminating:Wait") },
	} {
		w := newWeb()
		c := w.Incident(t, 1, w.instance)
		w.Apply(t, w, c)
		leave(w)
		if first, err := w.TryUndo(t, w, c); err != nil || first.Status != measure.Pending {
			t.Fatalf("%s: one look answers %+v, %v", what, first, err)
		}
		if got := stage.Only(t, w.Undo(t, w, c)); got.Outcome != quarantine.Drifted || !strings.Contains(got.Note, what) || w.changes() != 1 {
			t.Errorf("the outcome is %s, %q, want %s", got.Outcome, got.Note, what)
		}
	}
}

func TestWhatSomebodyPutInServiceIsSeenAndStandsByAgain(t *testing.T) {
	t.Parallel()
	w := newWeb()
	c := w.Incident(t, 1, w.instance)
	w.Apply(t, w, c)
	if !w.looks(t, c, "") {
		t.Error("it is as it was put, and seen otherwise")
	}
	w.SetState(w.instance, "InService")
	if !w.looks(t, c, "state in web.1 is InService") {
		t.Error("it is in service, and that is not seen")
	}
	w.Apply(t, w, c)
	w.want(t, "Standby")
}

// looks tells whether the watch sees that of the instance.
func (w *web) looks(t *testing.T, c quarantine.Claim, want string) bool {
	t.Helper()
	w.Pass(measure.Settled)
	in, err := w.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	out, err := measure.Deviates(t.Context(), w, in.HoldsOf("standby")[0], w.Clock().Now())
	return err == nil && out.Busy == "" && out.What == want && (want == "" || slices.Contains(out.Marks, w.instance))
}

// AWS compares the state alone: a call that is carried out after the release is accepted, and a
// repeated release says so.
func TestACallThatIsCarriedOutAfterTheReleaseIsSeen(t *testing.T) {
	t.Parallel()
	w := newWeb()
	c := w.Incident(t, 1, w.instance)
	mend := w.Inject(account.Fault{Operation: "EnterStandby", Kind: account.Delayed, Times: 1})
	if _, err := w.Try(t, w, c); !quarantine.Passes(err) {
		t.Fatalf("the error is %v", err)
	}
	mend()
	w.wantUndone(t, c, quarantine.Restored, "InService")
	if err := w.ApplyDelayed(); err != nil {
		t.Fatal(err)
	}
	w.want(t, "Standby")
	if got := stage.Only(t, w.Undo(t, w, c)); !strings.Contains(got.Note, "it is closed again: "+part+" is Standby") {
		t.Errorf("a repeated release says %s, %q", got.Outcome, got.Note)
	}
}
