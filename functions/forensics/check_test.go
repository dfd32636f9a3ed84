package forensics_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestPendingStaysPendingAndWritesNothing(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		e := s.take()
		s.shown = showing(boot, "completed")
		now := s.check(e)
		if now.Status != quarantine.EvidencePending || now.Snapshots[0].State != "completed" {
			t.Errorf("got %+v", now)
		}
		if !slices.Equal(s.kinds(), []string{"evidence-started"}) || len(s.kept()) != 8 {
			t.Errorf("the check wrote: %v, %v", s.kinds(), s.kept())
		}
		if e.Snapshots[0].State != "pending" {
			t.Error("the request's evidence was changed")
		}
	})
}

func TestCompleteWhenAllAre(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		e := s.take()
		time.Sleep(snapshotTime)
		for range 2 { // a retry must not write anything again
			now := s.check(e)
			if now.Status != quarantine.EvidenceComplete || len(now.Problems) != 0 {
				t.Errorf("got %+v", now)
			}
			if diff := cmp.Diff(append(slices.Clone(manifestNames), "snapshots-final"), names(now.Artifacts)); diff != "" {
				t.Errorf("the artifacts (-want +got):\n%s", diff)
			}
			wantEvents(t, s, "evidence-started", "evidence-complete")
		}
	})
}

func wantEvents(t *testing.T, s *scene, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, s.kinds()); diff != "" {
		t.Errorf("the events (-want +got):\n%s", diff)
	}
}

func TestI9ASnapshotInErrorFailsTheEvidence(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.FailSnapshots(boot)
		e := s.take()
		time.Sleep(snapshotTime)
		now := s.check(e)
		if now.Status != quarantine.EvidenceStatusFailed {
			t.Errorf("the status is %s", now.Status)
		}
		want := []string{
			fmt.Sprintf("snapshot %s of volume %s failed: An internal error has occurred", e.Snapshots[0].ID, boot),
			fmt.Sprintf("snapshot %s of volume %s failed: Another snapshot of the multi-volume set failed", e.Snapshots[1].ID, data),
		}
		if diff := cmp.Diff(want, now.Problems); diff != "" {
			t.Errorf("the problems (-want +got):\n%s", diff)
		}
		if !slices.Contains(names(now.Artifacts), "snapshots-failed") || !slices.Contains(s.kept(), "snapshots-failed") {
			t.Errorf("the artifacts are: %v, %v", names(now.Artifacts), s.kept())
		}
		wantEvents(t, s, "evidence-started", "evidence-failed")
	})
}

// One snapshot in error fails the evidence, whatever the state of the others.
func TestI9OneSnapshotInErrorOutweighsThosePendingAndCompleted(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, snapshotTime} {
		inScene(t, func(t *testing.T, s *scene) {
			e := s.take()
			time.Sleep(after)
			s.shown = showing(boot, "error")
			now := s.check(e)
			want := fmt.Sprintf("snapshot %s of volume %s failed: EC2 gives no reason", e.Snapshots[0].ID, boot)
			if now.Status != quarantine.EvidenceStatusFailed || !slices.Equal(now.Problems, []string{want}) {
				t.Errorf("after %s: got %+v", after, now)
			}
		})
	}
}

func TestASnapshotThatIsNotListed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after time.Duration
		want  quarantine.EvidenceStatus
	}{
		"may still appear": {snapshotTime, quarantine.EvidencePending},
		"is gone":          {time.Hour, quarantine.EvidenceStatusFailed},
	} {
		inScene(t, func(t *testing.T, s *scene) {
			e := s.take()
			s.shown = without(boot)
			time.Sleep(c.after)
			now := s.check(e)
			if now.Status != c.want || len(now.Snapshots) != 2 {
				t.Errorf("it %s: got %+v", name, now)
			}
		})
	}
}

// EC2 creates no snapshot of a volume in error. The other snapshots are completed
// first, and then the evidence fails, because it is incomplete.
func TestAVolumeWithoutASnapshotFailsTheEvidenceOnceTheOthersAreKept(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.SetVolumeError(data)
		taken := s.take()
		pending := s.check(taken)
		if taken.Status != quarantine.EvidencePending || pending.Status != quarantine.EvidencePending {
			t.Errorf("while a snapshot is pending the evidence is %s, then %s", taken.Status, pending.Status)
		}
		s.Terminate(instance) // it detaches the volumes, which must not change the result
		time.Sleep(snapshotTime)
		for range 2 { // a retry must not write anything again
			now := s.check(pending)
			if now.Status != quarantine.EvidenceStatusFailed || len(now.Snapshots) != 1 || now.Snapshots[0].State != "completed" {
				t.Errorf("got %+v", now)
			}
			if diff := cmp.Diff([]string{noSnapshotOfData}, now.Problems); diff != "" {
				t.Errorf("the problems (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(append(slices.Clone(manifestNames), "snapshots-failed"), names(now.Artifacts)); diff != "" {
				t.Errorf("the artifacts (-want +got):\n%s", diff)
			}
			wantEvents(t, s, "evidence-started", "evidence-failed")
		}
	})
}

// The list of uncovered volumes passes from one check to the next through the state machine.
func TestUncoveredVolumesSurviveJSON(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.SetVolumeError(data)
		body, err := json.Marshal(s.take())
		if err != nil {
			t.Fatal(err)
		}
		var read forensics.Evidence
		if err := json.Unmarshal(body, &read); err != nil {
			t.Fatal(err)
		}
		time.Sleep(snapshotTime)
		if now := s.check(read); now.Status != quarantine.EvidenceStatusFailed || now.Incident != incident {
			t.Errorf("got %+v", now)
		}
	})
}

// A retry may see only a part of the set at first.
func TestAVolumeWhoseSnapshotShowsLaterIsCovered(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.take()
		s.shown = without(boot)
		e := s.take()
		if len(e.Problems) != 1 || len(e.Uncovered) != 1 {
			t.Fatalf("got %+v", e)
		}
		s.shown = nil
		time.Sleep(snapshotTime)
		if now := s.check(e); now.Status != quarantine.EvidenceComplete || len(now.Problems) != 0 || len(now.Uncovered) != 0 {
			t.Errorf("got %+v", now)
		}
		if len(e.Problems) != 1 {
			t.Error("the request's evidence was changed")
		}
	})
}

func TestAnUnknownStateIsAFailure(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		e := s.take()
		time.Sleep(snapshotTime)
		s.shown = showing(boot, "recoverable")
		if now := s.check(e); now.Status != quarantine.EvidenceStatusFailed || len(now.Problems) != 1 {
			t.Errorf("got %+v", now)
		}
	})
}

func TestNoSnapshotsAtAllIsAFailure(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		if now := s.check(forensics.Evidence{}); now.Status != quarantine.EvidenceStatusFailed {
			t.Errorf("got %+v", now)
		}
	})
}

func TestTheDeviceIsRememberedWhereTaggingFailed(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.failing("CreateTags", "RequestLimitExceeded")
		e := s.take()
		if now := s.check(e); now.Snapshots[0].Device != "/dev/xvda" {
			t.Errorf("got %+v", now.Snapshots)
		}
	})
}

func TestAFailedListingIsAnError(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		in := request()
		e := s.take()
		in.Evidence = &e
		s.failing("DescribeSnapshots", "RequestLimitExceeded")
		if _, err := s.handler().Handle(t.Context(), in); !quarantine.Is(err, quarantine.Throttled) {
			t.Errorf("got %v, want Throttled", err)
		}
	})
}
