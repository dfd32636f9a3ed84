package metadata_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/metadata"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const operation = "ModifyInstanceMetadataOptions"

// host is an account with one instance, whose metadata service is on.
type host struct {
	*stage.Stage
	measure.Measure
	instance string
}

func newHost() *host {
	h := &host{Stage: stage.New()}
	h.Measure = metadata.Measure{Instances: h.Cloud}
	h.instance = h.AddInstance(account.Instance{})
	return h
}

// want compares the endpoint, whether or not EC2 is carrying a change out.
func (h *host) want(t *testing.T, state string) {
	t.Helper()
	got, _, err := h.Cloud.MetadataEndpoint(t.Context(), h.Resource(h.instance))
	if err != nil || got != state {
		t.Errorf("the endpoint is %q (%v), want %s", got, err, state)
	}
}

// set is a change by hand that is carried out.
func (h *host) set(t *testing.T, state string) {
	t.Helper()
	if err := h.Cloud.SetMetadataEndpoint(t.Context(), h.Resource(h.instance), state); err != nil {
		t.Fatal(err)
	}
	h.Pass(time.Minute)
}

func (h *host) wantUndone(t *testing.T, c quarantine.Claim, want quarantine.ReleaseOutcome, state string) {
	t.Helper()
	if got := stage.Only(t, h.Undo(t, h, c)); got.Outcome != want {
		t.Errorf("the outcome is %s, %q, want %s", got.Outcome, got.Note, want)
	}
	h.want(t, state)
}

// changes counts the calls that changed something.
func (h *host) changes() int {
	n := 0
	for _, c := range h.Calls() {
		if c.Operation == operation && c.Applied {
			n++
		}
	}
	return n
}

func TestTheMetadataServiceIsOffUntilTheRelease(t *testing.T) {
	t.Parallel()
	h := newHost()
	c := h.Incident(t, 1, h.instance)
	done, err := h.Try(t, h, c)
	if err != nil || done.Status != measure.Done || !measure.Closed(stage.Only(t, done)) {
		t.Errorf("one attempt answers %+v, %v", done, err)
	}
	h.want(t, "disabled")
	h.wantUndone(t, c, quarantine.Restored, "enabled")
	if n := h.changes(); n != 2 {
		t.Errorf("there were %d changes, want one there and one back", n)
	}
}

func TestWhatIsOffAlreadyStaysSo(t *testing.T) {
	t.Parallel()
	h := newHost()
	h.set(t, "disabled")
	c := h.Incident(t, 1, h.instance)
	if done := h.Apply(t, h, c); !measure.Closed(stage.Only(t, done)) {
		t.Errorf("the answer is %+v", done)
	}
	h.wantUndone(t, c, quarantine.Unchanged, "disabled")
	if n := h.changes(); n != 1 {
		t.Errorf("the measure made %d changes", n-1)
	}
}

func TestAChangeThatIsUnderWayIsNeitherDoneNorUndone(t *testing.T) {
	t.Parallel()
	h := newHost()
	h.SetMetadataTime(50 * time.Second) // longer than one attempt looks
	c := h.Incident(t, 1, h.instance)
	first, err := h.Try(t, h, c)
	if err != nil || first.Status != measure.Pending || !stage.Only(t, first).VerifiedAt.IsZero() {
		t.Fatalf("the first attempt answers %+v, %v", first, err)
	}
	again, err := h.Try(t, h, c)
	if err != nil || again.Status != measure.Pending || h.changes() != 1 {
		t.Fatalf("another answers %+v, %v, after %d changes", again, err, h.changes())
	}
	undo, err := h.TryUndo(t, h, c)
	if err != nil || undo.Status != measure.Pending || h.changes() != 1 {
		t.Fatalf("a release answers %+v, %v, after %d changes", undo, err, h.changes())
	}
	h.Pass(time.Minute)
	undo, err = h.TryUndo(t, h, c)
	if err != nil || undo.Status != measure.Pending || stage.Only(t, undo).Outcome != "" || h.changes() != 2 {
		t.Fatalf("while it is put back a release answers %+v, %v, after %d changes", undo, err, h.changes())
	}
	h.SetMetadataTime(time.Second)
	h.Pass(time.Minute)
	h.wantUndone(t, c, quarantine.Restored, "enabled")
}

func TestWhatIsCarriedOutInTheEndIsDone(t *testing.T) {
	t.Parallel()
	h := newHost()
	h.SetMetadataTime(50 * time.Second)
	c := h.Incident(t, 1, h.instance)
	if first, err := h.Try(t, h, c); err != nil || first.Status != measure.Pending {
		t.Fatalf("the first attempt answers %+v, %v", first, err)
	}
	h.SetMetadataTime(5 * time.Second)
	if done := h.Apply(t, h, c); !measure.Closed(stage.Only(t, done)) {
		t.Errorf("the answer is %+v", done)
	}
	h.wantUndone(t, c, quarantine.Restored, "enabled")
}

func TestAStoppedInstanceIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	h := newHost()
	h.Stop(h.instance)
	c := h.Incident(t, 1, h.instance)
	if done, err := h.Try(t, h, c); err != nil || !measure.Closed(stage.Only(t, done)) {
		t.Errorf("the answer is %+v, %v", done, err)
	}
	h.wantUndone(t, c, quarantine.Restored, "enabled")
}

func TestEveryWayInWhichAnAttemptEndsIsPutBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.StopBefore, account.StopAfter, account.TimeoutBefore, account.TimeoutAfter, account.Throttle} {
		h := newHost()
		c := h.Incident(t, 1, h.instance)
		mend := h.Inject(account.Fault{Operation: operation, Kind: kind})
		if kind == account.StopBefore || kind == account.StopAfter {
			stage.Killed(t, func() { _, _ = h.Try(t, h, c) })
		} else if _, err := h.Try(t, h, c); !quarantine.Passes(err) {
			t.Errorf("fault %d: %v", kind, err)
		}
		mend()
		h.wantUndone(t, c, quarantine.Restored, "enabled")
	}
}

func TestWhatSomebodyTurnedOnSinceIsLeftOn(t *testing.T) {
	t.Parallel()
	h := newHost()
	c := h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	h.set(t, "enabled")
	h.wantUndone(t, c, quarantine.Restored, "enabled")
}

func TestTheLastHolderTurnsItOn(t *testing.T) {
	t.Parallel()
	h := newHost()
	one, two := h.Incident(t, 1, h.instance), h.Incident(t, 2, h.instance)
	h.Lock(t, one, quarantine.StatusContained)
	h.Apply(t, h, one)
	h.Lock(t, two, quarantine.StatusContained)
	h.Apply(t, h, two)
	h.wantUndone(t, one, quarantine.StillHeld, "disabled")
	h.wantUndone(t, two, quarantine.Restored, "enabled")
}

func TestAnInstanceThatIsGoneIsSettledByTwoLooks(t *testing.T) {
	t.Parallel()
	h := newHost()
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
}

func TestAnEndpointThatIsNotShownIsLeftAndNotCalledClosed(t *testing.T) {
	t.Parallel()
	m := metadata.Measure{}
	want, err := m.Want(t.Context(), quarantine.Hold{}, measure.Look{})
	if err != nil || len(want) > 0 {
		t.Errorf("of an endpoint that is not shown is wanted %v, %v", want, err)
	}
}

func TestWhatItLeavesOpenAndStopsIsSaid(t *testing.T) {
	t.Parallel()
	info := metadata.Info()
	if info.On {
		t.Error("it stops software on the instance, and is on where nobody said so")
	}
	if !strings.Contains(info.Does, "software on the instance that needs its role") {
		t.Errorf("not a word about software that stops working: %s", info.Does)
	}
	open := strings.Join(measure.StaysOpen(quarantine.KindInstance, []measure.Info{info}), "\n")
	for _, what := range []string{"DHCP", "time sync", "DNS", "Credentials already issued"} {
		if !strings.Contains(open, what) {
			t.Errorf("not a word about %s in:\n%s", what, open)
		}
	}
	if strings.Contains(open, "instance metadata service") {
		t.Errorf("it is off, and said to be open:\n%s", open)
	}
}

func TestByHandItIsTurnedOnWhereItWasOn(t *testing.T) {
	t.Parallel()
	held := func(before string) quarantine.Hold {
		return quarantine.Hold{Thing: "i-" + before, Parts: map[string]quarantine.Part{
			"endpoint": {Before: &quarantine.Value{Text: before}, Puts: []string{"disabled"}, After: "disabled"},
		}}
	}
	steps := metadata.Info().UndoByHand([]quarantine.Hold{held("enabled"), held("disabled")})
	want := []string{"ec2", "modify-instance-metadata-options", "--instance-id", "i-enabled", "--http-endpoint", "enabled"}
	if len(steps) != 2 || !slices.Equal(steps[1].Command, want) {
		t.Errorf("the steps are %v", steps)
	}
	if steps := metadata.Info().UndoByHand([]quarantine.Hold{held("disabled")}); len(steps) != 0 {
		t.Errorf("there is nothing to do, and the steps are %v", steps)
	}
}
