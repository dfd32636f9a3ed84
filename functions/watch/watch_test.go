package watch_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/watch"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestWhatTheWatchCannotUseIsABadRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	look := func(input string) watch.Request {
		in := request(watch.Look)
		in.Input = json.RawMessage(input)
		return in
	}
	for name, in := range map[string]watch.Request{
		"no execution":          {Action: watch.Look},
		"no action":             request(""),
		"another action":        request("release"),
		"a text for an input":   look(`"inc-1"`),
		"a list":                look(`[]`),
		"half an input":         look(`{"incident":`),
		"an incident's number":  look(`{"incident": 7}`),
		"no incident's id":      look(`{"incident": "inc-1"}`),
		"an unknown incident":   look(`{"incident": "inc-20260304-0123456789"}`),
		"to settle no task":     request(watch.Settle),
		"to have told no task":  request(watch.Told),
		"to settle no incident": {Action: watch.Settle, Execution: estate.Execution("watch", "look"), Task: watch.Task{Drifts: []quarantine.Drift{{}}}},
		"to settle no drift":    {Action: watch.Settle, Execution: estate.Execution("watch", "look"), Task: watch.Task{Incident: "inc-web"}},
	} {
		for range 2 { // a refused request is refused again
			if out, err := w.Handle(t.Context(), in); !quarantine.Is(err, quarantine.BadRequest) {
				t.Errorf("%s: %+v, %v", name, out, err)
			}
		}
	}
}

func TestALookSaysWhatItHasSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web", "i-wide")
	out := w.look(t, `{}`)
	if out.Looked != 2 || len(out.Tasks) != 0 || len(out.Unseen) != 0 || out.More {
		t.Errorf("the look answers %+v", out)
	}
	for _, instance := range []string{"i-web", "i-wide"} {
		if on := w.record(instance); !on.LookedAt.Equal(w.Now().Truncate(time.Millisecond)) || on.Unseen != "" || len(on.Drifts) > 0 {
			t.Errorf("%s: on record is %+v", instance, on)
		}
	}
}

func TestTheACLsOfAVPCAreReadOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web", "i-peer", "i-db")
	before := len(w.Account.Calls())
	if out := w.look(t, ``); out.Looked != 3 {
		t.Errorf("the look answers %+v", out)
	}
	reads := 0
	for _, c := range w.Account.Calls()[before:] {
		if c.Operation == "DescribeNetworkAcls" {
			reads++
		}
	}
	if reads != 1 {
		t.Errorf("they are read %d times", reads)
	}
}

// Of several looks at once one is made, and within a minute no other.
func TestALookIsClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	within := 0
	w.Account.Inject(account.Fault{Operation: "DescribeNetworkAcls", Times: 1, Kind: account.Interfere, Do: func(account.Call) {
		within = w.look(t, `{}`).Looked
	}})
	if out := w.look(t, `{}`); out.Looked != 1 || within != 0 {
		t.Errorf("two at once look %d and %d times", out.Looked, within)
	}
	const hint = `{"detail": {"eventName": "ReplaceNetworkAclAssociation"}}`
	for _, tt := range []struct {
		after time.Duration
		input string
		looks int
	}{
		{59 * time.Second, `{}`, 0},
		{time.Second, `{}`, 1},
		{9 * time.Second, hint, 0},
		{time.Second, hint, 1},
		{59 * time.Second, `{"detail": {"eventName": ""}}`, 0},
	} {
		w.Pass(tt.after)
		if out := w.look(t, tt.input); out.Looked != tt.looks {
			t.Errorf("%s after %s looks %d times", tt.input, tt.after, out.Looked)
		}
	}
}

func TestALookTakesTenIncidentsAndSaysThatThereAreMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 11 {
		instance := fmt.Sprintf("i-%x", n+1)
		w.SetLock(quarantine.Claim{Incident: estate.IncidentOf(instance), Owner: "owner", Resource: w.Resource(instance)}, quarantine.StatusContained)
	}
	first := w.look(t, `{}`)
	second := w.look(t, `{}`)
	if first.Looked != 10 || !first.More || second.Looked != 1 || second.More {
		t.Errorf("the looks answer %+v and %+v", first, second)
	}
}

// A look that takes long leaves the rest to another invocation.
func TestALookThatTakesLongSaysThatThereAreMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web", "i-wide")
	w.Account.Inject(account.Fault{Operation: "DescribeNetworkAcls", Times: 1, Kind: account.Interfere, Do: func(account.Call) {
		w.Pass(41 * time.Second)
	}})
	if out := w.look(t, `{}`); out.Looked != 1 || !out.More {
		t.Errorf("the look answers %+v", out)
	}
}

func TestWhatCouldNotBeSeenIsOnRecordAndInTheAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web", "i-wide")
	mend := w.Account.Inject(account.Fault{Operation: "DescribeNetworkAcls", Times: 1, Kind: account.Deny})
	out := w.look(t, `{}`)
	mend()
	if out.Looked != 2 || len(out.Unseen) != 1 || !strings.HasPrefix(out.Unseen[0], "inc-web: ") || !strings.Contains(out.Unseen[0], "DescribeNetworkAcls") {
		t.Errorf("the look answers %+v", out)
	}
	if on := w.record("i-web").Unseen; !strings.Contains(on, "DescribeNetworkAcls") {
		t.Errorf("on record is %q", on)
	}
	if on := w.record("i-wide").Unseen; on != "" {
		t.Errorf("of the other one on record is %q", on)
	}
	w.Pass(5 * time.Minute)
	if out := w.look(t, `{}`); len(out.Unseen) != 0 || w.record("i-web").Unseen != "" {
		t.Errorf("the next look answers %+v", out)
	}
}

func TestWhatAnotherMeasureCannotSeeKeepsNoSubnetFromIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.protect(t, "i-web")
	w.reopen()
	w.Account.Inject(account.Fault{Operation: "DescribeInstanceAttribute", Kind: account.Throttle})
	out := w.look(t, `{}`)
	if len(out.Tasks) != 1 || len(out.Tasks[0].Things) == 0 || len(out.Unseen) != 1 {
		t.Errorf("the look answers %+v", out)
	}
}

func TestALedgerThatFailsFailsTheLook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.Account.Inject(account.Fault{Operation: "UpdateItem", Kind: account.Throttle})
	if out, err := w.Handle(t.Context(), request(watch.Look)); !quarantine.Is(err, quarantine.Throttled) {
		t.Errorf("the look answers %+v, %v", out, err)
	}
}

func TestAnIncidentThatIsReleasedIsNotLookedAt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.reopen()
	w.SetLock(w.Isolation("i-web").Claim, quarantine.StatusReleasing)
	if out := w.look(t, `{}`); out.Looked != 0 || len(out.Tasks) != 0 {
		t.Errorf("the look answers %+v", out)
	}
	if on := w.record("i-web"); len(on.Drifts) > 0 {
		t.Errorf("on record is %+v", on)
	}
}

// I13: what is not to be told yet is not known, and no reason for an alarm: the next look tells.
func TestI13WhatIsNotToBeToldYetIsNotCalledSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	in := w.Isolation("i-web")
	w.SetLock(in.Claim, quarantine.StatusIsolating)
	if _, err := w.Isolate(t.Context(), in); err != nil { // read back just now
		t.Fatal(err)
	}
	w.Pass(time.Minute)
	w.reopen()
	out := w.look(t, `{}`)
	if on := w.record("i-web"); len(out.Unseen) != 0 || len(out.Tasks) != 0 || !strings.Contains(w.Text(on.Unseen), "not known yet: EC2 may show an older state of subnet-a") {
		t.Errorf("the look answers %+v, and on record is %q", out, on.Unseen)
	}
	w.Pass(5 * time.Minute)
	if out := w.look(t, `{}`); len(out.Tasks) != 1 || w.record("i-web").Unseen != "" {
		t.Errorf("the next look answers %+v, and on record is %q", out, w.record("i-web").Unseen)
	}
}

func TestI13AnIncidentThatIsBeingReleasedIsNotCalledSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.Account.Inject(account.Fault{Operation: "UpdateItem", Times: 1, Kind: account.Interfere, Do: func(account.Call) { // while the look is claimed
		w.SetLock(w.Isolation("i-web").Claim, quarantine.StatusReleasing)
	}})
	w.look(t, `{}`)
	if on := w.record("i-web"); !strings.Contains(on.Unseen, "nothing was looked at: the incident is releasing") {
		t.Errorf("on record is %q", on.Unseen)
	}
}

// A task is of one incident and measure, has what is to be put right, and what that needs.
func TestATaskHasWhatPuttingRightNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.protect(t, "i-web")
	w.reopen()
	claim := w.Isolation("i-web").Claim
	if err := w.Fleet.SetStop(t.Context(), claim.Resource, false); err != nil {
		t.Fatal(err)
	}
	out := w.look(t, `{}`)
	var measures []string
	for _, task := range out.Tasks {
		measures = append(measures, task.Measure)
		if len(task.Things) == 0 || task.Claim != claim || task.Incident != "inc-web" {
			t.Errorf("a task is %+v", task)
		}
		if of := map[bool]int{true: 1}[task.Measure == quarantine.MeasureCut]; len(task.Subnets) != of {
			t.Errorf("the task of %s has subnets %+v", task.Measure, task.Subnets)
		}
	}
	if !slices.Equal(measures, []string{quarantine.MeasureCut, "protection"}) {
		t.Errorf("the tasks are of %v", measures)
	}
}
