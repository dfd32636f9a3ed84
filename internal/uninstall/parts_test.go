package uninstall_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

const subnetBeside = "subnet-0000000a" // in the past incident's VPC

func TestOnlyUnusedACLsOfThisDeploymentAreRemoved(t *testing.T) {
	t.Parallel()
	ours := map[string]string{quarantine.TagProduct: quarantine.Product}
	theirs := map[string]string{quarantine.TagProduct: quarantine.Product, quarantine.TagLedger: "theirs"}
	for name, c := range map[string]struct {
		tags              map[string]string
		made              bool // it is on record as made
		open, used, byAWS bool // it has an allow rule; a subnet is under it; it is the VPC's default
		removed, kept     bool
		subnets           []string
		why               string
	}{
		"left over by a release":                  {tags: ours, made: true, removed: true},
		"that lost its tags":                      {made: true, removed: true},
		"of another deployment":                   {tags: ours, kept: true, why: "it is another deployment's, or somebody has tagged it"},
		"with an allow rule":                      {tags: ours, made: true, open: true, kept: true, why: "somebody has added rules"},
		"in use":                                  {tags: ours, made: true, used: true, subnets: []string{subnetBeside}},
		"in use, and not on record":               {tags: ours, used: true, subnets: []string{subnetBeside}},
		"in use by another deployment":            {tags: theirs, used: true},
		"somebody's own":                          {},
		"somebody's own with a tag":               {tags: map[string]string{quarantine.TagProduct: "other"}},
		"somebody's own, tagged as ours":          {tags: ours, open: true, kept: true, why: "somebody has tagged it"},
		"the VPC's default, tagged and on record": {tags: ours, made: true, byAWS: true},
	} {
		w := past(newWorld(t))
		acl := w.acl(c.tags, c.byAWS)
		if c.made {
			w.made(acl)
		}
		if c.open {
			w.OpenACL(acl)
		}
		if c.used {
			w.AddSubnet(account.Subnet{ID: subnetBeside, VPC: vpcPast, CIDR: "10.0.2.0/24", ACL: acl})
		}
		r := uninstalled(t, w, uninstall.Options{})
		if removed := !w.has(acl); removed != c.removed || len(r.Removed) == 1 != c.removed {
			t.Errorf("an ACL %s: removed is %t", name, removed)
		}
		if kept := len(r.Left.Made) == 1; kept != c.kept || kept && !strings.Contains(r.Left.Made[0].Why, c.why) {
			t.Errorf("an ACL %s: listed as %+v", name, r.Left.Made)
		}
		var subnets []string
		for _, s := range r.Left.Closed {
			subnets = append(subnets, s.Thing)
		}
		if !slices.Equal(subnets, c.subnets) {
			t.Errorf("an ACL %s: subnets %q are listed, want %q", name, subnets, c.subnets)
		}
	}
}

func TestAnACLThatComesIntoUseMeanwhileIsKept(t *testing.T) {
	t.Parallel()
	w := past(newWorld(t))
	acl := w.acl(map[string]string{quarantine.TagProduct: quarantine.Product}, false)
	w.made(acl)
	w.on = func(call string) {
		if call == "DeleteNetworkACL "+acl {
			w.SwapACL(subnetPast, acl)
		}
	}
	if r := uninstalled(t, w, uninstall.Options{}); !w.has(acl) || len(r.Left.Closed) != 1 {
		t.Errorf("the ACL exists: %t, listed %+v", w.has(acl), r.Left.Closed)
	}
}

func TestASubnetThatWasChangedByHandIsReportedAndLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cut("inc-1", subnetOne)
	w.drifts = true
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "away"})
	if len(r.Left.Drifted) != 1 || r.Left.Drifted[0].SubnetID != subnetOne || r.Left.Drifted[0].Before != before(subnetOne) {
		t.Errorf("listed %+v", r.Left.Drifted)
	}
	if now := w.under(subnetOne); now == before(subnetOne) || now == w.acls["inc-1"] {
		t.Errorf("the change was overwritten: the subnet has %s", now)
	}
	if said := strings.Join(w.said, "\n"); !strings.Contains(said, subnetOne+": drifted") {
		t.Errorf("said %q", said)
	}
}

func TestADeletionThatFailsSaysWhyAndTheNextRunTriesAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.broken["FindingsRule"] = "access denied"
	_, err := attempt(t.Context(), w, uninstall.Options{})
	for _, want := range []string{"FindingsRule AWS::Events::Rule: access denied", "--stack-name guard --retain-resources FindingsRule", "Mend that"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
	if step := remains(t, err); step.Step != "the stack" || len(w.buckets) != 1 {
		t.Errorf("the run continued after %s", step.Step)
	}
	w.broken["FindingsRule"] = "denied again"
	if _, err := attempt(t.Context(), w, uninstall.Options{}); !strings.Contains(err.Error(), "denied again") || strings.Contains(err.Error(), "access denied") {
		t.Errorf("the second failure is %v", err)
	}
	delete(w.broken, "FindingsRule")
	w.late = true // the old failure must not count as the new deletion's
	uninstalled(t, w, uninstall.Options{})
}

func TestADeletionInProgressIsFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.Delete(t.Context(), stackID); err != nil {
		t.Fatal(err)
	}
	w.calls = nil
	uninstalled(t, w, uninstall.Options{})
	if w.did("Delete") {
		t.Error("a second deletion was started")
	}
	if !slices.Contains(w.said, "DELETE_SKIPPED Ledger AWS::DynamoDB::Table") {
		t.Errorf("said %q", w.said)
	}
}

func TestStacksThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*world)
		options uninstall.Options
		want    any
	}{
		"another product's":    {change: func(w *world) { w.resources = w.resources[:1] }, want: new(*uninstall.NotProductStackError)},
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
		w := newWorld(t).cut("inc-1", subnetOne)
		c.change(w)
		untouched := w.end()
		options := everything
		options.Table, options.Stack = c.options.Table, c.options.Stack
		_, err := attempt(t.Context(), w, options)
		if !errors.As(err, c.want) {
			t.Errorf("a stack %s: %v", name, err)
		}
		if diff := cmp.Diff(untouched, w.end()); diff != "" {
			t.Errorf("a stack %s was changed: %s", name, diff)
		}
	}
}

// After the stack is deleted, CloudFormation lists the ledger for 90 days; after that a
// person must name it.
func TestTheLedgerIsFoundWithoutAStack(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]uninstall.Options{"remembered": {}, "named": {Table: table}} {
		w := newWorld(t)
		w.stack.Status = cloudformation.DeleteComplete
		w.forgotten = name == "named"
		w.cut("inc-1", subnetOne)
		options.ReleaseAll, options.Reason = true, "away"
		r := uninstalled(t, w, options)
		if !w.did(`Release inc-1 by "": away`) || len(w.quarantineACLs()) != 0 || len(w.buckets) != 0 || r.Left.Ledger == nil {
			t.Errorf("%s: %s", name, w.end())
		}
	}
}

func TestOnlyTheStacksOwnBucketIsDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
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
	w := newWorld(t)
	w.running, w.endless = []string{machine + ":one", machine + ":two"}, true
	w.inputs = map[string]string{machine + ":one": `{"detail": {"id": "f-1", "type": "Backdoor:EC2/C&CActivity.B", "resource": {"instanceDetails": {"instanceId": "i-1"}}}}`}
	r := uninstalled(t, w, uninstall.Options{Wait: 10 * time.Minute})
	want := []uninstall.Stopped{{Execution: machine + ":one", Finding: "f-1", Type: "Backdoor:EC2/C&CActivity.B", Instance: "i-1"}, {Execution: machine + ":two"}}
	if diff := cmp.Diff(want, r.Stopped); diff != "" || len(w.running) != 0 {
		t.Errorf("stopped (-want +got):\n%s", diff)
	}
	// No record has the finding, so the output must name it.
	if said := strings.Join(w.said, "\n"); !strings.Contains(said, "stopping "+machine+":one: finding f-1, Backdoor:EC2/C&CActivity.B, of i-1") {
		t.Errorf("said %q", said)
	}
	if waited := w.now.Sub(noon); waited < 10*time.Minute || waited > 11*time.Minute {
		t.Errorf("the run waited for %s", waited)
	}
}

func TestEvidenceIsDeletedOnRequestIfItIsOnRecordAndTagged(t *testing.T) {
	t.Parallel()
	w := past(newWorld(t))
	taken := func(product string) string { return w.snapshot("inc-past", subnetPast, product) }
	one, two, unlisted, foreign := taken(quarantine.Product), taken(quarantine.Product), taken(quarantine.Product), taken("other")
	w.record("inc-past", one, two, foreign, "snap-gone")
	w.locked = one
	_, err := attempt(t.Context(), w, uninstall.Options{DeleteEvidence: true})
	if step := remains(t, err); step.Step != "evidence" || !strings.Contains(err.Error(), one+" is locked") {
		t.Errorf("got %v", err)
	}
	w.locked = ""
	r := uninstalled(t, w, uninstall.Options{DeleteEvidence: true})
	var left []string
	for _, s := range w.tagged("inc-past") {
		left = append(left, s.ID)
	}
	if want := []string{unlisted, foreign}; !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
	if len(r.Left.Snapshots.Unrecorded) != 1 || len(r.Left.Snapshots.OnRecord) != 0 {
		t.Errorf("listed %+v", r.Left.Snapshots)
	}
}

func TestTheLedgerIsDeletedOnRequestAndListedBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cut("inc-1", subnetOne)
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "away", DeleteLedger: true})
	if w.table != nil || r.DeletedLedger != table || r.Left.Ledger != nil {
		t.Errorf("deleted %q, left %+v", r.DeletedLedger, r.Left.Ledger)
	}
	if len(r.Left.Snapshots.OnRecord) != 1 {
		t.Errorf("the remaining evidence is not listed any more: %+v", r.Left.Snapshots)
	}
	again := uninstalled(t, w, uninstall.Options{DeleteLedger: true})
	if again.DeletedLedger != "" {
		t.Error("the table was deleted twice")
	}
}
