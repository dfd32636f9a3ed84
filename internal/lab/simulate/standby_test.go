package simulate_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// inScaling is how the host is in its Auto Scaling group.
func inScaling(a *account.Account) string { return a.Attributes()[hostA]["state in "+scalingGroup] }

// watchedInGroup is watched, of a host in an Auto Scaling group.
func watchedInGroup(t *testing.T, scenario func(context.Context, *watching)) *simulate.Report {
	t.Helper()
	return watchedIn(t, triage.DefaultPolicy(), inGroup, scenario)
}

func TestAnInstanceOfAGroupStandsByAndIsReplaced(t *testing.T) {
	t.Parallel()
	r := watchedInGroup(t, func(ctx context.Context, w *watching) {
		if got := inScaling(w.s.Account); got != "Standby" {
			t.Errorf("it is %s", got)
		}
		if ids, _ := w.s.Account.Members(scalingGroup); len(ids) != 2 {
			t.Errorf("the group has %v", ids)
		}
		w.look(ctx, `{}`, "Looked")
		w.wantClosed(ctx)
		w.release(ctx, "release-1")
		if got := inScaling(w.s.Account); got != "InService" {
			t.Errorf("after the release it is %s", got)
		}
	})
	wantTold(t, r)
}

// In service before its subnet is as it was, the instance would fail its health checks and be
// ended; unprotected before it is in service, it could be ended by a call.
func TestItComesBackAfterTheSubnetsAndBeforeItsProtectionEnds(t *testing.T) {
	t.Parallel()
	r := watchedInGroup(t, func(ctx context.Context, w *watching) { w.release(ctx, "release-1") })
	var order []string
	for _, c := range r.Calls {
		if c.Execution == "release-1" && slices.Contains([]string{"ReplaceNetworkAclAssociation", "ExitStandby", "ModifyInstanceAttribute"}, c.Operation) {
			order = append(order, c.Operation)
		}
	}
	if got := slices.Compact(order); !slices.Equal(got, []string{"ReplaceNetworkAclAssociation", "ExitStandby", "ModifyInstanceAttribute"}) {
		t.Errorf("a release calls %v", got)
	}
}

func TestI12AnInstanceThatAHandPutsInServiceStandsByAgain(t *testing.T) {
	t.Parallel()
	r := watchedInGroup(t, func(ctx context.Context, w *watching) {
		if err := autoscaling.New(w.s.Account.AutoScaling()).ExitStandby(ctx, w.incident(ctx).Resource, scalingGroup); err != nil {
			t.Fatal(err)
		}
		w.pass(ctx, time.Minute) // Auto Scaling carries it out
		if d := w.wantPutRight(ctx, "standby", quarantine.DriftReopened); !strings.Contains(d.What, "InService") {
			t.Errorf("on record is %+v", d)
		}
		if got := inScaling(w.s.Account); got != "Standby" {
			t.Errorf("it is %s", got)
		}
		w.s.Account.SetMax(scalingGroup, 9) // it was counted twice, and its replacements with it
		w.release(ctx, "release-1")
		if got := inScaling(w.s.Account); got != "InService" {
			t.Errorf("after the release it is %s", got)
		}
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

func TestAGroupThatTakesNothingBackIsToldAndKeepsTheIncidentOpen(t *testing.T) {
	t.Parallel()
	r := watchedInGroup(t, func(ctx context.Context, w *watching) {
		w.s.Account.SetMax(scalingGroup, 1)
		input := `{"incident":"` + w.incident(ctx).ID + `","reason":"rebuilt","by":"the person on call"}`
		e := w.run(ctx, wiring.Release, "release-1", []byte(input))
		if last := e.Result.Path[len(e.Result.Path)-1]; last != "ReleaseFailed" {
			t.Errorf("the release ended in %s", last)
		}
		if got := inScaling(w.s.Account); got != "Standby" {
			t.Errorf("it is %s", got)
		}
		w.s.Account.SetMax(scalingGroup, 2)
		w.pass(ctx, 15*time.Minute) // until the lock of the first one runs out
		w.release(ctx, "release-2")
		if got := inScaling(w.s.Account); got != "InService" {
			t.Errorf("after the release it is %s", got)
		}
	})
	told := slices.ContainsFunc(r.Notifications, func(n simulate.Notification) bool {
		return strings.Contains(strings.Join(strings.Fields(n.Text), " "), "put it back by hand. quarantine show inc-")
	})
	if !told {
		t.Error("nobody is told what to do")
	}
}
