package simulate_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

const withSessions = "accessKeys: {cut: cut}\nmeasures: {key-sessions: on}"

// wantSessions compares whether the user denies temporary sessions everything.
func (k *keyScene) wantSessions(denied bool) {
	k.t.Helper()
	got := k.s.Account.UserPolicies("alice")
	if is := strings.Contains(got["ec2-quarantine-"+leakedKey], "aws:TokenIssueTime"); is != denied || !denied && len(got) > 0 {
		k.t.Errorf("the user's policies are %v", got)
	}
}

// The way of a leaked key whose sessions are denied, too: denied, put right, and given back.
func TestSessionsOfALeakedKeyAreDeniedUntilTheRelease(t *testing.T) {
	t.Parallel()
	k := &keyScene{}
	r := aboutKey(t, withSessions, simulate.Options{Scenario: func(ctx context.Context, s *simulate.Session) error {
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
		k.wantSessions(true)
		if open := strings.Join(register.StaysOpenOf(k.incident(ctx)), "\n"); strings.Contains(open, "whatever becomes of the key") || !strings.Contains(open, "role chaining") {
			t.Errorf("said to be open is %s", open)
		}
		k.pass(ctx, 20*time.Minute)
		k.s.Account.SetUserPolicy("alice", "ec2-quarantine-"+leakedKey, "") // by a hand
		k.pass(ctx, 5*time.Minute)
		k.look(ctx, `{"detail":{"eventName":"DeleteUserPolicy","userIdentity":{"arn":"arn:aws:iam::111122223333:user/bob"},
			"requestParameters":{"userName":"alice","policyName":"ec2-quarantine-`+leakedKey+`"}}}`, "Looked")
		k.wantSessions(true)
		if d := k.incident(ctx).Watch.Drifts; len(d) != 1 || !strings.Contains(d[0].By, "user/bob by DeleteUserPolicy") || d[0].ClosedAt.IsZero() {
			t.Errorf("drifts on record: %+v", d)
		}
		k.pass(ctx, 20*time.Minute)
		k.released(ctx, "release-1")
		k.want("Active")
		k.wantSessions(false)
		return nil
	}}, invariants.World{Watched: true, ManualReleases: []string{"release-1"}})
	if !slices.Contains(kinds(r), "released") {
		t.Errorf("messages %v", kinds(r))
	}
}

// A user whose policies are full: the key is cut, and that its sessions go on is told.
func TestAUserWithoutRoomIsToldAndTheKeyIsCutAllTheSame(t *testing.T) {
	t.Parallel()
	r := aboutKey(t, withSessions, simulate.Options{Prepare: func(a *account.Account) {
		a.SetUserPolicy("alice", "large", `"`+strings.Repeat("x", 2000)+`"`)
	}}, invariants.World{Troubled: true})
	if got := r.Account.Attributes["alice/"+leakedKey]["status"]; got != "Inactive" || !slices.Contains(kinds(r), "measure-failed") {
		t.Errorf("the key is %s, messages %v", got, kinds(r))
	}
}

// Off is the default, and an instance has no such sessions: nobody's policies are touched.
func TestSessionsOfKeysAreLeftWhereNobodyWantsThemDeniedAndByIncidentsOfInstances(t *testing.T) {
	t.Parallel()
	p, err := triage.ParsePolicy([]byte("version: 1\n" + withSessions))
	if err != nil {
		t.Fatal(err)
	}
	events := []simulate.Event{miner(hostA, 1)}
	for what, r := range map[string]*simulate.Report{
		"off":         aboutKey(t, "accessKeys: {cut: cut}", simulate.Options{}, invariants.World{}),
		"an instance": checked(t, simulate.Options{Events: events, Account: network, Policy: p, Start: start}, world(false, events...)),
	} {
		for _, c := range r.Calls {
			if c.Operation == "PutUserPolicy" {
				t.Errorf("%s: there is a call of %s", what, c.Operation)
			}
		}
	}
}
