package simulate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// leakedKey is that of the user alice, as the event has it.
const leakedKey = "AKIAIOSFODNN7EXAMPLE"

func userKey() simulate.Event {
	return simulate.Event{Name: "user-key", Body: bytes.ReplaceAll(gdtest.Fixture("user-key"), []byte("us-east-1"), []byte("eu-west-1"))}
}

// aboutKey runs a scenario in an account whose user alice has the key, and checks every invariant.
func aboutKey(t *testing.T, policy string, o simulate.Options, w invariants.World) *simulate.Report {
	t.Helper()
	p, err := triage.ParsePolicy([]byte("version: 1\n" + policy))
	if err != nil {
		t.Fatal(err)
	}
	o.Events, o.Policy, o.Start = []simulate.Event{userKey()}, p, time.Date(2026, 1, 31, 12, 6, 0, 0, time.UTC)
	if o.Account == nil {
		o.Account = simulate.GrownAccount(o.Events)
	}
	w.Accused = map[string][]string{leakedKey: nil}
	return checked(t, o, w)
}

// keyScene is the key's incident, once a person has approved it.
type keyScene struct {
	*watching
	asked int
}

func (k *keyScene) want(status string) {
	k.t.Helper()
	if got := k.s.Account.AccessKey(leakedKey); got != status {
		k.t.Errorf("the key is %s, want %s", got, status)
	}
}

func (k *keyScene) released(ctx context.Context, name string) {
	k.t.Helper()
	input, err := json.Marshal(map[string]string{"incident": k.incidents[0], "reason": "rotated", "by": "the person on call"})
	if err != nil {
		k.t.Fatal(err)
	}
	if e := k.run(ctx, wiring.Release, name, input); e.Result.Error != "" {
		k.t.Fatalf("the release ended as %s: %s, along %v", e.Result.Error, e.Result.Cause, e.Result.Path)
	}
}

// The whole way of a leaked key: asked about, made inactive, contained, watched, put right and
// given back.
func TestALeakedKeyIsAskedAboutCutWatchedAndGivenBack(t *testing.T) {
	t.Parallel()
	k := &keyScene{}
	r := aboutKey(t, "", simulate.Options{
		Person: func(ctx context.Context, q simulate.Asked) {
			k.asked++
			k.want("Active")
			simulate.Answer(true)(ctx, q)
		},
		Scenario: func(ctx context.Context, s *simulate.Session) error {
			k.watching = &watching{onComputer: &onComputer{t: t, s: s}}
			e, err := s.Deliver(ctx, userKey())
			if err != nil {
				return err
			}
			if _, err := s.Wait(ctx); err != nil {
				return err
			}
			var out struct{ Incident string }
			if err := json.Unmarshal(e.Result.Output, &out); err != nil || out.Incident == "" {
				t.Fatalf("%s: %s %s, along %v", e.Result.Output, e.Result.Error, e.Result.Cause, e.Result.Path)
			}
			k.incidents = []string{out.Incident}
			k.want("Inactive")
			in := k.incident(ctx)
			if held := in.Held(); in.Status != quarantine.StatusContained || len(held) != 1 || !measure.Closed(held[0]) || held[0].Thing != "alice/"+leakedKey {
				t.Errorf("on record is %+v", in)
			}
			k.pass(ctx, 20*time.Minute)
			k.look(ctx, `{}`, "Looked")

			k.s.Account.SetAccessKey(leakedKey, "Active") // by a hand
			k.pass(ctx, 5*time.Minute)
			k.look(ctx, `{"detail":{"eventName":"UpdateAccessKey","userIdentity":{"arn":"arn:aws:iam::111122223333:user/alice"},
				"requestParameters":{"accessKeyId":"`+leakedKey+`","status":"Active"}}}`, "Looked")
			k.want("Inactive")
			if d := k.incident(ctx).Watch.Drifts; len(d) != 1 || !strings.Contains(d[0].By, "user/alice by UpdateAccessKey") || d[0].ClosedAt.IsZero() {
				t.Errorf("drifts on record: %+v", d)
			}
			k.pass(ctx, 20*time.Minute)
			k.released(ctx, "release-1")
			k.want("Active")
			k.released(ctx, "release-2") // changes nothing
			k.want("Active")
			return nil
		},
	}, invariants.World{Answer: invariants.Yes, Watched: true, ManualReleases: []string{"release-1", "release-2"}})
	if k.asked != 1 {
		t.Errorf("a person was asked %d times", k.asked)
	}
	for _, want := range []string{"approval-asked", "contained", "evidence-complete", "reopened", "released"} {
		if !slices.Contains(kinds(r), want) {
			t.Errorf("no message %s among %v", want, kinds(r))
		}
	}
	for _, e := range r.Executions {
		if e.Machine == wiring.Name && !strings.Contains(path(e), "OpenQuestion AskBeforeCut CloseQuestion WhatWasDecided") {
			t.Errorf("path %s", path(e))
		}
	}
}

// A key that people have deleted, as they are told to in the end, is not sought any more: of whose it
// was IAM says nothing, and that alone is no trouble.
func TestAKeyThatIsDeletedLeavesNothingToLookFor(t *testing.T) {
	t.Parallel()
	k := &keyScene{}
	aboutKey(t, "accessKeys: {cut: cut}\nmeasures: {key-sessions: on}", simulate.Options{
		Scenario: func(ctx context.Context, s *simulate.Session) error {
			k.watching = &watching{onComputer: &onComputer{t: t, s: s}}
			e, err := s.Deliver(ctx, userKey())
			if err != nil {
				return err
			}
			if _, err := s.Wait(ctx); err != nil {
				return err
			}
			var out struct{ Incident string }
			if err := json.Unmarshal(e.Result.Output, &out); err != nil || out.Incident == "" {
				t.Fatalf("%s: %s", e.Result.Output, e.Result.Error)
			}
			k.incidents = []string{out.Incident}
			k.s.Account.DeleteAccessKey(leakedKey)
			k.pass(ctx, 20*time.Minute)
			k.look(ctx, `{}`, "Looked")
			if unseen := k.incident(ctx).Watch.Unseen; unseen != "" {
				t.Errorf("on record is %q", unseen)
			}
			k.released(ctx, "release-1")
			return nil
		},
	}, invariants.World{Watched: true, ManualReleases: []string{"release-1"}})
}

func TestNoKeyIsChangedWithoutAYes(t *testing.T) {
	t.Parallel()
	r := aboutKey(t, "", simulate.Options{Person: simulate.Answer(false)}, invariants.World{Answer: invariants.No})
	if got := r.Account.Attributes["alice/"+leakedKey]["status"]; got != "Active" || !slices.Contains(kinds(r), "kept") {
		t.Errorf("the key is %s, messages %v", got, kinds(r))
	}
}

func TestTheScoreCutsAKeyWhereThePolicySaysSo(t *testing.T) {
	t.Parallel()
	r := aboutKey(t, "accessKeys: {cut: cut}", simulate.Options{}, invariants.World{})
	want := "Triage Decide AcquireLock Isolate Respond TellContained CaptureEvidence"
	if got := path(r.Executions[0]); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "Conclude Contained") {
		t.Errorf("path %s", got)
	}
	if got := r.Account.Attributes["alice/"+leakedKey]["status"]; got != "Inactive" {
		t.Errorf("the key is %s", got)
	}
}

// As in a stack without Identity, and under a policy that wants it so.
func TestAKeyThatIsOnlyToldIsNotTouched(t *testing.T) {
	t.Parallel()
	for policy, o := range map[string]simulate.Options{"": {NoIdentity: true}, "accessKeys: {cut: tell}": {}} {
		r := aboutKey(t, policy, o, invariants.World{})
		if got := end(r.Executions[0]); got != "Told" {
			t.Errorf("%q: it ended in %s", policy, got)
		}
		for _, c := range r.Calls {
			if c.Service == "iam" {
				t.Errorf("%q: there is a call of %s", policy, c.Operation)
			}
		}
	}
}

func TestWhatIsNoKeyOfTheAccountIsToldAsNotContained(t *testing.T) {
	t.Parallel()
	r := aboutKey(t, "accessKeys: {cut: cut}", simulate.Options{Account: network}, invariants.World{Troubled: true})
	e := r.Executions[0]
	if e.Status != history.StatusFailed || end(e) != "ContainmentFailed" || !strings.Contains(e.Cause, "does not exist (any more), is of another account") {
		t.Errorf("it ended in %s: %s", end(e), e.Cause)
	}
	if !slices.Contains(kinds(r), "containment-failed") {
		t.Errorf("messages %v", kinds(r))
	}
}

// An answer that is lost, a throttle and a denial that passes: the state tries again, and ends as
// without them.
func TestAKeyIsCutInSpiteOfTroubleThatPasses(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.Throttle, account.ServerError, account.TimeoutBefore, account.TimeoutAfter, account.StopAfter} {
		for _, operation := range []string{"GetAccessKeyLastUsed", "ListAccessKeys", "UpdateAccessKey"} {
			r := aboutKey(t, "accessKeys: {cut: cut}", simulate.Options{Prepare: func(a *account.Account) {
				a.Inject(account.Fault{Kind: kind, Operation: operation, Times: 1})
			}}, invariants.World{Troubled: true})
			if got := r.Account.Attributes["alice/"+leakedKey]["status"]; end(r.Executions[0]) != "Contained" || got != "Inactive" {
				t.Errorf("%v of %s: %s, and the key is %s", kind, operation, path(r.Executions[0]), got)
			}
		}
	}
}
