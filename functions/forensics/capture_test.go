package forensics_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var manifestNames = []string{
	"instance", "interfaces", "profile", "security-groups", "volumes", "console-output", "console-screenshot", "snapshots",
}

// onRecord is the sorted list of artifacts, as the ledger returns it.
func onRecord(manifest ...string) []string { return slices.Sorted(slices.Values(manifest)) }

func TestEverySnapshotIsTaggedWithWhatItIsOf(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		e := s.take()
		if e.Status != quarantine.EvidencePending || len(e.Snapshots) != 2 || len(e.Problems) != 0 {
			t.Fatalf("got %+v", e)
		}
		snapshots, err := s.handler().Disks.Snapshots(t.Context(), quarantine.Resource{}, quarantine.TagIncident, incident)
		if err != nil || len(snapshots) != 2 {
			t.Fatalf("EC2 has %+v, %v", snapshots, err)
		}
		for n, volume := range []string{boot, data} {
			device := []string{"/dev/xvda", "/dev/xvdb"}[n]
			want := map[string]string{
				"quarantine:product":  "ec2-quarantine",
				"quarantine:incident": incident,
				"quarantine:finding":  "finding-1",
				"quarantine:instance": instance,
				"quarantine:volume":   volume,
				"quarantine:device":   device,
				"quarantine:time":     "2026-03-04T23:59:00Z",
				"quarantine:case":     instance + "-2026-03-04",
			}
			for where, tags := range map[string]map[string]string{"in the answer": e.Snapshots[n].Tags, "at EC2": snapshots[n].Tags} {
				if diff := cmp.Diff(want, tags); diff != "" {
					t.Errorf("tags of the snapshot of %s %s (-want +got):\n%s", volume, where, diff)
				}
			}
			if e.Snapshots[n].Device != device {
				t.Errorf("the device is %q", e.Snapshots[n].Device)
			}
		}
		if e.Case != instance+"-2026-03-04" {
			t.Errorf("the case is %q", e.Case)
		}
	})
}

func TestTheManifestHoldsEverythingWithItsHash(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		const me = "arn:aws:sts::123456789012:assumed-role/forensics/run"
		e, err := s.handler().Handle(as(t.Context(), me), request())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(manifestNames, names(e.Artifacts)); diff != "" {
			t.Errorf("the artifacts (-want +got):\n%s", diff)
		}
		for _, a := range e.Artifacts {
			body := s.body(a.Name)
			sum := sha256.Sum256(body)
			if a.SHA256 != hex.EncodeToString(sum[:]) || a.Bytes != len(body) || a.TakenBy != me || !a.TakenAt.Equal(start) {
				t.Errorf("%s is kept as %+v", a.Name, a)
			}
		}
		if text := string(s.body("console-output")); text != "login: " {
			t.Errorf("the console's text is %q", text)
		}
		if text := string(s.body("profile")); !strings.Contains(text, profile) {
			t.Errorf("the profile is %s", text)
		}
		var groups []quarantine.SecurityGroup
		if err := json.Unmarshal(s.body("security-groups"), &groups); err != nil || len(groups) != 2 {
			t.Errorf("the security groups are %s (%v), want each once", s.body("security-groups"), err)
		}
		if events := s.record().Timeline; !slices.Equal(s.kinds(), []string{"evidence-started"}) || events[0].By != me {
			t.Errorf("the events are %+v", events)
		}
	})
}

func TestI4ASecondRunFindsTheSetAndKeepsTheManifest(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		first := s.take()
		time.Sleep(time.Minute) // to the next day, with the snapshots half done
		again := s.take()
		if s.sets() != 1 {
			t.Errorf("%d sets were taken", s.sets())
		}
		for i := range again.Snapshots {
			if again.Snapshots[i].Progress != "50%" {
				t.Errorf("the progress is %q", again.Snapshots[i].Progress)
			}
			again.Snapshots[i].Progress = first.Snapshots[i].Progress
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("the second run's evidence differs (-first +second):\n%s", diff)
		}
		if len(s.record().Timeline) != 1 {
			t.Errorf("the events are %+v", s.record().Timeline)
		}
	})
}

// The answer to CreateSnapshots was lost, and EC2 does not list the set at first.
func TestI4ARetryListsTwiceBeforeItCreatesAnotherSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		retry, hidden int
		sets          int
		waits         time.Duration
	}{
		{"it shows at once", 1, 0, 1, 0},
		{"it shows at the second look", 1, 1, 1, 3 * time.Second},
		{"a later retry looks as often", 7, 1, 1, 3 * time.Second},
		{"it does not show at all", 1, 2, 2, 3 * time.Second},
		{"a first attempt does not wait", 0, 1, 2, 0},
	} {
		inScene(t, func(t *testing.T, s *scene) {
			s.loses("CreateSnapshots")
			if _, err := s.handler().Handle(t.Context(), request()); !quarantine.Is(err, quarantine.Unavailable) || s.sets() != 1 {
				t.Fatalf("the first attempt took %d sets: %v", s.sets(), err)
			}
			s.hide(c.hidden)
			in := request()
			in.Retry = c.retry
			s.handle(in)
			events := s.record().Timeline
			started := events[len(events)-1].Text
			if believed := strings.Contains(started, "This run has not taken them: by their description"); believed != (c.sets == 1) {
				t.Errorf("%s: the event says %q", c.name, started)
			}
			if waited := time.Since(start); s.sets() != c.sets || waited != c.waits {
				t.Errorf("%s: %d sets were taken, and it waited %s", c.name, s.sets(), waited)
			}
		})
	}
}

func TestARetryThatIsOutOfTimeTakesNoSet(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		in := request()
		in.Retry = 1
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // it ends while the retry waits before listing again
		defer cancel()
		if _, err := s.handler().Handle(ctx, in); !quarantine.Is(err, quarantine.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want Unavailable", err)
		}
		if s.sets() != 0 {
			t.Error("a set was taken")
		}
	})
}

func TestI9SnapshotsOfOthersAreNotEvidence(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		theirs, err := s.handler().Disks.CreateSnapshots(t.Context(), quarantine.Resource{ID: instance}, "by hand", map[string]string{quarantine.TagIncident: incident})
		if err != nil {
			t.Fatal(err)
		}
		e := s.take()
		if s.sets() != 2 || len(e.Snapshots) != 2 || e.Snapshots[0].ID == theirs[0].ID {
			t.Errorf("%d sets were taken, and the evidence has %+v", s.sets(), e.Snapshots)
		}
	})
}

// I14: whoever may tag puts the incident's tags on old snapshots. They stop no new set, and
// the evidence is not complete by them.
func TestI14OldSnapshotsWithTheIncidentsTagsAreNotEvidence(t *testing.T) {
	t.Parallel()
	for what, said := range map[string]string{"a backup": "backup", "an older set of the product": "Evidence of " + instance + " for " + incident} {
		inScene(t, func(t *testing.T, s *scene) {
			in := request()
			in.Execution.StartedAt = time.Now().Add(48 * time.Hour)
			in.Incident = quarantine.IncidentID(in.Execution, in.Resource)
			said = strings.ReplaceAll(said, incident, in.Incident)
			old, err := s.handler().Disks.CreateSnapshots(t.Context(), in.Resource, said, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range old {
				tags := map[string]string{quarantine.TagProduct: quarantine.Product, quarantine.TagIncident: in.Incident}
				if err := s.handler().Disks.TagSnapshot(t.Context(), in.Resource, o.ID, tags); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(48 * time.Hour)
			e := s.handle(in)
			if s.sets() != 2 || len(e.Snapshots) != 2 || e.Status != quarantine.EvidencePending {
				t.Errorf("%s: %d sets were taken, and the evidence is %+v", what, s.sets(), e)
			}
			if len(e.Problems) != 2 || !strings.Contains(e.Problems[0], old[0].ID+" of volume "+boot+", begun at 2026-03-04T23:59:00Z, has this incident's tags, and was not taken for it") {
				t.Errorf("%s: the problems are %q", what, e.Problems)
			}
			time.Sleep(snapshotTime)
			in.Evidence = &e
			now := s.handle(in)
			if now.Status != quarantine.EvidenceComplete || len(now.Snapshots) != 2 || now.Snapshots[0].ID == old[0].ID || now.Snapshots[1].ID == old[1].ID {
				t.Errorf("%s: at last the evidence is %+v", what, now)
			}
		})
	}
}

// I14: a tag clean-up does not unmake what is on record.
func TestI14SnapshotsOnRecordCountWithoutTheProductsTag(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		e := s.take()
		time.Sleep(snapshotTime)
		s.shown = func(all []ec2types.Snapshot) []ec2types.Snapshot {
			for i := range all {
				all[i].Tags = slices.DeleteFunc(all[i].Tags, func(tag ec2types.Tag) bool { return *tag.Key == quarantine.TagProduct })
			}
			return all
		}
		if now := s.check(e); now.Status != quarantine.EvidenceComplete || len(now.Problems) != 0 {
			t.Errorf("got %+v", now)
		}
	})
}

func TestNoVolumesIsReturnedAfterTheManifestWasWritten(t *testing.T) {
	t.Parallel()
	inSceneWith(t, nil, func(t *testing.T, s *scene) {
		_, err := s.handler().Handle(t.Context(), request())
		if !quarantine.Is(err, quarantine.NoVolumes) {
			t.Errorf("got %v, want NoVolumes", err)
		}
		for _, c := range s.Calls() {
			if c.Operation == "CreateSnapshots" {
				t.Error("CreateSnapshots was called")
			}
		}
		if diff := cmp.Diff(onRecord(manifestNames[:7]...), s.kept()); diff != "" {
			t.Errorf("the artifacts (-want +got):\n%s", diff)
		}
		if !slices.Equal(s.kinds(), []string{"evidence-not-taken"}) {
			t.Errorf("the events are %+v", s.record().Timeline)
		}
	})
}

func TestAVolumeInErrorIsReportedAndTheRestTaken(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.SetVolumeError(data)
		e := s.take()
		if len(e.Snapshots) != 1 || e.Snapshots[0].VolumeID != boot {
			t.Errorf("the snapshots are %+v", e.Snapshots)
		}
		if diff := cmp.Diff([]string{noSnapshotOfData}, e.Problems); diff != "" {
			t.Errorf("the problems (-want +got):\n%s", diff)
		}
	})
}

const noSnapshotOfData = "there is no snapshot of volume " + data + " (/dev/xvdb), which is in state error"

// Failures of these calls fail the evidence: the state machine handles the failure,
// and all other artifacts are kept.
func TestFailuresThatFailTheEvidence(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"DescribeSnapshots", "CreateSnapshots"} {
		for code, name := range map[string]string{
			"UnauthorizedOperation": quarantine.AccessDenied, "RequestLimitExceeded": quarantine.Throttled, "SnapshotLimitExceeded": quarantine.QuotaReached,
		} {
			inScene(t, func(t *testing.T, s *scene) {
				s.failing(operation, code)
				_, err := s.handler().Handle(t.Context(), request())
				if !quarantine.Is(err, name) {
					t.Errorf("%s: got %v, want %s", operation, err, name)
				}
				if len(s.kept()) != 7 || s.sets() != 0 {
					t.Errorf("%s: kept %v, %d sets", operation, s.kept(), s.sets())
				}
			})
		}
	}
}

func TestVolumesThatCannotBeReadFailTheEvidence(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.SetVolumeError(boot)
		s.SetVolumeError(data)
		if _, err := s.handler().Handle(t.Context(), request()); !quarantine.Is(err, quarantine.EvidenceFailed) || len(s.kept()) != 7 {
			t.Errorf("got %v, want EvidenceFailed; kept %v", err, s.kept())
		}
	})
}

// What is too large for the ledger is named with its size and its hash.
func TestAConsoleThatIsTooLargeIsNamedWithItsHash(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		noise := make([]byte, 600_000)
		_, _ = rand.NewChaCha8([32]byte{}).Read(noise) // does not compress
		s.SetConsoleOutput(instance, string(noise))
		e := s.take()
		want := fmt.Sprintf("console-output (600000 bytes, SHA-256 %x) could not be kept", sha256.Sum256(noise))
		if len(e.Problems) != 1 || !strings.Contains(e.Problems[0], want) {
			t.Errorf("the problems are %q, want %s", e.Problems, want)
		}
		if slices.Contains(s.kept(), "console-output") || !slices.Contains(s.kept(), "console-screenshot") {
			t.Errorf("kept %v", s.kept())
		}
	})
}

// Failures of these calls leave an artifact out, and are reported as problems.
func TestFailuresThatAreReportedAsProblems(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]struct {
		spoil    func(s *scene)
		missing  []string // artifacts
		problems int
	}{
		"DescribeInstances":      {missing: []string{"instance", "interfaces", "profile", "security-groups"}, problems: 1},
		"DescribeVolumes":        {missing: []string{"volumes"}, problems: 1},
		"DescribeSecurityGroups": {missing: []string{"security-groups"}, problems: 1},
		"GetConsoleOutput":       {missing: []string{"console-output"}, problems: 1},
		"GetConsoleScreenshot":   {missing: []string{"console-screenshot"}, problems: 1},
		"CreateTags":             {problems: 2},
		"GetCallerIdentity":      {problems: 1},
		"PutItem of events":      {spoil: func(s *scene) { s.cannotWrite("EVENT#") }, problems: 1},
		"PutItem of evidence":    {spoil: func(s *scene) { s.cannotWrite("EVIDENCE#") }, missing: manifestNames, problems: 8},
	} {
		inScene(t, func(t *testing.T, s *scene) {
			if want.spoil == nil {
				s.denied(action)
			} else {
				want.spoil(s)
			}
			e := s.take()
			if s.sets() != 1 || len(e.Snapshots) != 2 {
				t.Errorf("%s: the snapshots are %+v", action, e.Snapshots)
			}
			denied := "denied " + strings.Fields(action)[0]
			if len(e.Problems) != want.problems || !strings.Contains(strings.Join(e.Problems, "\n"), denied) {
				t.Errorf("%s: the problems are %q, want %d", action, e.Problems, want.problems)
			}
			for _, name := range manifestNames {
				if kept := slices.Contains(names(e.Artifacts), name); kept == slices.Contains(want.missing, name) {
					t.Errorf("%s: %s is kept: %v", action, name, kept)
				}
			}
			if diff := cmp.Diff(onRecord(names(e.Artifacts)...), s.kept()); diff != "" {
				t.Errorf("%s: the artifacts on record differ (-reported +kept):\n%s", action, diff)
			}
		})
	}
}

func TestWithoutAnIdentityTheExecutionIsRecorded(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.denied("GetCallerIdentity")
		for _, a := range s.take().Artifacts {
			if a.TakenBy != execution {
				t.Errorf("%s is taken by %q", a.Name, a.TakenBy)
			}
		}
	})
}

func TestAnIncompleteRequestIsRefused(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		for _, in := range []forensics.Request{{Incident: incident}, {Resource: request().Resource}} {
			if _, err := s.handler().Handle(t.Context(), in); !quarantine.Is(err, quarantine.BadRequest) || len(s.Calls()) != 1 {
				t.Errorf("got %v, want BadRequest; calls %d besides the table's", err, len(s.Calls())-1)
			}
		}
	})
}
