package uninstall_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// Naming the wrong table by mistake must do no harm: it is the ledger only if its key
// and its tag say so.
func TestATableThatIsNotTheStacksLedgerIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*uninstall.Table)
		want   string
	}{
		"of somebody's own":         {func(tb *uninstall.Table) { tb.Keys, tb.Stack = []string{"customer"}, "" }, "its key is customer, not pk, sk"},
		"with another key, tagged":  {func(tb *uninstall.Table) { tb.Keys = []string{"pk"} }, "its key is pk, not pk, sk"},
		"like a ledger, not tagged": {func(tb *uninstall.Table) { tb.Stack = "" }, `its tag quarantine:stack is ""`},
		"of another deployment":     {func(tb *uninstall.Table) { tb.Stack = "other" }, `its tag quarantine:stack is "other"`},
	} {
		for _, forgotten := range []bool{true, false} {
			w := newWorld(t).cut("inc-1", subnetOne)
			w.forgotten = forgotten
			c.change(w.table)
			untouched := w.end()
			options := everything
			options.Table = table
			_, err := attempt(t.Context(), w, options)
			if _, refused := errors.AsType[*uninstall.NotLedgerError](err); !refused || !strings.Contains(err.Error(), c.want) {
				t.Errorf("a table %s: %v", name, err)
			}
			if diff := cmp.Diff(untouched, w.end()); diff != "" {
				t.Errorf("with a table %s the run changed something: %s", name, diff)
			}
		}
	}
}

// If the ledger is missing while the stack exists, open incidents are unknown.
func TestAMissingLedgerGivesAdvice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.table = nil
	_, err := attempt(t.Context(), w, everything)
	if err == nil || w.did("Delete") {
		t.Fatalf("the run continued: %v", err)
	}
	for _, want := range []string{
		"point-in-time recovery", "--target-table-name " + table, "Key=quarantine:stack,Value=guard", "describe-network-acls", "delete-stack --stack-name guard",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not contain %q", err, want)
		}
	}
}

func TestTheLedgerIsKeptWhileASubnetIsCutOff(t *testing.T) {
	t.Parallel()
	w := past(newWorld(t))
	acl := w.AddACL(account.ACL{VPC: vpcPast, Tags: map[string]string{quarantine.TagProduct: quarantine.Product}})
	w.SwapACL(subnetPast, acl)
	r, err := attempt(t.Context(), w, everything)
	cut, ok := errors.AsType[*uninstall.CutOffError](err)
	if !ok || cut.Kept != table || !strings.Contains(err.Error(), subnetPast+" is CUT OFF by "+acl+", before: not known") {
		t.Errorf("got %v", err)
	}
	if w.table == nil || w.did("DeleteTable") || r.DeletedLedger != "" {
		t.Error("the ledger was deleted")
	}
	w.SwapACL(subnetPast, before(subnetPast))
	if uninstalled(t, w, everything); w.table != nil {
		t.Error("the ledger is kept although no subnet is isolated any more")
	}
}

// The stack's id can be given instead of its name; the tags of bucket and ledger have the name.
func TestAStackCanBeNamedByItsID(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*world, *uninstall.Options){
		"stands":  func(*world, *uninstall.Options) {},
		"is gone": func(w *world, _ *uninstall.Options) { w.stack.Status = cloudformation.DeleteComplete },
		"is forgotten": func(w *world, o *uninstall.Options) {
			w.forgotten, o.Table = true, table
		},
	} {
		w, options := newWorld(t), everything
		options.Stack = stackID
		change(w, &options)
		r := uninstalled(t, w, options)
		if r.Stack != stackName || !slices.Equal(r.DeletedBuckets, []string{bucket}) || r.DeletedLedger != table {
			t.Errorf("where the stack %s: %+v", name, r)
		}
	}
}

func TestThePlanSaysWhatIsDeletedWithTheStack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.resources = append(w.resources,
		cloudformation.Resource{LogicalID: "Q", PhysicalID: "https://queue", Type: "AWS::SQS::Queue", Status: "CREATE_COMPLETE"},
		cloudformation.Resource{LogicalID: "D", PhysicalID: "d-1", Type: "AWS::GuardDuty::Detector", Status: "CREATE_COMPLETE"},
		cloudformation.Resource{LogicalID: "L", PhysicalID: "/aws/lambda/guard-triage", Type: "AWS::Logs::LogGroup", Status: "CREATE_COMPLETE"})
	plan, err := over(w, uninstall.Options{}).Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, l := range plan.Losses(command.Place{Stack: "guard", Region: "eu-west-1"}) {
		text += l.Says + "\n" + command.Line(l.Command) + "\n"
	}
	for _, want := range []string{
		"--queue-url https://queue", "detector d-1", "/aws/lambda/guard-triage", "create-export-task",
		"execution histories", "quarantine history INCIDENT --json --stack guard",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	w.stack.Status = cloudformation.DeleteComplete
	if plan, err = over(w, uninstall.Options{}).Look(t.Context()); err != nil || len(plan.Losses(command.Place{Stack: "guard", Region: "eu-west-1"})) != 0 {
		t.Errorf("of a deleted stack: %q, %v", plan.Losses(command.Place{Stack: "guard", Region: "eu-west-1"}), err)
	}
}

// Evidence that a person has confirmed is deleted; newer evidence is not.
func TestEvidenceNewerThanThePlanIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cut("inc-1", subnetOne)
	w.on = func(call string) {
		if call == "Delete" {
			w.cut("inc-late", subnetTwo)
		}
	}
	r := uninstalled(t, w, everything)
	if want := w.listed["inc-1"]; !slices.Equal(r.DeletedSnapshots, want) {
		t.Errorf("deleted %q, want %q", r.DeletedSnapshots, want)
	}
	if left := r.Left.Snapshots.OnRecord; len(left) != 1 || left[0].ID != w.listed["inc-late"][0] {
		t.Errorf("listed %+v", left)
	}
}
