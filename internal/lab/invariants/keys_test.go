package invariants_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

const key = "AKIAIOSFODNN7EXAMPLE"

// keyCut is a run in which a user's key is made inactive.
func keyCut(t *testing.T) (*simulate.Report, invariants.World) {
	t.Helper()
	policy, err := triage.ParsePolicy([]byte("version: 1\naccessKeys: {cut: cut}"))
	if err != nil {
		t.Fatal(err)
	}
	events := []simulate.Event{{Name: "user-key", Body: gdtest.Fixture("user-key")}}
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: events, Account: simulate.GrownAccount(events), Policy: policy, Start: time.Date(2026, 1, 31, 12, 6, 0, 0, time.UTC), Record: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, invariants.World{Accused: map[string][]string{key: nil}}
}

func TestACutOfAKeyViolatesNoInvariant(t *testing.T) {
	t.Parallel()
	r, w := keyCut(t)
	for _, v := range invariants.Check(r, w) {
		t.Error(v)
	}
	if got := operations(r); got["UpdateAccessKey"] != 1 || got["ListAccessKeys"] < 2 {
		t.Fatalf("the run lacks a cut or its read-back: %v", got)
	}
}

func TestEveryViolationAboutAKeyIsReportedByItsName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		invariant, name, says string
		spoil                 func(r *simulate.Report, w *invariants.World)
	}{
		{"I2", "a key that nobody accused is changed", "which nobody accused", func(_ *simulate.Report, w *invariants.World) { delete(w.Accused, key) }},
		{"I3", "nothing says what it was before", "what it was before", func(r *simulate.Report, _ *invariants.World) {
			items(r, "HOLD", func(_ int, _ *simulate.Call, item map[string]any) { delete(item, "before_status") })
		}},
		{"I5", "it was not read back", "shows it inactive", func(r *simulate.Report, _ *invariants.World) {
			r.Calls = slices.DeleteFunc(r.Calls, func(c simulate.Call) bool { return c.Operation == "ListAccessKeys" })
		}},
		{"I5", "it was read back before it was changed", "shows it inactive", func(r *simulate.Report, _ *invariants.World) {
			each(r, "UpdateAccessKey", "", func(_ int, c *simulate.Call) { c.Effect.Order = 1 << 30 })
			each(r, "ListAccessKeys", "", func(_ int, c *simulate.Call) { c.Effect.Order = 1 })
		}},
		{"I5", "it is active, and on record as inactive", `it is "Active"`, func(r *simulate.Report, _ *invariants.World) {
			r.Account.Attributes["alice/"+key]["status"] = "Active"
		}},
		{"I7", "there is no evidence of it", "without evidence of its key", func(r *simulate.Report, _ *invariants.World) {
			r.Ledger = slices.DeleteFunc(r.Ledger, func(i any) bool {
				item, _ := i.(map[string]any)
				return strings.HasPrefix(attribute(item, "sk"), "EVIDENCE#")
			})
		}},
	} {
		r, w := keyCut(t)
		c.spoil(r, &w)
		if !slices.ContainsFunc(invariants.Check(r, w), func(v invariants.Violation) bool {
			return v.Invariant == c.invariant && strings.Contains(v.Text, c.says)
		}) {
			t.Errorf("%s: not reported as %s", c.name, c.invariant)
		}
	}
}
