package uninstall_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

func (w *world) Made(ctx context.Context, of string, r quarantine.Resource, vpc string) (id string, begun bool, err error) {
	err = w.do(ctx, "Made "+of+" "+vpc, func() (err error) { id, begun, err = w.ledger.Made(ctx, of, r, vpc); return err })
	return id, begun, err
}

func (w *world) DeleteSecurityGroup(ctx context.Context, r quarantine.Resource, id string) error {
	return w.do(ctx, "DeleteSecurityGroup "+id, func() error { return w.fleet.DeleteSecurityGroup(ctx, r, id) })
}

// network is the measure security-group, as the deployment's function takes it.
func (w *world) network() *measure.Engine {
	return &measure.Engine{Measure: securitygroup.Measure{Network: w.fleet, Ledger: w.ledger}, Ledger: w.ledger,
		Clock: worldClock{w}, Writer: measure.NewWriter()}
}

// shut gives the interfaces of the incident's instance the group without rules, and gives that.
func (w *world) shut(id string) string {
	w.t.Helper()
	in, err := w.ledger.Incident(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	done, err := w.network().Apply(context.Background(), quarantine.Claim{Incident: id, Resource: in.Resource, Owner: in.Owner})
	if err != nil || len(done.Things) != 1 {
		w.t.Fatalf("%+v, %v", done, err)
	}
	group := done.Things[0].Parts["groups"].After
	w.groups = append(w.groups, group)
	return group
}

// open takes that back, for the execution that releases.
func (w *world) open(ctx context.Context, id, execution string) error {
	in, err := w.ledger.Incident(ctx, id)
	if err != nil {
		return err
	}
	_, err = w.network().Undo(ctx, in, execution)
	return err
}

// removed are the ids of what was removed.
func removed(r *uninstall.Report) (ids []string) {
	for _, l := range r.Removed {
		ids = append(ids, l.ID)
	}
	return ids
}

// gone tells whether a security group does not exist.
func (w *world) gone(group string) bool {
	_, err := w.fleet.SecurityGroups(context.Background(), quarantine.Resource{}, []string{group})
	return quarantine.Is(err, quarantine.Contended)
}

// The group that incidents of a VPC share goes with the deployment, once the stack that could
// need it is gone.
func TestTheGroupThatAMeasureMadeIsRemovedAfterTheStack(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cut("inc-1", subnetOne)
	group := w.shut("inc-1")
	w.takesBack = true
	plan, err := over(w, uninstall.Options{}).Look(t.Context())
	if err != nil || len(plan.Made.Removable) != 1 || plan.Made.Removable[0].ID != group || plan.Made.Removable[0].VPCID != vpcOf(subnetOne) {
		t.Fatalf("planned %+v, %v", plan, err)
	}
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "it goes"})
	if !slices.Contains(removed(r), group) || !w.gone(group) || len(r.Left.Made) != 0 {
		t.Errorf("removed %v, left %+v", r.Removed, r.Left.Made)
	}
	if slices.Index(w.calls, "DeleteSecurityGroup "+group) < slices.Index(w.calls, "Delete") {
		t.Errorf("removed before the stack: %v", w.calls)
	}
}

func TestAGroupThatIsInUseIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cut("inc-1", subnetOne)
	group := w.shut("inc-1")
	w.takesBack = true
	w.AddInstance(account.Instance{ID: "i-beside", Interfaces: []account.Interface{{Subnet: subnetOne, PrivateIP: "10.0.1.11"}}})
	beside, err := w.fleet.NetworkInterfaces(t.Context(), quarantine.Resource{ID: "i-beside"})
	if err != nil || len(beside) != 1 {
		t.Fatalf("%+v, %v", beside, err)
	}
	if err := w.fleet.SetGroups(t.Context(), quarantine.Resource{}, beside[0].ID, []string{group}); err != nil {
		t.Fatal(err)
	}
	r := uninstalled(t, w, uninstall.Options{ReleaseAll: true, Reason: "it goes"})
	if slices.Contains(removed(r), group) || len(r.Left.Made) != 1 || r.Left.Made[0].ID != group || r.Left.Made[0].Why == "" || w.gone(group) {
		t.Errorf("removed %v, left %+v", r.Removed, r.Left.Made)
	}
}

// What comes after the last release is left, and the ledger with it, which names what stood before.
func TestTheLedgerIsKeptWhileAnInterfaceIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.on = func(call string) {
		if call == "Remove "+bucket {
			w.cut("inc-late", subnetOne).shut("inc-late")
		}
	}
	_, err := attempt(t.Context(), w, uninstall.Options{DeleteLedger: true})
	cut, held := errors.AsType[*uninstall.CutOffError](err)
	if !held || len(cut.Held) != 1 || cut.Kept != table || w.table == nil {
		t.Fatalf("an interface is held, and the error is %v", err)
	}
	if h := cut.Held[0]; h.Measure != "security-group" || h.Incident != "inc-late" || h.Before == "" {
		t.Errorf("held %+v", h)
	}
	if text := err.Error(); !strings.Contains(text, "1 thing is still held:") || !strings.Contains(text, "aws ec2 modify-network-interface-attribute --region "+w.Region()) {
		t.Errorf("it does not say what, or how to put it back: %s", text)
	}
}

// An incident whose subnets are given back, and that holds an interface yet, is open.
func TestAnIncidentThatHoldsOnlyAnInterfaceIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cut("inc-1", subnetOne)
	w.shut("inc-1")
	if err := w.let(t.Context(), "inc-1", "half of it"); !quarantine.Is(err, quarantine.NotReleased) {
		t.Fatalf("got %v, want NotReleased", err)
	}
	_, err := attempt(t.Context(), w, uninstall.Options{})
	open, is := errors.AsType[*uninstall.OpenError](err)
	if !is || len(open.Open) != 1 || open.Open[0].ID != "inc-1" {
		t.Errorf("got %v, want it to be open", err)
	}
}
