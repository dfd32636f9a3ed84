package drill_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestADrillsStackIsOneADeployment(t *testing.T) {
	t.Parallel()
	for system, want := range map[string]string{
		"guard": name, "arn:aws:cloudformation:eu-west-1:111122223333:stack/guard/11111111-2222-3333-4444-555555555555": name,
		strings.Repeat("g", 128): "quarantine-drill-" + strings.Repeat("g", 111),
	} {
		if got := (&drill.Drill{System: system}).Stack(); got != want {
			t.Errorf("%s: %s, want %s", system, got, want)
		}
	}
}

func TestTheStackIsWaitedForAndItsInstanceIsTheOneToDrillOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.drill()
	s, err := d.Create(t.Context())
	if err != nil || s.ID != stackID || w.now.Sub(noon) < 3*time.Minute {
		t.Fatalf("%+v, %v after %s", s, err, w.now.Sub(noon))
	}
	demo, err := d.Demo(t.Context(), s)
	if err != nil || demo.Resource != host || demo.SubnetID != subnetID {
		t.Errorf("%+v, %v", demo, err)
	}
	if _, err := d.Create(t.Context()); !errors.As(err, new(*cloudformation.StackExistsError)) {
		t.Errorf("a second one: %v", err)
	}
	if waits := strings.Join(w.said, "\n"); strings.Count(waits, "still CREATE_IN_PROGRESS") < 2 {
		t.Errorf("it said: %s", waits)
	}
}

func TestNoWaitForCloudFormationIsEndless(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.endless = true
	_, err := w.drill().Create(t.Context())
	if unfinished, ok := errors.AsType[*drill.UnfinishedError](err); !ok || unfinished.Status != cloudformation.CreateInProgress {
		t.Errorf("%v", err)
	}
}

// A drill touches the instance of its own stack alone: whatever else a stack of its name has, or names,
// nothing is changed.
func TestAStackThatIsNotTheDrillsOwnIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	for about, c := range map[string]struct {
		change func(*world)
		says   string
	}{
		"it has something else": {func(w *world) {
			w.resources = append(w.resources, cloudformation.Resource{LogicalID: "Orders", PhysicalID: "orders", Type: "AWS::DynamoDB::Table"})
		}, "it has Orders (AWS::DynamoDB::Table)"},
		"a name of the template's is something else": {func(w *world) { w.resources[0].Type = "AWS::S3::Bucket" }, "it has Vpc (AWS::S3::Bucket)"},
		"its output names another instance":          {func(w *world) { w.stack.Outputs["InstanceId"] = "i-other" }, "its output InstanceId is i-other"},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).made().contained()
			c.change(w)
			cut := w.acl()
			_, err := w.drill().Remove(t.Context())
			if not, ok := errors.AsType[*drill.NotOwnError](err); !ok || !strings.Contains(not.Error(), c.says) {
				t.Errorf("Remove: %v", err)
			}
			if _, err := w.drill().Demo(t.Context(), *w.stack); !errors.As(err, new(*drill.NotOwnError)) {
				t.Errorf("Demo: %v", err)
			}
			for _, call := range w.calls {
				if call != "Stack" && call != "Resources" {
					t.Errorf("it called %s", call)
				}
			}
			if w.acl() != cut {
				t.Error("it changed the subnet")
			}
		})
	}
}

func TestAnInstanceIsTheStacksOnlyIfEC2SaysSo(t *testing.T) {
	t.Parallel()
	demo := democheck.Demo{Stack: name, Resource: host, VPCID: vpcID, SubnetID: subnetID}
	for id, want := range map[string]string{stackID: "", "arn:aws:cloudformation:eu-west-1:111122223333:stack/quarantine-drill-guard/2": "and not of " + stackID, "": `of the stack ""`} {
		i := quarantine.Instance{ID: host.ID, Interfaces: []quarantine.Interface{{VPCID: vpcID, SubnetID: subnetID}},
			Tags: map[string]string{democheck.TagDemo: "true", "aws:cloudformation:stack-name": name, "aws:cloudformation:stack-id": id}}
		err := drill.Check(demo, cloudformation.Stack{ID: stackID, Name: name}, i)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if err := drill.Check(demo, cloudformation.Stack{ID: stackID, Name: name}, quarantine.Instance{ID: "i-other"}); !errors.As(err, new(*democheck.NotDemoError)) {
		t.Errorf("another instance: %v", err)
	}
}

// everythingIsGone holds that nothing of a drill is left.
func (w *world) everythingIsGone() error {
	in, err := w.ledger.Incident(w.t.Context(), incident)
	w.must(err)
	switch {
	case in.Open():
		return fmt.Errorf("%s is %s", incident, in.Status)
	case w.acl() != standing:
		return fmt.Errorf("the subnet is under %s", w.acl())
	case len(in.Evidence.Snapshots) != 1 || !slices.Equal(w.deleted, []string{in.Evidence.Snapshots[0].ID}):
		return fmt.Errorf("deleted are %v", w.deleted)
	case w.stack.Status != cloudformation.DeleteComplete:
		return fmt.Errorf("the stack is %s", w.stack.Status)
	}
	return nil
}

func TestRemovingReleasesDeletesTheEvidenceAndTheStackLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t).made().contained()
	got, err := w.drill().Remove(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.everythingIsGone(); err != nil {
		t.Error(err)
	}
	if !slices.Equal(got.Released, []string{incident}) || len(got.Snapshots) != 1 || got.Stack != stackID || len(got.Left) != 0 {
		t.Errorf("%+v", got)
	}
	order := strings.Join(w.calls, " ")
	if r, u, d := strings.Index(order, "Release "), strings.Index(order, "Unlock"), strings.LastIndex(order, "Delete "); r < 0 || u < r || d < u {
		t.Errorf("the order is %s", order)
	}
	if again, err := w.drill().Remove(t.Context()); err != nil || again.Stack != "" {
		t.Errorf("once more: %+v, %v", again, err)
	}
}

// Wherever it is stopped, and whether the call had its effect or not: run again, it comes to its end.
func TestRemovingGoesOnFromWhereItWasStopped(t *testing.T) {
	t.Parallel()
	whole := newWorld(t).made().contained()
	if _, err := whole.drill().Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	for at := 1; at <= len(whole.calls); at++ {
		for _, after := range []bool{false, true} {
			w := newWorld(t).made().contained()
			w.at, w.after = at, after
			_, first := w.drill().Remove(t.Context())
			_, second := w.drill().Remove(t.Context())
			if err := w.everythingIsGone(); err != nil || second != nil {
				t.Errorf("stopped at call %d, %s (after it: %t), by %v: then %v: %v", at, whole.calls[at-1], after, first, second, err)
			}
		}
	}
}

func TestAStackThatIsHalfMadeIsRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	if _, err := w.drill().Create(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	w.resources, w.stack.Outputs = w.resources[:1], nil // the instance does not exist yet
	if got, err := w.drill().Remove(t.Context()); err != nil || got.Stack != stackID || w.stack.Status != cloudformation.DeleteComplete {
		t.Errorf("%+v, %v, the stack is %s", got, err, w.stack.Status)
	}
}

// The release's messages say DRILL, also where the drill was interrupted yesterday.
func TestWhatIsReleasedLaterIsOnRecordAsADrillAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t).made()
	w.must(w.ledger.BeginDrill(t.Context(), drill.Record(w.now, "alice", host, stackID)))
	w.contained()
	w.now = w.now.Add(24 * time.Hour)
	if d, err := w.ledger.Drill(t.Context(), host); err != nil || d != nil {
		t.Fatalf("the record does not expire: %+v, %v", d, err)
	}
	if _, err := w.drill().Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	d, err := w.ledger.Drill(t.Context(), host)
	in, _ := w.ledger.Incident(t.Context(), incident)
	if err != nil || d == nil || !d.Covers(in.OpenedAt) || d.Stack != stackID {
		t.Errorf("%+v, %v", d, err)
	}
}

// The stack, by which they are found, stays until the snapshots are gone or a person leaves them.
func TestSnapshotsThatMayNotBeUnlockedKeepTheStackUnlessTheyAreLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t).made().contained()
	w.denied = true
	if _, err := w.drill().Remove(t.Context()); !errors.As(err, new(*drill.KeptSnapshotsError)) || w.stack.Status != cloudformation.CreateComplete {
		t.Errorf("%v, the stack is %s", err, w.stack.Status)
	}
	d := w.drill()
	d.LeaveSnapshots = true
	got, err := d.Remove(t.Context())
	if err != nil || len(got.Left) != 1 || len(w.deleted) != 0 || w.stack.Status != cloudformation.DeleteComplete {
		t.Errorf("%+v, %v, deleted %v, the stack is %s", got, err, w.deleted, w.stack.Status)
	}
}

// Interrupted and cleaned at once, the drill's execution is still at it.
func TestWhatAnExecutionDoesWhileTheStackIsDeletedIsRemovedToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t).made()
	w.late = func() { w.contained() }
	got, err := w.drill().Remove(t.Context())
	if err != nil || !slices.Equal(got.Released, []string{incident}) || len(got.Snapshots) != 1 || len(w.deleted) != 1 {
		t.Errorf("%+v, %v, deleted %v", got, err, w.deleted)
	}
}

// GuardDuty may find something on the drill's instance, which is on the internet: what was kept of that is
// nobody's to delete unseen.
func TestEvidenceOfAFindingThatIsNoDrillsIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t).made()
	w.finding = "0123456789abcdef0123456789abcdef"
	w.contained()
	got, err := w.drill().Remove(t.Context())
	if err != nil || len(got.Left) != 1 || !strings.Contains(got.Left[0], w.finding) || len(w.unlocked)+len(w.deleted) != 0 || len(got.Snapshots) != 0 {
		t.Errorf("%+v, %v, unlocked %v, deleted %v", got, err, w.unlocked, w.deleted)
	}
	if !slices.Equal(got.Released, []string{incident}) || w.stack.Status != cloudformation.DeleteComplete {
		t.Errorf("%+v, the stack is %s", got, w.stack.Status)
	}
}

func TestWhyAStackStaysIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t).made()
	w.stuck = "it has dependencies"
	got, err := w.drill().Remove(t.Context())
	if err == nil || !strings.Contains(err.Error(), "DELETE_FAILED: Vpc (AWS::EC2::VPC): it has dependencies") {
		t.Errorf("%v", err)
	}
	if got.Stack != "" || len(got.Left) != 1 || !strings.Contains(got.Left[0], stackID) {
		t.Errorf("it is called removed: %+v", got)
	}
}
