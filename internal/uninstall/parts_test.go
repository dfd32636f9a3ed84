package uninstall_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// past is an incident that was released before.
func past(w *world) *world {
	w.incidents = append(w.incidents, ledger.Summary{ID: "inc-past", Status: quarantine.StatusReleased})
	w.releases["inc-past"] = &quarantine.Release{Incident: "inc-past", Subnets: []quarantine.ReleasedSubnet{{SubnetID: "subnet-p", VPCID: "vpc-1", Outcome: quarantine.Restored}}}
	return w
}

func TestOnlyACLsThatNothingUsesAndThatAreNobodyElsesAreRemoved(t *testing.T) {
	t.Parallel()
	held := func(id string) map[string]string { return map[string]string{quarantine.TagHolder + id: "i-1"} }
	for name, c := range map[string]struct {
		acl            quarantine.NetworkACL
		removed, kept  bool
		subnets        []string
		why, incidents string
	}{
		"left over by a release":           {acl: ourACL("acl-1", nil), removed: true},
		"still tagged by a release":        {acl: ourACL("acl-1", held("inc-past")), removed: true},
		"of another deployment":            {acl: ourACL("acl-1", held("inc-theirs")), kept: true, why: "inc-theirs, which this ledger does not know"},
		"of this and another deployment":   {acl: ourACL("acl-1", map[string]string{quarantine.TagHolder + "inc-past": "i", quarantine.TagHolder + "inc-theirs": "i"}), kept: true, why: "another deployment's"},
		"with an allow rule":               {acl: quarantine.NetworkACL{ID: "acl-1", VPCID: "vpc-1", Allows: 1, Tags: ourACL("", nil).Tags}, kept: true, why: "somebody has added rules"},
		"in use":                           {acl: ourACL("acl-1", held("inc-past"), "subnet-a"), subnets: []string{"subnet-a"}, incidents: "inc-past"},
		"in use, and nobody knows by whom": {acl: ourACL("acl-1", nil, "subnet-a"), subnets: []string{"subnet-a"}},
		"in use by another deployment":     {acl: ourACL("acl-1", held("inc-theirs"), "subnet-a")},
		"somebody's own":                   {acl: quarantine.NetworkACL{ID: "acl-1", VPCID: "vpc-1"}},
		"somebody's own with a tag":        {acl: quarantine.NetworkACL{ID: "acl-1", VPCID: "vpc-1", Tags: map[string]string{quarantine.TagProduct: "other"}}},
		"the VPC's default, tagged":        {acl: quarantine.NetworkACL{ID: "acl-1", VPCID: "vpc-1", Default: true, Tags: ourACL("", nil).Tags}},
	} {
		w := past(newWorld())
		w.acls = []quarantine.NetworkACL{c.acl}
		r := uninstalled(t, w, uninstall.Options{})
		if removed := len(w.acls) == 0; removed != c.removed || len(r.RemovedACLs) == 1 != c.removed {
			t.Errorf("an ACL %s: removed is %t", name, removed)
		}
		if kept := len(r.Left.ACLs) == 1; kept != c.kept || kept && !strings.Contains(r.Left.ACLs[0].Why, c.why) {
			t.Errorf("an ACL %s: listed as %+v", name, r.Left.ACLs)
		}
		var subnets []string
		for _, s := range r.Left.Subnets {
			subnets = append(subnets, s.SubnetID)
			if c.incidents != "" && !slices.Equal(s.Incidents, []string{c.incidents}) {
				t.Errorf("an ACL %s: held by %q", name, s.Incidents)
			}
		}
		if !slices.Equal(subnets, c.subnets) {
			t.Errorf("an ACL %s: subnets %q are listed, want %q", name, subnets, c.subnets)
		}
	}
}

func TestAnACLThatComesIntoUseMeanwhileStays(t *testing.T) {
	t.Parallel()
	w := past(newWorld())
	w.acls = []quarantine.NetworkACL{ourACL("acl-1", nil)}
	w.on = func(call string) {
		if call == "DeleteNetworkACL acl-1" {
			w.acls[0].Associations = []quarantine.Association{{ID: "assoc-1", SubnetID: "subnet-a"}}
		}
	}
	if r := uninstalled(t, w, uninstall.Options{}); len(w.acls) != 1 || len(r.Left.Subnets) != 1 {
		t.Errorf("%d ACLs are left, listed %+v", len(w.acls), r.Left.Subnets)
	}
}

func TestASubnetThatSomebodyChangedIsReportedAndNotForced(t *testing.T) {
	t.Parallel()
	w := newWorld().cut("inc-1", "subnet-1")
	w.drifts = true
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "away"})
	if len(r.Left.Drifted) != 1 || r.Left.Drifted[0].SubnetID != "subnet-1" || r.Left.Drifted[0].Recorded != "acl-before" {
		t.Errorf("listed %+v", r.Left.Drifted)
	}
}

func TestADeletionThatFailsSaysWhyAndTheNextRunTriesAgain(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.broken["FindingsRule"] = "access denied"
	_, err := attempt(t.Context(), w, uninstall.Options{})
	for _, want := range []string{"FindingsRule AWS::Events::Rule: access denied", "--stack-name guard --retain-resources FindingsRule", "Mend that"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
	if step := remains(t, err); step.Step != "the stack" || len(w.buckets) != 1 {
		t.Errorf("it went on after %s", step.Step)
	}
	w.broken["FindingsRule"] = "denied again"
	if _, err := attempt(t.Context(), w, uninstall.Options{}); !strings.Contains(err.Error(), "denied again") || strings.Contains(err.Error(), "access denied") {
		t.Errorf("the second failure is %v", err)
	}
	delete(w.broken, "FindingsRule")
	w.late = true // and the old failure is not taken for the new one's
	uninstalled(t, w, uninstall.Options{})
}

func TestADeletionUnderWayIsFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if err := w.Delete(t.Context(), stackID); err != nil {
		t.Fatal(err)
	}
	w.calls = nil
	uninstalled(t, w, uninstall.Options{})
	if w.did("Delete") {
		t.Error("it was deleted again")
	}
	if !slices.Contains(w.said, "DELETE_SKIPPED Ledger AWS::DynamoDB::Table") {
		t.Errorf("said %q", w.said)
	}
}

func TestStacksThatItLeavesAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*world)
		options uninstall.Options
		want    any
	}{
		"another product's":    {change: func(w *world) { w.resources = w.resources[:1] }, want: new(*uninstall.NotOursError)},
		"being updated":        {change: func(w *world) { w.stack.Status = "UPDATE_IN_PROGRESS" }, want: new(*uninstall.BusyError)},
		"protected":            {change: func(w *world) { w.stack.Protected = true }, want: new(*uninstall.ProtectedError)},
		"whose ledger is gone": {change: func(w *world) { w.table = nil }, want: new(*uninstall.LostLedgerError)},
		"of an id, when another of the name stands": {change: func(w *world) {
			w.stack.Status, w.namesake = cloudformation.DeleteComplete, stackID+"-new"
		}, options: uninstall.Options{Stack: stackID}, want: new(*uninstall.NamesakeError)},
		"forgotten, of an id, when another of the name stands": {change: func(w *world) {
			w.forgotten, w.namesake = true, stackID+"-new"
		}, options: uninstall.Options{Stack: stackID, Table: table}, want: new(*uninstall.NamesakeError)},
		"with another ledger":   {change: func(*world) {}, options: uninstall.Options{Table: "other"}, want: new(*uninstall.TableError)},
		"that nobody remembers": {change: func(w *world) { w.forgotten = true }, want: new(*cloudformation.NoStackError)},
	} {
		w := newWorld().cut("inc-1", "subnet-1")
		c.change(w)
		before := w.end()
		options := everything
		options.Table, options.Stack = c.options.Table, c.options.Stack
		_, err := attempt(t.Context(), w, options)
		if !errors.As(err, c.want) {
			t.Errorf("a stack %s: %v", name, err)
		}
		if diff := cmp.Diff(before, w.end()); diff != "" {
			t.Errorf("a stack %s was changed: %s", name, diff)
		}
	}
}

// After the stack is gone, CloudFormation remembers the ledger for 90 days, and
// then a person does.
func TestWithoutAStackTheLedgerIsFound(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]uninstall.Options{"remembered": {}, "named": {Table: table}} {
		w := newWorld()
		w.stack.Status = cloudformation.DeleteComplete
		w.forgotten = name == "named"
		w.cut("inc-1", "subnet-1")
		options.ReleaseAll, options.Reason = true, "away"
		r := uninstalled(t, w, options)
		if !w.did(`Release inc-1 by "": away`) || len(w.acls) != 0 || len(w.buckets) != 0 || r.Left.Ledger == nil {
			t.Errorf("%s: %s", name, w.end())
		}
	}
}

func TestOnlyTheStacksOwnBucketIsDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.buckets = map[string]map[string]string{
		bucket: {uninstall.StackTag: stackName}, "quarantine-artifacts-other": {uninstall.StackTag: "other"}, "quarantine-artifacts-plain": {},
	}
	r := uninstalled(t, w, uninstall.Options{})
	if w.buckets[bucket] != nil || len(w.buckets) != 2 {
		t.Errorf("left are %v", w.buckets)
	}
	if want := []string{"quarantine-artifacts-plain"}; !slices.Equal(r.Left.Buckets, want) {
		t.Errorf("listed %q, want %q", r.Left.Buckets, want)
	}
}

func TestExecutionsThatDoNotEndAreStopped(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.running, w.endless = []string{machine + ":one", machine + ":two"}, true
	w.inputs = map[string]string{machine + ":one": `{"detail": {"id": "f-1", "type": "Backdoor:EC2/C&CActivity.B", "resource": {"instanceDetails": {"instanceId": "i-1"}}}}`}
	r := uninstalled(t, w, uninstall.Options{Wait: 10 * time.Minute})
	want := []uninstall.Stopped{{Execution: machine + ":one", Finding: "f-1", Type: "Backdoor:EC2/C&CActivity.B", Instance: "i-1"}, {Execution: machine + ":two"}}
	if diff := cmp.Diff(want, r.Stopped); diff != "" || len(w.running) != 0 {
		t.Errorf("stopped (-want +got):\n%s", diff)
	}
	// No record may have the finding: what is said is all that is left of it.
	if said := strings.Join(w.said, "\n"); !strings.Contains(said, "stopping "+machine+":one: finding f-1, Backdoor:EC2/C&CActivity.B, of i-1") {
		t.Errorf("said %q", said)
	}
	if waited := w.now.Sub(noon); waited < 10*time.Minute || waited > 11*time.Minute {
		t.Errorf("it waited for %s", waited)
	}
}

func TestEvidenceIsDeletedOnRequestIfItIsOnRecordAndTagged(t *testing.T) {
	t.Parallel()
	w := past(newWorld())
	foreign := snapshot("snap-foreign", "inc-past")
	foreign.Tags[quarantine.TagProduct] = "other"
	w.onRecord = []string{"snap-1", "snap-2", "snap-foreign", "snap-gone"}
	w.snapshots = []quarantine.Snapshot{snapshot("snap-1", "inc-past"), snapshot("snap-2", "inc-past"), snapshot("snap-3", "inc-past"), foreign}
	w.locked = "snap-1"
	_, err := attempt(t.Context(), w, uninstall.Options{DeleteEvidence: true})
	if step := remains(t, err); step.Step != "evidence" || !strings.Contains(err.Error(), "snap-1 is locked") {
		t.Errorf("got %v", err)
	}
	w.locked = ""
	r := uninstalled(t, w, uninstall.Options{DeleteEvidence: true})
	var left []string
	for _, s := range w.snapshots {
		left = append(left, s.ID)
	}
	if want := []string{"snap-3", "snap-foreign"}; !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
	if len(r.Left.Snapshots.Unrecorded) != 1 || len(r.Left.Snapshots.OnRecord) != 0 {
		t.Errorf("listed %+v", r.Left.Snapshots)
	}
}

func TestTheLedgerIsDeletedOnRequestAndListedBefore(t *testing.T) {
	t.Parallel()
	w := newWorld().cut("inc-1", "subnet-1")
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "away", DeleteLedger: true})
	if w.table != nil || r.DeletedLedger != table || r.Left.Ledger != nil {
		t.Errorf("deleted %q, left %+v", r.DeletedLedger, r.Left.Ledger)
	}
	if len(r.Left.Snapshots.OnRecord) != 1 {
		t.Errorf("the evidence that stays is not listed any more: %+v", r.Left.Snapshots)
	}
	again := uninstalled(t, w, uninstall.Options{DeleteLedger: true})
	if again.DeletedLedger != "" {
		t.Error("it was deleted twice")
	}
}
