package drill_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	subnetARN     = "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1"
	associatedARN = "arn:aws:ec2:eu-west-1:111122223333:network-acl/acl-cut"
	nextARN       = "arn:aws:ec2:eu-west-1:111122223333:network-acl/acl-before"
)

// judge is an EC2 that wants some of the resources allowed.
type judge func(resources []string) (bool, error)

// May judges.
func (j judge) May(_ context.Context, resources []string) (bool, error) { return j(resources) }

// wants is one that wants all of these.
func wants(each ...string) judge {
	return func(resources []string) (bool, error) {
		for _, one := range each {
			if !slices.Contains(resources, one) {
				return false, nil
			}
		}
		return true, nil
	}
}

func TestOnWhichACLAReplacementIsAuthorisedIsFoundOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ec2              judge
		answer, notKnown string
	}{
		"the new one":        {ec2: wants(subnetARN, nextARN), answer: "on the new one"},
		"the associated one": {ec2: wants(subnetARN, associatedARN), answer: "on the one that is associated"},
		"both":               {ec2: wants(subnetARN, associatedARN, nextARN), answer: "on both: each has to be allowed"},
		"either": {ec2: func(r []string) (bool, error) { return len(r) > 1, nil },
			answer: "on either: one of both is enough"},
		"nothing is judged":    {ec2: wants(), notKnown: "a policy that names no ACL is allowed as well"},
		"only no ACL":          {ec2: func(r []string) (bool, error) { return len(r) != 2, nil }, notKnown: "contradict each other"},
		"it may not":           {ec2: func([]string) (bool, error) { return false, nil }, notKnown: "may not replace it"},
		"it cannot be tried":   {ec2: func([]string) (bool, error) { return false, errors.New("no such role") }, notKnown: "no such role"},
		"the control is wrong": {ec2: func(r []string) (bool, error) { return len(r) == 2, nil }, notKnown: "may not replace it"},
	} {
		m := drill.AuthorisedOn(t.Context(), c.ec2, subnetARN, associatedARN, nextARN)
		if m.Answer != c.answer || (m.NotKnown == "") != (c.notKnown == "") || !strings.Contains(m.NotKnown, c.notKnown) {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestWhatTheInstanceSeesIsReadOffItsConsole(t *testing.T) {
	t.Parallel()
	cut := time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)
	const before, during, after = "quarantine-probe 2026-02-03T11:59:55Z out=yes", "quarantine-probe 2026-02-03T12:00:02Z out=yes", "[   61.2] x: quarantine-probe 2026-02-03T12:00:30Z out=no\r"
	for name, c := range map[string]struct {
		console       string
		cut           time.Time
		before, after string
		notKnown      string
	}{
		"open and then closed":             {before + "\nlogin:\n" + during + "\n" + after, cut, "yes", "no", ""},
		"none since the cut":               {before + "\n" + during, cut, "yes", "", "from after the cut"},
		"none from before":                 {after, cut, "", "no", "from before the cut"},
		"another image":                    {"login:", cut, "", "", "shows no probe"},
		"what is no time":                  {"quarantine-probe 2026-99-03T11:59:55Z out=yes", cut, "", "", "shows no probe"},
		"when it was cut is not on record": {before + "\n" + after, time.Time{}, "", "", "not on record"},
	} {
		in := drill.ReadInside(c.console, c.cut)
		if in.Before != c.before || in.After != c.after || (in.NotKnown == "") != (c.notKnown == "") || !strings.Contains(in.NotKnown, c.notKnown) {
			t.Errorf("%s: %+v", name, in)
		}
	}
}

func FuzzReadInside(f *testing.F) {
	f.Add("quarantine-probe 2026-02-03T11:59:55Z out=yes\nquarantine-probe 2026-02-03T12:00:30Z out=no")
	f.Fuzz(func(t *testing.T, console string) {
		in := drill.ReadInside(console, noon)
		for _, says := range []string{in.Before, in.After} {
			if says != "" && says != "yes" && says != "no" {
				t.Errorf("%+v", in)
			}
		}
		if (in.NotKnown == "") != (in.Before != "" && in.After != "") {
			t.Errorf("%+v", in)
		}
	})
}

func entered(kind, name string) history.Event {
	return history.Event{Type: kind, StateEntered: &history.StateEntered{Name: name}}
}

func TestTheLogIsComparedWithTheHistory(t *testing.T) {
	t.Parallel()
	events := []history.Event{{Type: "ExecutionStarted"}, entered("TaskStateEntered", "Triage"), entered("SucceedStateEntered", "Contained")}
	const triage, end = `{"type":"TaskStateEntered","details":{"name":"Triage","input":"{}"}}`, `{"type":"SucceedStateEntered","details":{"name":"Contained"}}`
	for name, c := range map[string]struct {
		lines            []string
		events           []history.Event
		answer, notKnown string
	}{
		"all are there":       {[]string{triage, "no JSON", end, `{"type":"ExecutionSucceeded","details":{}}`}, events, "yes: all 2 states", ""},
		"one is not yet":      {[]string{triage}, events, "", "lacks SucceedStateEntered Contained"},
		"names are elsewhere": {[]string{`{"type":"TaskStateEntered","name":"Triage"}`}, events, "no: it names none", ""},
		"nothing is there":    {nil, events, "", "nothing of the execution yet"},
		"no history":          {[]string{triage}, nil, "", "could not be read"},
	} {
		m := drill.Logged(c.lines, c.events)
		if (m.Answer == "") != (c.answer == "") || !strings.Contains(m.Answer, c.answer) || !strings.Contains(m.NotKnown, c.notKnown) || (m.Answer == "") == (m.NotKnown == "") {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func FuzzLogged(f *testing.F) {
	f.Add(`{"type":"TaskStateEntered","details":{"name":"Triage"}}`)
	f.Fuzz(func(t *testing.T, line string) {
		m := drill.Logged([]string{line}, []history.Event{entered("TaskStateEntered", "Triage")})
		if (m.Answer == "") == (m.NotKnown == "") {
			t.Errorf("%+v", m)
		}
	})
}

// Times are between moments that AWS noted; one that is not known makes none.
func TestTimesAreBetweenWhatIsOnRecord(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	in := quarantine.Incident{ContainedAt: at(3), Timeline: []quarantine.Event{
		{Kind: quarantine.EventEvidenceComplete, At: at(90)}, {Kind: quarantine.EventReleaseBegun, At: at(100)}, {Kind: quarantine.EventReleased, At: at(104)},
	}}
	events := []history.Event{{Timestamp: at(0)}, {Timestamp: at(5), StateExited: &history.StateExited{Name: "TellContained"}}}
	got := drill.MomentsOf(in, events).Times()
	for name, c := range map[string]struct {
		got  *float64
		want float64
	}{"event to cut": {got.EventToCut, 3}, "cut to news": {got.CutToNews, 2}, "cut to evidence": {got.CutToEvidence, 87}, "release": {got.Release, 4}} {
		if c.got == nil || *c.got != c.want {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if none := drill.MomentsOf(quarantine.Incident{}, events).Times(); none != (drill.Times{}) {
		t.Errorf("of what was never cut: %+v", none)
	}
}
