package simulate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// Credentials that were taken from the instance are denied while it is contained, wherever they are
// used; those of another instance of the role go on. The network has no part in it.
func TestTheDemoShowsTakenCredentialsAndAReplacement(t *testing.T) {
	t.Parallel()
	events, err := simulate.DemoOfFleet()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		none     bool // no group identity
		contains string
	}{"with identity": {false, simulate.Denied}, "without": {true, simulate.Allowed}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := simulate.Run(t.Context(), simulate.Options{
				Events: events[:1], Account: simulate.DemoFleet, Policy: triage.DefaultPolicy(), Machine: wiring.Approval, NoIdentity: c.none,
				Person: simulate.Answer(true), Start: demoStart,
			})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string][3]string{}
			for _, of := range r.Credentials {
				got[of.Instance+" "+of.Role+" "+of.Action] = [3]string{of.Answers["before"], of.Answers["contained"], of.Answers["after"]}
			}
			want := map[string][3]string{
				"i-0c0ffee0123456789 web-page s3:GetObject": {simulate.Allowed, c.contains, simulate.Allowed},
				"i-0decaf0a123456789 web-page s3:GetObject": {simulate.Allowed, simulate.Allowed, simulate.Allowed},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("credentials (-want +got):\n%s", diff)
			}
			for _, x := range r.Executions {
				if calls, rounds := r.BeforeCut(x.Name); calls > 0 && (calls != 9 || rounds != 4) {
					t.Errorf("%d calls in %d round trips to the cut: the group is read beside the others, as the finding names it", calls, rounds)
				}
			}
			if before, after := r.Account.GroupsBefore["web-pages"], r.Account.Groups["web-pages"]; len(before) != 1 || len(after) != 2 {
				t.Errorf("the group had %v, and has %v", before, after)
			}
		})
	}
}
