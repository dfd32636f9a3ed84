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

// byGroup is a run of the demo in which the security group contains the instance, as a NAT gateway
// is in its subnet.
func byGroup(t *testing.T) (*simulate.Report, invariants.World) {
	t.Helper()
	events, err := simulate.Demo()
	if err != nil {
		t.Fatal(err)
	}
	sparing, err := triage.ParsePolicy([]byte("version: 1\nneighbours: {beyond: group}"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: events[:1], Account: simulate.DemoAccount, Policy: sparing, Record: true, Start: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC),
		Prepare: func(a *account.Account) {
			a.AddInterface(account.Interface{
				Subnet: subnet, PrivateIP: "10.0.1.250", Type: "nat_gateway", RequesterManaged: true, Description: "Interface for NAT Gateway nat-0a000000000000001",
			})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, invariants.World{Accused: map[string][]string{instance: {subnet}}, Secrets: []string{"hooks.slack.invalid"}}
}

func TestARunThatTheGroupContainsViolatesNoInvariant(t *testing.T) {
	t.Parallel()
	r, w := byGroup(t)
	for _, v := range invariants.Check(r, w) {
		t.Error(v)
	}
	if n := operations(r); n["ReplaceNetworkAclAssociation"] != 0 || n["ModifyNetworkInterfaceAttribute"] != 1 {
		t.Fatalf("the run is not one of the group's: %v", n)
	}
}

func TestEveryViolationOfARunThatTheGroupContainsIsReported(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		doctor func(*simulate.Report)
		want   string
	}{
		"it was never read back": {func(r *simulate.Report) {
			each(r, "DescribeNetworkInterfaces", "measures-network", func(_ int, c *simulate.Call) { c.Effect = nil })
		}, "I5: "},
		"it was changed after the read-back": {func(r *simulate.Report) {
			last := 0
			for _, c := range r.Calls {
				if c.Effect != nil {
					last = max(last, c.Effect.Order)
				}
			}
			each(r, "DescribeNetworkInterfaces", "measures-network", func(_ int, c *simulate.Call) { c.Effect.Order += last })
		}, "I5: "},
		"nothing is held at the end": {func(r *simulate.Report) {
			r.Ledger = slices.DeleteFunc(r.Ledger, func(i any) bool {
				pk, _ := i.(map[string]any)["pk"].(map[string]any)
				key, _ := pk["S"].(string)
				return strings.HasPrefix(key, "HOLD#security-group#")
			})
		}, "I12: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, w := byGroup(t)
			c.doctor(r)
			if !slices.ContainsFunc(invariants.Check(r, w), func(v invariants.Violation) bool { return strings.HasPrefix(v.String(), c.want) }) {
				t.Errorf("no violation of %s: %v", c.want, invariants.Check(r, w))
			}
		})
	}
}
