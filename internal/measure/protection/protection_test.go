package protection_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// host is an account with one instance, that a shutdown terminates if it can be stopped, with
// a boot volume that goes with it and another one that stays.
type host struct {
	*stage.Stage
	measure.Measure
	instance string
}

func newHost(t *testing.T, i account.Instance) *host {
	t.Helper()
	h := &host{Stage: stage.New()}
	h.Measure = protection.Measure{Instances: h.Cloud}
	i.Volumes = []account.Volume{{}, {}}
	h.instance = h.AddInstance(i)
	if !i.InstanceStore {
		if err := h.Cloud.SetShutdown(t.Context(), h.Resource(h.instance), "terminate"); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *host) now(t *testing.T) quarantine.Protection {
	t.Helper()
	p, err := h.Cloud.Protection(t.Context(), h.Resource(h.instance))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// want compares what keeps the instance; deleted is whether each volume goes with it, in the
// order of the devices.
func (h *host) want(t *testing.T, termination, stop bool, shutdown string, deleted ...bool) {
	t.Helper()
	p := h.now(t)
	var goes []bool
	for _, v := range p.Volumes {
		goes = append(goes, v.Deleted)
	}
	if p.Termination != termination || p.Stop != stop || p.Shutdown != shutdown || !slices.Equal(goes, deleted) {
		t.Errorf("the instance has %+v, want termination %v, stop %v, shutdown %s, deleted volumes %v", p, termination, stop, shutdown, deleted)
	}
}

func (h *host) setDeletion(t *testing.T, device string, on bool) {
	t.Helper()
	if err := h.Cloud.SetDeleteOnTermination(t.Context(), h.Resource(h.instance), device, on); err != nil {
		t.Fatal(err)
	}
}

// changes counts the calls that changed something.
func (h *host) changes() int {
	n := 0
	for _, c := range h.Calls() {
		if c.Operation == "ModifyInstanceAttribute" {
			n++
		}
	}
	return n
}

func TestNothingEndsTheInstanceUntilItsRelease(t *testing.T) {
	t.Parallel()
	h := newHost(t, account.Instance{})
	c := h.Incident(t, 1, h.instance)
	h.want(t, false, false, "terminate", true, false)
	done := h.Apply(t, h, c)
	h.want(t, true, true, "stop", false, false)
	if done.Status != measure.Done || stage.Only(t, done).VerifiedAt.IsZero() {
		t.Errorf("the answer is %+v", done)
	}
	if got := stage.Only(t, h.Undo(t, h, c)); got.Outcome != quarantine.Restored {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	h.want(t, false, false, "terminate", true, false)
}

func TestWhatIsProtectedAlreadyStaysSo(t *testing.T) {
	t.Parallel()
	h := newHost(t, account.Instance{})
	c := h.Incident(t, 1, h.instance)
	h.setDeletion(t, "/dev/xvda", false)
	for _, err := range []error{h.Cloud.SetTermination(t.Context(), c.Resource, true), h.Cloud.SetStop(t.Context(), c.Resource, true), h.Cloud.SetShutdown(t.Context(), c.Resource, "stop")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	before := h.changes()
	h.Apply(t, h, c)
	if got := stage.Only(t, h.Undo(t, h, c)); got.Outcome != quarantine.Unchanged {
		t.Errorf("the outcome is %s", got.Outcome)
	}
	if n := h.changes() - before; n != 0 {
		t.Errorf("%d attributes were changed", n)
	}
	h.want(t, true, true, "stop", false, false)
}

func TestWhatEC2NeverTakesIsAnAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		of      account.Instance
		refused []string
		undone  string // the shutdown behaviour of before
		held    string // and while it is held
	}{
		"Spot":           {account.Instance{Spot: true}, []string{"stop", "termination"}, "terminate", "stop"},
		"instance store": {account.Instance{InstanceStore: true}, []string{"shutdown", "stop"}, "terminate", "terminate"},
	} {
		h := newHost(t, tt.of)
		c := h.Incident(t, 1, h.instance)
		done := h.Apply(t, h, c)
		var refused []string
		for part, p := range stage.Only(t, done).Parts {
			if p.Refused != "" {
				refused = append(refused, part)
			}
		}
		slices.Sort(refused)
		if done.Status != measure.Done || stage.Only(t, done).VerifiedAt.IsZero() || !slices.Equal(refused, tt.refused) {
			t.Errorf("%s: %s, and EC2 refused %v", name, done.Status, refused)
		}
		h.want(t, !tt.of.Spot, false, tt.held, false, false)
		if got := stage.Only(t, h.Undo(t, h, c)); got.Outcome != quarantine.Restored {
			t.Errorf("%s: the outcome is %s, %q", name, got.Outcome, got.Note)
		}
		h.want(t, false, false, tt.undone, true, false)
	}
}

func TestARefusalThatDidNotComeOnRecordHindersNoRelease(t *testing.T) {
	t.Parallel()
	h := newHost(t, account.Instance{Spot: true})
	c := h.Incident(t, 1, h.instance)
	h.Inject(account.Fault{Operation: "ModifyInstanceAttribute", Skip: 2, Kind: account.StopAfter, Times: 1}) // shutdown, stop, termination
	stage.Killed(t, func() { _, _ = h.Try(t, h, c) })
	if got := stage.Only(t, h.Undo(t, h, c)); got.Outcome != quarantine.Restored {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	h.want(t, false, false, "terminate", true, false)
}

func TestAHalfDoneMeasureGoesBack(t *testing.T) {
	t.Parallel()
	for skip := range 4 {
		for _, kind := range []account.Kind{account.StopBefore, account.StopAfter, account.TimeoutAfter, account.Throttle} {
			h := newHost(t, account.Instance{})
			c := h.Incident(t, 1, h.instance)
			mend := h.Inject(account.Fault{Operation: "ModifyInstanceAttribute", Skip: skip, Kind: kind})
			if kind == account.StopBefore || kind == account.StopAfter {
				stage.Killed(t, func() { _, _ = h.Try(t, h, c) })
			} else if _, err := h.Try(t, h, c); !quarantine.Passes(err) {
				t.Errorf("after %d calls: %v", skip, err)
			}
			mend()
			h.Undo(t, h, c)
			h.want(t, false, false, "terminate", true, false)
		}
	}
}

func TestAVolumeThatIsAttachedLaterIsNeverPutBack(t *testing.T) {
	t.Parallel()
	h := newHost(t, account.Instance{})
	c := h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	h.AttachVolume(h.instance, account.Volume{Device: "/dev/xvdz"})
	h.setDeletion(t, "/dev/xvdz", true)
	h.Undo(t, h, c)
	h.want(t, false, false, "terminate", true, false, true)
}

func TestAnotherVolumeOnTheSameDeviceIsNotTheOneOfBefore(t *testing.T) {
	t.Parallel()
	h := newHost(t, account.Instance{})
	c := h.Incident(t, 1, h.instance)
	boot := h.now(t).Volumes[0]
	h.Apply(t, h, c)
	h.DetachVolume(boot.ID)
	h.AttachVolume(h.instance, account.Volume{Device: boot.Device}) // stays with the instance's end, and is not to go
	got := stage.Only(t, h.Undo(t, h, c))
	if got.Outcome != quarantine.Drifted || !strings.Contains(got.Note, boot.ID+" is gone") {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	h.want(t, false, false, "terminate", false, false)
}

func TestWhatSomebodyChangedSinceIsLeftAndTheRestGoesBack(t *testing.T) {
	t.Parallel()
	h := newHost(t, account.Instance{})
	c := h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	boot := h.now(t).Volumes[0]
	h.DetachVolume(boot.ID)
	done := h.Undo(t, h, c)
	if got := slices.Collect(maps.Values(stage.Outcomes(done))); !slices.Equal(got, []quarantine.ReleaseOutcome{quarantine.Drifted}) {
		t.Errorf("the outcome is %v", got)
	}
	h.want(t, false, false, "terminate", false)
}

func TestAnInstanceThatIsGoneIsSettledByTwoLooks(t *testing.T) {
	t.Parallel()
	h := newHost(t, account.Instance{})
	c := h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	h.Terminate(h.instance)
	first, err := h.TryUndo(t, h, c)
	if err != nil || first.Status != measure.Pending {
		t.Fatalf("one look answers %+v, %v", first, err)
	}
	if got := stage.Only(t, h.Undo(t, h, c)); got.Outcome != quarantine.Gone {
		t.Errorf("the outcome is %s", got.Outcome)
	}
	next := h.Apply(t, h, h.Incident(t, 2, h.instance))
	if len(next.Left) != 1 || !strings.HasPrefix(next.Left[0], h.instance+" is gone") {
		t.Errorf("of a terminated instance is said %q", next.Left)
	}
}

func TestAReadThatIsOlderThanTheReleaseIsNotWhatStoodBefore(t *testing.T) {
	t.Parallel()
	h := newHost(t, account.Instance{})
	h.Inject(account.Fault{Service: "ec2", Kind: account.Stale, Behind: 4, Match: func(c account.Call) bool { return c.Caller.Function == "stale" }})
	old := h.Incident(t, 1, h.instance)
	h.Apply(t, h, old)
	h.Undo(t, h, old) // four changes
	idle := h.Incident(t, 2, h.instance)
	hold := quarantine.Hold{Measure: h.Info().Name, AccountID: h.ID(), Region: h.Region(), Thing: h.instance}
	if err := h.Ledger.Join(t.Context(), hold, idle); err != nil {
		t.Fatal(err)
	}
	h.Undo(t, h, idle) // nothing was put in between
	c := h.Incident(t, 3, h.instance)
	first, err := h.Engine(h).Apply(account.WithCaller(t.Context(), account.Caller{Function: "stale"}), c)
	if err != nil || first.Status != measure.Pending {
		t.Fatalf("a read of before the release answers %+v, %v", first, err)
	}
	h.Pass(time.Duration(first.After) * time.Second)
	h.Apply(t, h, c)
	h.want(t, true, true, "stop", false, false)
	h.Undo(t, h, c)
	h.want(t, false, false, "terminate", true, false)
}
