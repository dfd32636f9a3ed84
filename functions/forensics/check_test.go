package forensics

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestPendingStaysPendingAndWritesNothing(t *testing.T) {
	t.Parallel()
	s := newScene()
	e := handle(t, s, request())
	s.set("vol-a", "completed", "")
	now := check(t, s, e)
	if now.Status != quarantine.EvidencePending || now.Snapshots[0].State != "completed" {
		t.Errorf("got %+v", now)
	}
	if !slices.Equal(s.kinds(), []quarantine.EventKind{quarantine.EventEvidenceStarted}) || len(s.book) != 7 {
		t.Errorf("it wrote: %v, %v", s.kinds(), names(s.book))
	}
	if e.Snapshots[0].State != "pending" {
		t.Error("the request's evidence was changed")
	}
}

func TestCompleteWhenAllAre(t *testing.T) {
	t.Parallel()
	s := newScene()
	e := handle(t, s, request())
	s.set("vol-a", "completed", "")
	s.set("vol-b", "completed", "")
	for range 2 { // a retry says nothing twice
		now := check(t, s, e)
		if now.Status != quarantine.EvidenceComplete || len(now.Problems) != 0 {
			t.Errorf("got %+v", now)
		}
		if diff := cmp.Diff(append(slices.Clone(manifestNames), "snapshots-final"), names(now.Artifacts)); diff != "" {
			t.Errorf("the artifacts (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]quarantine.EventKind{quarantine.EventEvidenceStarted, quarantine.EventEvidenceComplete}, s.kinds()); diff != "" {
			t.Errorf("the events (-want +got):\n%s", diff)
		}
	}
}

func TestASnapshotInErrorFailsTheEvidence(t *testing.T) {
	t.Parallel()
	s := newScene()
	e := handle(t, s, request())
	s.set("vol-a", "error", "the key is disabled")
	now := check(t, s, e)
	if now.Status != quarantine.EvidenceStatusFailed {
		t.Errorf("the status is %s", now.Status)
	}
	want := []string{"snapshot snap-of-vol-a of volume vol-a failed: the key is disabled"}
	if diff := cmp.Diff(want, now.Problems); diff != "" {
		t.Errorf("the problems (-want +got):\n%s", diff)
	}
	if !slices.Contains(names(now.Artifacts), "snapshots-failed") || !slices.Contains(s.kinds(), quarantine.EventEvidenceFailed) {
		t.Errorf("it wrote: %v, %v", names(now.Artifacts), s.kinds())
	}
}

func TestASnapshotThatIsNotListed(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		after time.Duration
		want  quarantine.EvidenceStatus
	}{
		"may still appear": {time.Minute, quarantine.EvidencePending},
		"is gone":          {time.Hour, quarantine.EvidenceStatusFailed},
	}
	for name, c := range cases {
		s := newScene()
		e := handle(t, s, request())
		s.set("vol-b", "completed", "")
		s.taken = slices.DeleteFunc(s.taken, func(k quarantine.Snapshot) bool { return k.VolumeID == "vol-a" })
		s.now = start.Add(c.after)
		now := check(t, s, e)
		if now.Status != c.want || len(now.Snapshots) != 2 {
			t.Errorf("it %s: got %+v", name, now)
		}
	}
}

// EC2 takes no snapshot of a volume in error. The others' count, and then the
// evidence is not all there.
func TestAVolumeWithoutASnapshotFailsTheEvidenceOnceTheOthersAreKept(t *testing.T) {
	t.Parallel()
	s := newScene()
	s.volumes[0].State = "error"
	taken := handle(t, s, request())
	pending := check(t, s, taken)
	if taken.Status != quarantine.EvidencePending || pending.Status != quarantine.EvidencePending {
		t.Errorf("while a snapshot is pending the evidence is %s, then %s", taken.Status, pending.Status)
	}
	s.volumes = s.volumes[1:] // somebody detaches it, and it was there all the same
	s.set("vol-a", "completed", "")
	for range 2 { // a retry says nothing twice
		now := check(t, s, pending)
		if now.Status != quarantine.EvidenceStatusFailed || len(now.Snapshots) != 1 || now.Snapshots[0].State != "completed" {
			t.Errorf("got %+v", now)
		}
		want := []string{"there is no snapshot of volume vol-b (/dev/xvdb), which is in state error"}
		if diff := cmp.Diff(want, now.Problems); diff != "" {
			t.Errorf("the problems (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(append(slices.Clone(manifestNames), "snapshots-failed"), names(now.Artifacts)); diff != "" {
			t.Errorf("the artifacts (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]quarantine.EventKind{quarantine.EventEvidenceStarted, quarantine.EventEvidenceFailed}, s.kinds()); diff != "" {
			t.Errorf("the events (-want +got):\n%s", diff)
		}
	}
}

// What one look has to know of the one before goes through the state machine.
func TestWhatIsUncoveredSurvivesTheWayThroughTheStates(t *testing.T) {
	t.Parallel()
	s := newScene()
	s.volumes[0].State = "error"
	body, err := json.Marshal(handle(t, s, request()))
	if err != nil {
		t.Fatal(err)
	}
	var read Evidence
	if err := json.Unmarshal(body, &read); err != nil {
		t.Fatal(err)
	}
	s.set("vol-a", "completed", "")
	if now := check(t, s, read); now.Status != quarantine.EvidenceStatusFailed || now.Incident != incident {
		t.Errorf("got %+v", now)
	}
}

// A retry may find only a part of the set at first.
func TestAVolumeWhoseSnapshotShowsLaterIsCovered(t *testing.T) {
	t.Parallel()
	s := newScene()
	handle(t, s, request())
	set := s.taken
	s.taken = set[1:]
	e := handle(t, s, request())
	if len(e.Problems) != 1 || len(e.Uncovered) != 1 {
		t.Fatalf("got %+v", e)
	}
	s.taken = set
	s.set("vol-a", "completed", "")
	s.set("vol-b", "completed", "")
	if now := check(t, s, e); now.Status != quarantine.EvidenceComplete || len(now.Problems) != 0 || len(now.Uncovered) != 0 {
		t.Errorf("got %+v", now)
	}
	if len(e.Problems) != 1 {
		t.Error("the request's evidence was changed")
	}
}

func TestAnUnknownStateIsNoSuccess(t *testing.T) {
	t.Parallel()
	s := newScene()
	e := handle(t, s, request())
	s.set("vol-a", "recoverable", "")
	s.set("vol-b", "completed", "")
	if now := check(t, s, e); now.Status != quarantine.EvidenceStatusFailed || len(now.Problems) != 1 {
		t.Errorf("got %+v", now)
	}
}

func TestNoSnapshotsAtAllIsNoSuccess(t *testing.T) {
	t.Parallel()
	if now := check(t, newScene(), Evidence{}); now.Status != quarantine.EvidenceStatusFailed {
		t.Errorf("got %+v", now)
	}
}

func TestTheDeviceIsRememberedWhereTaggingFailed(t *testing.T) {
	t.Parallel()
	s := newScene()
	s.failing["TagSnapshot"] = quarantine.Failf(quarantine.Throttled, "slower")
	e := handle(t, s, request())
	if now := check(t, s, e); now.Snapshots[0].Device != "/dev/xvda" {
		t.Errorf("got %+v", now.Snapshots)
	}
}

func TestLookingThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	s := newScene()
	in := request()
	e := handle(t, s, in)
	in.Evidence = &e
	s.failing["Snapshots"] = quarantine.Failf(quarantine.Throttled, "slower")
	if _, err := s.handler().Handle(t.Context(), in); !quarantine.Is(err, quarantine.Throttled) {
		t.Errorf("got %v, want Throttled", err)
	}
}
