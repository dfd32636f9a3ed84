package simulate_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

func share(a *account.Account) { a.ShareFrom("999900001111", vpc) }

// Whoever takes part in a shared VPC owns its interfaces and security groups: what can be closed
// is closed, once people know that the instance is not cut off.
func TestInASharedNetworkTheFurtherMeasuresAreTakenAllTheSame(t *testing.T) {
	t.Parallel()
	r := run(t, share, miner(hostA, 1))
	got := path(r.Executions[0])
	if !strings.HasPrefix(got, "Triage Decide AcquireLock Isolate MarkFailed RecordFailure TellContainmentFailed IsItUncuttable RespondUncut ") ||
		!strings.HasSuffix(got, " ContainmentFailed") {
		t.Errorf("path %s", got)
	}
	if len(quarantined(t, r)) != 0 || count(r, "CreateNetworkAcl")+count(r, "ReplaceNetworkAclAssociation") != 0 {
		t.Error("something was tried in another account's network")
	}
	for operation, want := range map[string]int{"ModifyNetworkInterfaceAttribute": 1, "CreateSecurityGroup": 1, "CreateSnapshots": 0} {
		if n := count(r, operation); n != want {
			t.Errorf("%s: %d calls, want %d", operation, n, want)
		}
	}
	kinds := func() (out []string) {
		for _, n := range r.Notifications {
			out = append(out, n.Kind)
		}
		return slices.Compact(out)
	}
	if k := kinds(); !slices.Equal(k, []string{"containment-failed"}) {
		t.Errorf("messages: %q", k)
	}
}

// What was taken without a cut is on record for the incident, and a release takes it back.
func TestWhatIsTakenInASharedNetworkIsReleased(t *testing.T) {
	t.Parallel()
	scenario := func(ctx context.Context, s *simulate.Session) error {
		p := &onComputer{t: t, s: s}
		before := s.Account.Attributes()
		e := p.run(ctx, wiring.Name, "run-1", miner(hostA, 1).Body)
		if end := e.Result.Path[len(e.Result.Path)-1]; end != "ContainmentFailed" || cmp.Equal(before, s.Account.Attributes()) {
			t.Errorf("ended in %s, and something is taken: %t", end, !cmp.Equal(before, s.Account.Attributes()))
		}
		open, err := s.Ledger.OpenIncidents(ctx)
		if err != nil || len(open) != 1 {
			t.Fatalf("open incidents: %v, %v", open, err)
		}
		e = p.run(ctx, wiring.Release, "release-1", []byte(`{"incident":"`+open[0].ID+`","reason":"rebuilt","by":"the person on call"}`))
		if end := e.Result.Path[len(e.Result.Path)-1]; end != "Released" {
			t.Errorf("the release ended in %s: %s", end, e.Result.Cause)
		}
		if diff := cmp.Diff(before, s.Account.Attributes()); diff != "" {
			t.Errorf("what the release did not put back (-before +after):\n%s", diff)
		}
		p.wantOpen(ctx)
		return nil
	}
	_, err := simulate.Run(t.Context(), simulate.Options{Scenario: scenario, Policy: triage.DefaultPolicy(), Start: start,
		Account: func(o account.Options) (*account.Account, []simulate.Question, error) {
			a, questions, err := network(o)
			share(a)
			return a, questions, err
		}})
	if err != nil {
		t.Fatal(err)
	}
}

// A measure that fails there is told, and says nothing of a cut that stands.
func TestAMeasureThatFailsInASharedNetworkIsTold(t *testing.T) {
	t.Parallel()
	r := run(t, func(a *account.Account) {
		share(a)
		a.Inject(account.Fault{Operation: "ModifyNetworkInterfaceAttribute", Kind: account.Deny})
	}, miner(hostA, 1))
	var text string
	for _, n := range r.Notifications {
		if n.Kind == "measure-failed" {
			text = n.Text
		}
	}
	if !strings.Contains(text, "MEASURE NOT TAKEN. security-group") || strings.Contains(text, "The cut stands") {
		t.Errorf("the message is %q", text)
	}
	if got := path(r.Executions[0]); !strings.HasSuffix(got, " ContainmentFailed") {
		t.Errorf("path %s", got)
	}
}
