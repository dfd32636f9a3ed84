package forensics

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

var manifestNames = []string{
	"instance", "interfaces", "profile", "security-groups", "volumes", "console-output", "snapshots",
}

func names(artifacts []quarantine.Artifact) []string {
	var out []string
	for _, a := range artifacts {
		out = append(out, a.Name)
	}
	return out
}

func TestEverySnapshotSaysWhatItIsOf(t *testing.T) {
	t.Parallel()
	s := newScene()
	e := handle(t, s, request())
	if e.Status != quarantine.EvidencePending || len(e.Snapshots) != 2 || len(e.Problems) != 0 {
		t.Fatalf("got %+v", e)
	}
	for n, volume := range []string{"vol-a", "vol-b"} {
		want := map[string]string{
			"quarantine:product":  "ec2-quarantine",
			"quarantine:incident": incident,
			"quarantine:finding":  "finding-1",
			"quarantine:instance": "i-0123456789abcdef0",
			"quarantine:volume":   volume,
			"quarantine:device":   "/dev/xvd" + volume[4:],
			"quarantine:time":     "2026-03-04T23:59:00Z",
			"quarantine:case":     "i-0123456789abcdef0-2026-03-04",
		}
		if diff := cmp.Diff(want, e.Snapshots[n].Tags); diff != "" {
			t.Errorf("tags of the snapshot of %s (-want +got):\n%s", volume, diff)
		}
		if e.Snapshots[n].Device != want["quarantine:device"] {
			t.Errorf("the device is %q", e.Snapshots[n].Device)
		}
	}
	if e.Case != "i-0123456789abcdef0-2026-03-04" {
		t.Errorf("the case is %q", e.Case)
	}
}

func TestTheManifestHoldsEverythingWithItsHash(t *testing.T) {
	t.Parallel()
	s := newScene()
	e := handle(t, s, request())
	if diff := cmp.Diff(manifestNames, names(e.Artifacts)); diff != "" {
		t.Errorf("the artifacts (-want +got):\n%s", diff)
	}
	for _, a := range e.Artifacts {
		sum := sha256.Sum256([]byte(s.kept[a.Name]))
		if a.SHA256 != hex.EncodeToString(sum[:]) || a.Bytes != len(s.kept[a.Name]) || a.TakenBy != me || !a.TakenAt.Equal(start) {
			t.Errorf("%s is kept as %+v", a.Name, a)
		}
	}
	if s.kept["console-output"] != "login: " {
		t.Errorf("the console's text is %q", s.kept["console-output"])
	}
	var groups []quarantine.SecurityGroup
	if err := json.Unmarshal([]byte(s.kept["security-groups"]), &groups); err != nil || len(groups) != 2 {
		t.Errorf("the security groups are %s (%v), want each once", s.kept["security-groups"], err)
	}
	if !slices.Equal(s.kinds(), []quarantine.EventKind{quarantine.EventEvidenceStarted}) || s.events[0].By != me {
		t.Errorf("the events are %+v", s.events)
	}
}

func TestASecondRunFindsTheSetAndKeepsTheManifest(t *testing.T) {
	t.Parallel()
	s := newScene()
	first := handle(t, s, request())
	s.now = start.Add(time.Hour) // the day has changed
	again := handle(t, s, request())
	if s.made != 1 {
		t.Errorf("%d sets were taken", s.made)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the second run gives something else (-first +second):\n%s", diff)
	}
	if len(s.events) != 1 {
		t.Errorf("the events are %+v", s.events)
	}
}

// The answer to CreateSnapshots was lost, and EC2 does not show the set at once.
func TestARetryLooksTwiceBeforeItTakesAnotherSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		retry, hidden int
		sets          int
		slept         []time.Duration
	}{
		{"it shows at once", 1, 0, 1, nil},
		{"it shows at the second look", 1, 1, 1, []time.Duration{secondLook}},
		{"a later retry looks as often", 7, 1, 1, []time.Duration{secondLook}},
		{"it does not show at all", 1, 2, 2, []time.Duration{secondLook}},
		{"a first attempt does not wait", 0, 1, 2, nil},
	} {
		s := newScene()
		handle(t, s, request())
		s.hidden = c.hidden
		in := request()
		in.Retry = c.retry
		handle(t, s, in)
		if s.made != c.sets || !slices.Equal(s.slept, c.slept) {
			t.Errorf("%s: %d sets were taken, and it slept %v", c.name, s.made, s.slept)
		}
	}
}

func TestARetryThatIsOutOfTimeTakesNoSet(t *testing.T) {
	t.Parallel()
	for name, sleep := range map[string]func(context.Context, time.Duration) error{"given": newScene().sleep, "real time": nil} {
		s := newScene()
		h := s.handler()
		h.Clock = clocktest.Clock{Wait: sleep}
		in := request()
		in.Retry = 1
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := h.Handle(ctx, in); !quarantine.Is(err, quarantine.Unavailable) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want Unavailable", name, err)
		}
		if s.made != 0 {
			t.Errorf("%s: a set was taken", name)
		}
	}
}

func TestSnapshotsOfOthersAreNotOurs(t *testing.T) {
	t.Parallel()
	s := newScene()
	s.taken = []quarantine.Snapshot{
		{ID: "snap-x", VolumeID: "vol-a", State: "completed", Tags: map[string]string{quarantine.TagIncident: incident}},
	}
	e := handle(t, s, request())
	if s.made != 1 || len(e.Snapshots) != 2 {
		t.Errorf("%d sets were taken, and the evidence has %+v", s.made, e.Snapshots)
	}
}

func TestNoVolumesIsSaidAfterTheManifestWasKept(t *testing.T) {
	t.Parallel()
	s := newScene()
	s.volumes = nil
	_, err := s.handler().Handle(t.Context(), request())
	if !quarantine.Is(err, quarantine.NoVolumes) {
		t.Errorf("got %v, want NoVolumes", err)
	}
	if s.made != 0 {
		t.Error("a set was asked for")
	}
	if diff := cmp.Diff(manifestNames[:6], names(s.book)); diff != "" {
		t.Errorf("the artifacts (-want +got):\n%s", diff)
	}
	if !slices.Equal(s.kinds(), []quarantine.EventKind{quarantine.EventEvidenceNotTaken}) {
		t.Errorf("the events are %+v", s.events)
	}
}

func TestAVolumeInErrorIsReportedAndTheRestTaken(t *testing.T) {
	t.Parallel()
	s := newScene()
	s.volumes[0].State = "error"
	e := handle(t, s, request())
	if len(e.Snapshots) != 1 || e.Snapshots[0].VolumeID != "vol-a" {
		t.Errorf("the snapshots are %+v", e.Snapshots)
	}
	want := []string{"there is no snapshot of volume vol-b (/dev/xvdb), which is in state error"}
	if diff := cmp.Diff(want, e.Problems); diff != "" {
		t.Errorf("the problems (-want +got):\n%s", diff)
	}
}

// Without these there is no evidence: the failure is the machine's to handle,
// and what else could be kept is kept.
func TestFailuresThatEndIt(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"Snapshots", "CreateSnapshots"} {
		for _, name := range []string{quarantine.AccessDenied, quarantine.Throttled, quarantine.EvidenceFailed} {
			s := newScene()
			s.failing[method] = quarantine.Failf(name, "%s fails", method)
			_, err := s.handler().Handle(t.Context(), request())
			if !quarantine.Is(err, name) {
				t.Errorf("%s: got %v, want %s", method, err, name)
			}
			if len(s.book) != 6 || s.made != 0 {
				t.Errorf("%s: kept %v, %d sets", method, names(s.book), s.made)
			}
		}
	}
}

// Without these there is less evidence, and it says so.
func TestFailuresThatAreProblemsInWords(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		missing  []string // artifacts
		problems int
	}{
		"Instance":       {[]string{"instance", "interfaces", "profile", "security-groups"}, 1},
		"Volumes":        {[]string{"volumes"}, 1},
		"SecurityGroups": {[]string{"security-groups"}, 1},
		"ConsoleOutput":  {[]string{"console-output"}, 1},
		"TagSnapshot":    {nil, 2},
		"Identity":       {nil, 1},
		"Append":         {nil, 1},
		"Keep":           {manifestNames, 7},
	}
	for method, want := range cases {
		s := newScene()
		s.failing[method] = quarantine.Failf(quarantine.AccessDenied, "%s is denied", method)
		e := handle(t, s, request())
		if s.made != 1 || len(e.Snapshots) != 2 {
			t.Errorf("%s: the snapshots are %+v", method, e.Snapshots)
		}
		if len(e.Problems) != want.problems || !strings.Contains(strings.Join(e.Problems, "\n"), method+" is denied") {
			t.Errorf("%s: the problems are %q, want %d", method, e.Problems, want.problems)
		}
		for _, name := range manifestNames {
			if kept := slices.Contains(names(e.Artifacts), name); kept == slices.Contains(want.missing, name) {
				t.Errorf("%s: %s is kept: %v", method, name, kept)
			}
		}
	}
}

func TestWithoutIdentityTheExecutionSigns(t *testing.T) {
	t.Parallel()
	s := newScene()
	s.failing["Identity"] = quarantine.Failf(quarantine.Unavailable, "no answer")
	for _, a := range handle(t, s, request()).Artifacts {
		if a.TakenBy != "arn:execution" {
			t.Errorf("%s is taken by %q", a.Name, a.TakenBy)
		}
	}
}

func TestARequestThatNamesNothingIsRefused(t *testing.T) {
	t.Parallel()
	for _, in := range []Request{{Incident: incident}, {Target: request().Target}} {
		if _, err := newScene().handler().Handle(t.Context(), in); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("got %v, want BadRequest", err)
		}
	}
}
