package measure_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// door is an account with an instance that has one interface, which two incidents can hold.
type door struct {
	*stage.Stage
	measure.Measure
	vpc, subnet   string
	instance, eni string
	one, two      quarantine.Claim
}

const change = "ModifyNetworkInterfaceAttribute"

func newDoor(t *testing.T) *door {
	t.Helper()
	d := &door{Stage: stage.New()}
	d.Measure = securitygroup.Measure{Network: d.Cloud, Ledger: d.Ledger}
	d.vpc = d.AddVPC(account.VPC{})
	d.subnet = d.AddSubnet(account.Subnet{VPC: d.vpc, CIDR: "10.0.1.0/24"})
	d.AddSecurityGroup(account.SecurityGroup{ID: open, VPC: d.vpc})
	d.eni = "eni-00000000000000001"
	d.instance = d.AddInstance(account.Instance{Interfaces: []account.Interface{{ID: d.eni, Subnet: d.subnet, Groups: []string{open}}}})
	d.one = d.Incident(t, 1, d.instance)
	d.two = d.one // another kind of resource, and so another lock, on the same interface
	d.two.Incident, d.two.Owner, d.two.Resource.Kind = "inc-2", "execution-2", "other"
	d.Lock(t, d.two, quarantine.StatusContained)
	return d
}

func (d *door) isOpen(t *testing.T) bool {
	t.Helper()
	n, err := d.Cloud.NetworkInterface(t.Context(), d.one.Resource, d.eni)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(n.SecurityGroups, ",") == open
}

func (d *door) want(t *testing.T, when string, isOpen bool) {
	t.Helper()
	if got := d.isOpen(t); got != isOpen {
		t.Errorf("%s: the interface is open: %v", when, got)
	}
}

func (d *door) join(t *testing.T, c quarantine.Claim) {
	t.Helper()
	h := quarantine.Hold{Measure: d.Info().Name, AccountID: d.ID(), Region: d.Region(), Thing: d.eni}
	if err := d.Ledger.Join(t.Context(), h, c); err != nil {
		t.Fatal(err)
	}
}

// during runs something once, when a call of an operation arrives, after some of them.
func (d *door) during(operation string, skip int, do func()) {
	d.Inject(account.Fault{Operation: operation, Skip: skip, Times: 1, Kind: account.Interfere, Do: func(account.Call) { do() }})
}

// stale has one look, after some reads, show the interface as it was before the last change.
func (d *door) stale(t *testing.T, skip int) context.Context {
	t.Helper()
	d.Inject(account.Fault{
		Service: "ec2", Operation: "DescribeNetworkInterfaces", Kind: account.Stale, Behind: 1, Skip: skip, Times: 1,
		Match: func(c account.Call) bool { return c.Caller.Function == "stale" },
	})
	return account.WithCaller(t.Context(), account.Caller{Function: "stale"})
}

func (d *door) only(t *testing.T, r measure.Result, err error) quarantine.Hold {
	t.Helper()
	if err != nil || len(r.Things) != 1 {
		t.Fatalf("the answer is %+v, %v", r, err)
	}
	return r.Things[0]
}

func TestWhatCameWhileItWasOpenedIsClosedAgainAtOnce(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	stale := d.stale(t, 1) // the first read lists the interfaces
	d.Apply(t, d, d.one)
	d.during("TransactWriteItems", 1, func() { d.join(t, d.two) }) // the hold's end, after letting go
	done, err := d.TryUndo(t, d, d.one)
	h := d.only(t, done, err)
	if h.Outcome != quarantine.StillHeld || !strings.Contains(h.Note, "open for a moment") {
		t.Errorf("the outcome is %s, %q", h.Outcome, h.Note)
	}
	d.want(t, "after the first release", true)

	// A read that is older than the opening shows it closed.
	second, err := d.Engine(d).Apply(stale, d.two)
	if d.only(t, second, err); second.Status != measure.Done {
		t.Errorf("who came is answered %s, and has to wait for the lease of who is done", second.Status)
	}
	d.want(t, "once the second is done", false)
	d.Undo(t, d, d.two)
	d.want(t, "in the end", true)
}

func TestWhoComesBeforeItIsOpenedKeepsItClosed(t *testing.T) {
	t.Parallel()
	for name, operation := range map[string]struct {
		of   string
		skip int
	}{
		"before the lease":     {"UpdateItem", 0},
		"before the last look": {"DescribeNetworkInterfaces", 0},
		"at the last look":     {"UpdateItem", 2}, // taking is two writes: as a holder, and to put back
	} {
		d := newDoor(t)
		d.Apply(t, d, d.one)
		d.during(operation.of, operation.skip, func() { d.join(t, d.two) })
		done, err := d.TryUndo(t, d, d.one)
		if h := d.only(t, done, err); h.Outcome != quarantine.StillHeld || h.Note != "" {
			t.Errorf("%s: the outcome is %s, %q", name, h.Outcome, h.Note)
		}
		d.want(t, name, false)
		if second, err := d.Try(t, d, d.two); err != nil || second.Status != measure.Done {
			t.Errorf("%s: the second answers %+v, %v", name, second, err)
		}
	}
}

func TestAReadThatIsOlderThanTheClosingDoesNotEndTheHold(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	stale := d.stale(t, 0)
	d.Apply(t, d, d.one)
	d.Lock(t, d.one, quarantine.StatusReleasing)
	in, err := d.Ledger.Incident(t.Context(), d.one.Incident)
	if err != nil {
		t.Fatal(err)
	}
	done, err := d.Engine(d).Undo(stale, in, d.one.Owner)
	if h := d.only(t, done, err); h.Outcome != quarantine.Restored {
		t.Errorf("the outcome is %s", h.Outcome)
	}
	d.want(t, "after the release", true)
}

func TestAnAttemptThatLostItsLeaseIsNotSuperseded(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.during(change, 0, func() {
		d.Pass(2 * time.Minute)
		d.Apply(t, d, d.two)
	})
	slow, err := d.Try(t, d, d.one)
	if err != nil || slow.Status != measure.Pending {
		t.Errorf("the slow attempt answers %+v, %v", slow, err)
	}
	if done := d.Apply(t, d, d.one); done.Status != measure.Done {
		t.Errorf("the next attempt answers %+v", done)
	}
	d.want(t, "then", false)
	d.Undo(t, d, d.two)
	d.want(t, "while the first holds it", false)
	d.Undo(t, d, d.one)
	d.want(t, "in the end", true)
}

func TestACallWithoutAnAnswerIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, delay := range map[string]time.Duration{"carried out at the lease's end": 55 * time.Second, "lost": time.Hour} {
		d := newDoor(t)
		mend := d.Inject(account.Fault{Operation: change, Kind: account.Delayed, Delay: delay, Times: 1})
		if _, err := d.Try(t, d, d.one); !quarantine.Is(err, quarantine.Unavailable) {
			t.Fatalf("%s: the first attempt answers %v", name, err)
		}
		mend()
		wait, err := d.TryUndo(t, d, d.one)
		if err != nil || wait.Status != measure.Pending || wait.After < 55 {
			t.Fatalf("%s: the release answers %+v, %v", name, wait, err)
		}
		if h := d.only(t, d.Undo(t, d, d.one), nil); h.Outcome != quarantine.Restored {
			t.Errorf("%s: the outcome is %s", name, h.Outcome)
		}
		d.want(t, name, true)
	}
}

func TestAnOpeningWithoutAnAnswerIsWaitedFor(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.Apply(t, d, d.one)
	d.Inject(account.Fault{Operation: change, Kind: account.Delayed, Delay: 55 * time.Second, Times: 1})
	if _, err := d.TryUndo(t, d, d.one); !quarantine.Is(err, quarantine.Unavailable) {
		t.Fatalf("the release answers %v", err)
	}
	wait, err := d.Try(t, d, d.two)
	if err != nil || wait.Status != measure.Pending || wait.After < 55 {
		t.Fatalf("who comes is answered %+v, %v", wait, err)
	}
	d.Apply(t, d, d.two)
	d.want(t, "once the second is done", false)
	if h := d.only(t, d.Undo(t, d, d.one), nil); h.Outcome != quarantine.StillHeld {
		t.Errorf("the first's outcome is %s", h.Outcome)
	}
	d.want(t, "after the first release", false)
}

func TestARepeatedReleaseSaysWhatACallThatCameLateHasClosed(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	mend := d.Inject(account.Fault{Operation: change, Kind: account.Delayed, Delay: 5 * time.Minute, Times: 1})
	if _, err := d.Try(t, d, d.one); !quarantine.Is(err, quarantine.Unavailable) {
		t.Fatalf("the first attempt answers %v", err)
	}
	mend()
	d.Undo(t, d, d.one)
	if h := d.only(t, d.Undo(t, d, d.one), nil); h.Outcome != quarantine.Restored || h.Note != "" {
		t.Errorf("before it comes the outcome is %s, %q", h.Outcome, h.Note)
	}
	d.Pass(5 * time.Minute)
	d.want(t, "after the call of before", false)
	if h := d.only(t, d.Undo(t, d, d.one), nil); h.Outcome != quarantine.Restored || !strings.Contains(h.Note, "closed again") {
		t.Errorf("after it the outcome is %s, %q", h.Outcome, h.Note)
	}
}

// What puts a thing right that a hand has opened can be carried out after a release that left it
// to that hand.
func TestARepeatedReleaseSaysWhatALateCallHasClosedThatAHandHadOpened(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.Apply(t, d, d.one)
	d.SetGroups(d.instance, open)
	mend := d.Inject(account.Fault{Operation: change, Kind: account.Delayed, Delay: 20 * time.Minute, Times: 1})
	if _, err := d.Try(t, d, d.one); !quarantine.Is(err, quarantine.Unavailable) {
		t.Fatalf("putting it right answers %v", err)
	}
	mend()
	other := d.AddSecurityGroup(account.SecurityGroup{VPC: d.vpc})
	d.SetGroups(d.instance, other)
	d.Undo(t, d, d.one)
	left := d.only(t, d.Undo(t, d, d.one), nil)
	if left.Outcome != quarantine.Drifted || !strings.Contains(left.Note, other) || strings.Contains(left.Note, "closed again") {
		t.Errorf("before it comes the outcome is %s, %q", left.Outcome, left.Note)
	}
	d.Pass(20 * time.Minute)
	d.want(t, "after the call of before", false)
	if h := d.only(t, d.Undo(t, d, d.one), nil); h.Outcome != quarantine.Drifted || !strings.Contains(h.Note, "closed again") {
		t.Errorf("after it the outcome is %s, %q", h.Outcome, h.Note)
	}
}

func TestNothingIsSaidThatIsNotReadBack(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	accepted := func() { // and carried out a little later
		d.Inject(account.Fault{Operation: change, Kind: account.Delayed, Delay: time.Second, Answer: true, Times: 1})
	}
	accepted()
	if _, err := d.Try(t, d, d.one); !quarantine.Is(err, quarantine.NotVerified) {
		t.Errorf("while it is open yet, the measure answers %v", err)
	}
	if done, err := d.Try(t, d, d.one); err != nil || done.Status != measure.Done || d.isOpen(t) { // the lease was given back
		t.Errorf("then it answers %+v, %v, and it is open: %v", done, err, d.isOpen(t))
	}
	d.Pass(time.Minute)
	accepted()
	if _, err := d.TryUndo(t, d, d.one); !quarantine.Is(err, quarantine.NotVerified) {
		t.Errorf("while it is closed yet, the release answers %v", err)
	}
	if h := d.only(t, d.Undo(t, d, d.one), nil); h.Outcome != quarantine.Restored {
		t.Errorf("then the outcome is %s", h.Outcome)
	}
	d.want(t, "in the end", true)
}

// Of what was never read back as put, nobody can say that somebody else has changed it.
func TestAReleaseBlamesNobodyForWhatWasNeverReadBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		readBack bool
		blames   bool
	}{"read back": {true, true}, "never": {false, false}} {
		d := newDoor(t)
		if !c.readBack {
			undo := d.Inject(account.Fault{Operation: change, Kind: account.Deny})
			if _, err := d.Try(t, d, d.one); err == nil {
				t.Fatal("it is taken although it is denied")
			}
			undo()
		} else {
			d.Apply(t, d, d.one)
		}
		d.SetGroups(d.instance, d.AddSecurityGroup(account.SecurityGroup{VPC: d.vpc}))
		d.Undo(t, d, d.one)
		h := d.only(t, d.Undo(t, d, d.one), nil)
		if h.Outcome != quarantine.Drifted || strings.Contains(h.Note, "somebody has changed it") != c.blames {
			t.Errorf("%s: %s, %q", name, h.Outcome, h.Note)
		}
	}
}
