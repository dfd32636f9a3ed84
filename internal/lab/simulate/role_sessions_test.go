package simulate_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// sharedRole is the account whose hosts A and A2 have one role.
func sharedRole(o account.Options) (*account.Account, []simulate.Question, error) {
	a, questions, err := network(o)
	if err != nil {
		return nil, nil, err
	}
	a.AddRole(account.Role{Name: "web"})
	a.SetProfile(hostA, a.ProfileARN("web"))
	a.SetProfile(hostA2, a.ProfileARN("web"))
	return a, questions, nil
}

// sharing runs a scenario on host A, once that is contained.
func sharing(t *testing.T, scenario func(context.Context, *watching)) *simulate.Report {
	t.Helper()
	report, err := simulate.Run(t.Context(), simulate.Options{
		Account: sharedRole, Policy: triage.DefaultPolicy(), Start: start,
		Scenario: func(ctx context.Context, s *simulate.Session) error {
			w := &watching{onComputer: &onComputer{t: t, s: s}}
			w.contain(ctx, "respond-1", miner(hostA, 1))
			w.pass(ctx, 5*time.Minute)
			scenario(ctx, w)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// wantDenied compares the instances that the role denies.
func (w *watching) wantDenied(instances ...string) {
	w.t.Helper()
	got := w.s.Account.Policies("web")
	for _, i := range instances {
		if !strings.Contains(got["ec2-quarantine-"+i], ":instance/"+i) {
			w.t.Errorf("the role does not deny %s: %v", i, got)
		}
	}
	if len(got) != len(instances) {
		w.t.Errorf("the role has %v, want those of %v", got, instances)
	}
}

func TestTheRoleDeniesTheInstanceUntilItsRelease(t *testing.T) {
	t.Parallel()
	sharing(t, func(ctx context.Context, w *watching) {
		w.wantDenied(hostA)
		held := w.hold(ctx, "role-sessions")
		if !measure.Closed(held) || !strings.HasPrefix(held.Thing, "web/AROA") || !strings.HasSuffix(held.Thing, "/"+hostA) {
			t.Errorf("on record is %+v", held)
		}
		open := strings.Join(register.StaysOpen(w.incident(ctx).Holds), "\n")
		if strings.Contains(open, "already issued") || !strings.Contains(open, "role chaining") {
			t.Errorf("what stays open is:\n%s", open)
		}
		w.release(ctx, "release-1")
		w.wantDenied()
	})
}

// As in a stack without Identity: triage names no measure of that group, and a release finds
// nothing held by it.
func TestWithoutTheGroupNoRoleIsTouchedAndAReleaseGoesOn(t *testing.T) {
	t.Parallel()
	report, err := simulate.Run(t.Context(), simulate.Options{
		Account: sharedRole, Policy: triage.DefaultPolicy(), Start: start, NoIdentity: true,
		Scenario: func(ctx context.Context, s *simulate.Session) error {
			w := &watching{onComputer: &onComputer{t: t, s: s}}
			w.contain(ctx, "respond-1", miner(hostA, 1))
			w.pass(ctx, 5*time.Minute)
			w.wantDenied()
			w.look(ctx, `{}`, "Looked")
			w.release(ctx, "release-1")
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Calls {
		if c.Service == "iam" {
			t.Errorf("there is a call of %s", c.Operation)
		}
	}
}

func TestTwoInstancesOfARoleAreReleasedEachByItself(t *testing.T) {
	t.Parallel()
	sharing(t, func(ctx context.Context, w *watching) {
		if e := w.run(ctx, wiring.Name, "respond-2", miner(hostA2, 2).Body); e.Result.Error != "" {
			t.Fatalf("the second incident ended as %s: %s", e.Result.Error, e.Result.Cause)
		}
		w.wantDenied(hostA, hostA2)
		input, err := json.Marshal(map[string]string{"incident": w.incidents[0], "reason": "rebuilt", "by": "the person on call"})
		if err != nil {
			t.Fatal(err)
		}
		if e := w.run(ctx, wiring.Release, "release-1", input); e.Result.Error != "" {
			t.Fatalf("the release ended as %s: %s", e.Result.Error, e.Result.Cause)
		}
		w.wantDenied(hostA2)
	})
}

func TestI12ADenyThatAHandDeletesIsPutAgainAndTold(t *testing.T) {
	t.Parallel()
	r := sharing(t, func(ctx context.Context, w *watching) {
		w.s.Account.SetPolicy("web", "ec2-quarantine-"+hostA, "")
		if d := w.wantPutRight(ctx, "role-sessions", quarantine.DriftReopened); d.What != "policy is none" {
			t.Errorf("on record is %+v", d)
		}
		w.wantDenied(hostA)
		w.release(ctx, "release-1")
		w.wantDenied()
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

func TestI12AnotherProfileOfTheInstanceIsDeniedToo(t *testing.T) {
	t.Parallel()
	sharing(t, func(ctx context.Context, w *watching) {
		w.s.Account.AddRole(account.Role{Name: "admin"})
		w.s.Account.SetProfile(hostA, w.s.Account.ProfileARN("admin"))
		w.wantPutRight(ctx, "role-sessions", quarantine.DriftNew)
		w.wantDenied(hostA)
		if got := w.s.Account.Policies("admin"); len(got) != 1 {
			t.Errorf("the other role has %v", got)
		}
		w.release(ctx, "release-1")
		w.wantDenied()
		if got := w.s.Account.Policies("admin"); len(got) != 0 {
			t.Errorf("after the release the other role has %v", got)
		}
	})
}
