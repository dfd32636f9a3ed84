package triage_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

func TestWhatBecomesOfAUsersKey(t *testing.T) {
	t.Parallel()
	const cut = "accessKeys: {cut: cut}\n"
	severity := func(s float64) func(*quarantine.Finding) { return func(f *quarantine.Finding) { f.Severity = s } }
	rule := func(action string) string {
		return "overrides: [{name: alice, reason: she is ours, when: 'finding.user == \"alice\"', action: " + action + "}]\n"
	}
	for _, c := range []struct {
		name, policy string
		f            quarantine.Finding
		want         quarantine.Action
		by           string
	}{
		{"a person is asked by default", "", finding(t, "user-key"), quarantine.ActionApprove, "access-key"},
		{"what scores less is told", "", finding(t, "user-key", severity(5)), quarantine.ActionNotify, "threshold"},
		{"the policy can have the score decide", cut, finding(t, "user-key"), quarantine.ActionIsolate, "threshold"},
		{"the policy can have it told", "accessKeys: {cut: tell}\n" + rule("isolate"), finding(t, "user-key"), quarantine.ActionNotify, "no-instance"},
		{"a rule can cut where a person would be asked", rule("isolate"), finding(t, "user-key"), quarantine.ActionIsolate, "override/alice"},
		{"a rule can have a person asked", cut + rule("approve"), finding(t, "user-key"), quarantine.ActionApprove, "override/alice"},
		{"a sample never cuts", cut + rule("isolate"), finding(t, "user-key", func(f *quarantine.Finding) { f.Sample = true }), quarantine.ActionNotify, "sample"},
		{"what is over is told", cut, finding(t, "user-key", func(f *quarantine.Finding) { f.LastSeen = noon.AddDate(0, 0, -9) }), quarantine.ActionNotify, "age"},
		{"a user can be exempt", cut + "exempt: {users: [bob, alice]}\n" + rule("isolate"), finding(t, "user-key"), quarantine.ActionNotify, "exempt"},
		{"an account can be exempt", cut + "exempt: {accounts: ['111122223333']}\n", finding(t, "user-key"), quarantine.ActionNotify, "exempt"},
		{"a path is not known yet", cut + "exempt: {users: [/break-glass/]}\n", finding(t, "user-key"), quarantine.ActionIsolate, "threshold"},
		{"the root user's key is told", cut + "overrides: [{name: root, reason: any, when: 'true', action: isolate}]\n", finding(t, "root-key"), quarantine.ActionNotify, "no-instance"},
		{"a session is told", cut, finding(t, "user-key", func(f *quarantine.Finding) { f.Key.UserType = quarantine.UserTypeRole }), quarantine.ActionNotify, "threshold"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := policy(t, c.policy).Judge(c.f, noon)
			if last := v.Reasons[len(v.Reasons)-1]; v.Action != c.want || last.Name != c.by {
				t.Errorf("%s by %s, want %s by %s: %+v", v.Action, last.Name, c.want, c.by, v)
			}
		})
	}
}

func judged(t *testing.T, fixture string, p *triage.Policy, groups ...measure.Group) quarantine.Triage {
	t.Helper()
	h := &triage.Handler{Policies: triage.Always(p), Groups: groups, Clock: clocktest.At(noon), Log: slog.New(slog.DiscardHandler)}
	out, err := h.Handle(t.Context(), triage.Request{Event: gdtest.Fixture(fixture), Execution: execution})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAKeyIsAResourceLikeAnInstance(t *testing.T) {
	t.Parallel()
	want := quarantine.Resource{Kind: quarantine.KindAccessKey, AccountID: "111122223333", Region: "us-east-1", ID: "AKIAIOSFODNN7EXAMPLE"}
	out := judged(t, "user-key", policy(t, "exempt: {users: [/break-glass/]}"))
	if out.Resource == nil || *out.Resource != want || len(out.Resources) != 1 {
		t.Fatalf("it is about %v, of %v", out.Resource, out.Resources)
	}
	if out.LockKey != quarantine.LockKey(want) || !strings.Contains(out.LockKey, "#access-key#") || out.Incident != quarantine.IncidentID(execution, want) {
		t.Errorf("lock %q, incident %q", out.LockKey, out.Incident)
	}
	if len(out.Measures) != 0 {
		t.Errorf("measures of instances are taken on it: %v", out.Measures)
	}
	if len(out.Exempt.Users) != 1 {
		t.Errorf("the policy's exemptions are lost: %+v", out.Exempt)
	}
	if of := judged(t, "miner", triage.DefaultPolicy()).Measures; len(of) == 0 {
		t.Error("no measure is taken on an instance")
	}
}

// Without the group of measures that changes keys everything is as if there were no such measure.
func TestWithoutItsGroupAKeyIsTold(t *testing.T) {
	t.Parallel()
	always := policy(t, "accessKeys: {cut: cut}\noverrides: [{name: cut-all, reason: we cut, when: 'true', action: isolate}]")
	out := judged(t, "user-key", always, measure.Network, measure.Instance)
	if out.Verdict.Action != quarantine.ActionNotify || out.Resource != nil || len(out.Resources) != 0 {
		t.Errorf("%s about %v", out.Verdict.Action, out.Resources)
	}
	if side := reason(out.Verdict, "side"); !strings.Contains(side, "of the user alice, which is told and not changed, as the deployment has no Identity") {
		t.Errorf("it says %q", side)
	}
}

// Credentials of an instance's role name the instance, and stay about it.
func TestStolenCredentialsOfAnInstanceAreAboutTheInstance(t *testing.T) {
	t.Parallel()
	out := judged(t, "credentials-of-an-instance", triage.DefaultPolicy())
	if out.Resource == nil || out.Resource.Kind != quarantine.KindInstance {
		t.Errorf("it is about %v", out.Resource)
	}
}

// Who confirms a plan has been asked, and is not asked again.
func TestAConfirmedPolicyAsksNobodyAboutAKey(t *testing.T) {
	t.Parallel()
	if v := triage.DefaultPolicy().Confirmed().Judge(finding(t, "user-key"), noon.Add(time.Minute)); v.Action != quarantine.ActionIsolate {
		t.Errorf("%+v", v)
	}
}
