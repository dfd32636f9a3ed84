package forensics

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

var start = time.Date(2026, 3, 4, 23, 59, 0, 0, time.UTC)

const (
	incident = "inc-20260304-0123456789"
	me       = "arn:aws:sts::123456789012:assumed-role/forensics/run"
)

// scene is an instance with two volumes, and everything that goes wrong there.
type scene struct {
	now     time.Time
	volumes []quarantine.Volume
	taken   []quarantine.Snapshot // everything with any tag, as EC2 lists it
	kept    map[string]string     // bodies by artifact
	book    []quarantine.Artifact
	events  []quarantine.Event
	made    int // sets
	hidden  int // how many looks for snapshots show none yet
	slept   []time.Duration
	failing map[string]error // by method
}

func newScene() *scene {
	return &scene{
		now: start,
		volumes: []quarantine.Volume{
			{ID: "vol-b", State: "in-use", SizeGiB: 20, Device: "/dev/xvdb"},
			{ID: "vol-a", State: "in-use", SizeGiB: 8, Device: "/dev/xvda"},
		},
		kept:    map[string]string{},
		failing: map[string]error{},
	}
}

func (s *scene) handler() *Handler {
	return &Handler{
		Instances: s, Disks: s, SecurityGroups: s, Console: s, Identity: s, Ledger: s,
		Clock: clocktest.Clock{Time: func() time.Time { return s.now }, Wait: s.sleep}, Log: slog.New(slog.DiscardHandler),
	}
}

func (s *scene) sleep(ctx context.Context, d time.Duration) error {
	s.slept = append(s.slept, d)
	return ctx.Err()
}

func (s *scene) Instance(_ context.Context, id string) (quarantine.Instance, error) {
	return quarantine.Instance{
		ID: id, State: "running", ProfileARN: "arn:aws:iam::123456789012:instance-profile/web",
		Tags: map[string]string{"b": "2", "a": "1"},
		Interfaces: []quarantine.Interface{
			{ID: "eni-1", SecurityGroups: []string{"sg-2", "sg-1"}},
			{ID: "eni-2", SecurityGroups: []string{"sg-1"}},
		},
	}, s.failing["Instance"]
}

func (s *scene) Volumes(context.Context, string) ([]quarantine.Volume, error) {
	return s.volumes, s.failing["Volumes"]
}

func (s *scene) Snapshots(_ context.Context, key, value string) ([]quarantine.Snapshot, error) {
	if s.hidden > 0 {
		s.hidden--
		return nil, s.failing["Snapshots"]
	}
	var out []quarantine.Snapshot
	for _, t := range s.taken {
		if t.Tags[key] == value {
			t.Tags, t.Device = maps.Clone(t.Tags), t.Tags[quarantine.TagDevice]
			out = append(out, t)
		}
	}
	return out, s.failing["Snapshots"]
}

func (s *scene) CreateSnapshots(_ context.Context, _, _ string, tags map[string]string) ([]quarantine.Snapshot, error) {
	if err := s.failing["CreateSnapshots"]; err != nil {
		return nil, err
	}
	s.made++
	var set []quarantine.Snapshot
	for _, v := range s.volumes {
		if v.State == "error" {
			continue
		}
		snap := quarantine.Snapshot{
			ID: "snap-of-" + v.ID, VolumeID: v.ID, State: "pending", SizeGiB: v.SizeGiB, StartedAt: s.now, Tags: maps.Clone(tags),
		}
		s.taken = append(s.taken, snap)
		snap.Tags = maps.Clone(tags)
		set = append(set, snap)
	}
	return set, nil
}

func (s *scene) TagSnapshot(_ context.Context, id string, tags map[string]string) error {
	if err := s.failing["TagSnapshot"]; err != nil {
		return err
	}
	for _, t := range s.taken {
		if t.ID == id {
			maps.Copy(t.Tags, tags)
		}
	}
	return nil
}

func (s *scene) SecurityGroups(_ context.Context, ids []string) ([]quarantine.SecurityGroup, error) {
	var out []quarantine.SecurityGroup
	for _, id := range ids {
		out = append(out, quarantine.SecurityGroup{ID: id})
	}
	return out, s.failing["SecurityGroups"]
}

func (s *scene) ConsoleOutput(context.Context, string) (string, error) {
	return "login: ", s.failing["ConsoleOutput"]
}

func (s *scene) Identity(context.Context) (string, error) { return me, s.failing["Identity"] }

func (s *scene) Keep(_ context.Context, of string, a quarantine.Artifact, body []byte) (quarantine.Artifact, error) {
	if err := s.failing["Keep"]; err != nil {
		return quarantine.Artifact{}, err
	}
	if of != incident {
		return quarantine.Artifact{}, errors.New("kept for another incident: " + of)
	}
	at := slices.IndexFunc(s.book, func(k quarantine.Artifact) bool { return k.Name == a.Name })
	if at >= 0 {
		return s.book[at], nil
	}
	s.book = append(s.book, a)
	s.kept[a.Name] = string(body)
	return a, nil
}

func (s *scene) Artifacts(context.Context, string) ([]quarantine.Artifact, error) { return s.book, nil }

func (s *scene) Append(_ context.Context, of string, e quarantine.Event) error {
	if err := s.failing["Append"]; err != nil {
		return err
	}
	said := slices.ContainsFunc(s.events, func(o quarantine.Event) bool { return o.Kind == e.Kind && o.ID == e.ID })
	if of == incident && !said {
		s.events = append(s.events, e)
	}
	return nil
}

func (s *scene) kinds() []quarantine.EventKind {
	var out []quarantine.EventKind
	for _, e := range s.events {
		out = append(out, e.Kind)
	}
	return out
}

// set puts the state of a volume's snapshot.
func (s *scene) set(volume, state, message string) {
	for i := range s.taken {
		if s.taken[i].VolumeID == volume {
			s.taken[i].State, s.taken[i].Message = state, message
		}
	}
}

func request() Request {
	return Request{
		Incident:  incident,
		Target:    quarantine.Target{AccountID: "123456789012", Region: "eu-west-1", InstanceID: "i-0123456789abcdef0"},
		Finding:   quarantine.Finding{ID: "finding-1", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS"},
		Execution: quarantine.Execution{ID: "arn:execution", Name: "run-1", StartedAt: start},
	}
}

func handle(t *testing.T, s *scene, in Request) Evidence {
	t.Helper()
	e, err := s.handler().Handle(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// check asks again with the evidence of an earlier run.
func check(t *testing.T, s *scene, e Evidence) Evidence {
	t.Helper()
	in := request()
	in.Evidence = &e
	return handle(t, s, in)
}
