package invariants_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// observed is a run of the demo in which everything is observed.
func observed(t *testing.T) (*simulate.Report, invariants.World) {
	t.Helper()
	events, err := simulate.Demo()
	if err != nil {
		t.Fatal(err)
	}
	p, err := triage.ParsePolicy([]byte("version: 1\nmode: observe"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: events[:1], Account: simulate.DemoAccount, Policy: p, Record: true, Start: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, invariants.World{Accused: map[string][]string{instance: {subnet}}, Observes: true, Observed: []string{subnet}, Secrets: []string{"hooks.slack.invalid"}}
}

func TestARunThatIsObservedViolatesNoInvariant(t *testing.T) {
	t.Parallel()
	r, w := observed(t)
	for _, v := range invariants.Check(r, w) {
		t.Error(v)
	}
	if got := r.Executions[0].Path; !slices.Contains(got, "Observe") {
		t.Fatalf("the run is none that is observed: %v", got)
	}
}

func TestEveryViolationOfARunThatIsObservedIsReported(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		doctor func(*simulate.Report)
		want   string
	}{
		"a call changed something": {func(r *simulate.Report) {
			each(r, "DescribeInstances", "isolate", func(_ int, c *simulate.Call) { c.Operation = "ReplaceNetworkAclAssociation" })
		}, "I15: "},
		"a key was changed": {func(r *simulate.Report) {
			each(r, "DescribeInstances", "isolate", func(_ int, c *simulate.Call) { c.Service, c.Operation = "iam", "UpdateAccessKey" })
		}, "I15: "},
		"a subnet was changed": {func(r *simulate.Report) {
			each(r, "DescribeInstances", "isolate", func(_ int, c *simulate.Call) {
				r.Changes = append(r.Changes, account.Change{Call: c.Seq, Subnet: subnet})
			})
		}, "I15: "},
		"nobody was told": {func(r *simulate.Report) { r.Sent = nil }, "I1: "},
		"it is not on record": {func(r *simulate.Report) {
			r.Ledger = slices.DeleteFunc(r.Ledger, func(i any) bool {
				sk, _ := i.(map[string]any)["sk"].(map[string]any)
				return sk["S"] == "OBSERVED"
			})
		}, "I1: "},
		"a function wrote": {func(r *simulate.Report) {
			each(r, "PutItem", "", func(_ int, c *simulate.Call) { c.Function = "isolate" })
		}, "I15: "},
		"it locked": {func(r *simulate.Report) {
			each(r, "PutItem", "", func(_ int, c *simulate.Call) {
				for _, item := range c.Effect.Items {
					item["sk"], item["owner"] = map[string]any{"S": "LOCK"}, map[string]any{"S": "arn:x:" + c.Execution}
				}
			})
		}, "I15: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, w := observed(t)
			c.doctor(r)
			if got := invariants.Check(r, w); !slices.ContainsFunc(got, func(v invariants.Violation) bool { return strings.HasPrefix(v.String(), c.want) }) {
				t.Errorf("%s is not among %v", c.want, got)
			}
		})
	}
}
