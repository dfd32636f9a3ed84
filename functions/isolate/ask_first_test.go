package isolate_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// nat is a world, and a request to cut its NAT instance under these limits.
func nat(t *testing.T, limits quarantine.Limits) (world, isolate.Request) {
	t.Helper()
	w := newWorld(t)
	w.SetLock(w.Isolation("i-nat").Claim, quarantine.StatusIsolating)
	return w, w.limited("i-nat", limits)
}

// A finding of the network names the instance that forwards, and a host behind it may be the one
// that acts.
func TestAPersonIsAskedBeforeAForwardingInstanceIsCut(t *testing.T) {
	t.Parallel()
	ask := quarantine.Limits{AskForwarding: true}
	w, in := nat(t, ask)
	w.wantHeldBack(t, in, "the policy asks first before an instance is cut that passes on traffic of others")
	w.wantHeldBack(t, in, "is off, and limits.askFirst.forwarding is on")
	in.Approved = true
	done := w.wantCut(t, in)
	if len(done.Warnings) != 1 || !strings.Contains(done.Warnings[0], "passes on traffic of others") {
		t.Errorf("warnings %q", done.Warnings)
	}
	w, in = nat(t, ask)
	in.Finding.Type = "Execution:Runtime/ReverseShell" // seen on this host, and no other
	w.wantCut(t, in)
	w, in = nat(t, quarantine.Limits{})
	w.wantCut(t, in)
	w, in = nat(t, ask)
	w.wantCut(t, w.limited("i-web", ask)) // its subnet is cut by that
	w.wantCut(t, in)                      // nothing more is cut by this
}

func TestAPersonIsAskedBeforeAStoppedInstanceIsCutWhereThePolicySaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Stop(w.ID("i-web"))
	w.wantHeldBack(t, w.limited("i-web", quarantine.Limits{AskStopped: true}), "the policy asks first before a stopped instance is cut")
	w.wantCut(t, w.limited("i-db", quarantine.Limits{AskStopped: true})) // it runs
	done := w.wantCut(t, w.limited("i-web", quarantine.Limits{}))
	if len(done.Warnings) != 1 || !strings.Contains(done.Warnings[0], "it is stopped") {
		t.Errorf("warnings %q", done.Warnings)
	}
}

// What is open beside the cut because of what the instance is, is claimed with it.
func TestTheBranchesOfATrunkAreSaidToStayOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SetLock(w.Isolation("i-node").Claim, quarantine.StatusIsolating)
	done := w.wantCut(t, w.Isolation("i-node"))
	if last := done.RemainsOpen[len(done.RemainsOpen)-1]; !strings.Contains(last, " carries branch interfaces") {
		t.Errorf("stays open: %q", done.RemainsOpen)
	}
}
