package simulate_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// balanced has host A be registered in a target group by its id, in another by its address, and in a
// Classic Load Balancer.
func balanced(a *account.Account) {
	a.AddTargetGroup(account.TargetGroup{Name: "web", VPC: vpc, Targets: []account.Target{{ID: hostA, Port: 8080}}})
	a.AddTargetGroup(account.TargetGroup{Name: "api", VPC: vpc, Type: "ip", Targets: []account.Target{{ID: "10.0.1.10", Port: 443, Zone: "eu-west-1a"}}})
	a.AddBalancer("old", hostA, hostB)
}

// registrations are how each stands that is or was there, by the place.
func registrations(a *account.Account) map[string]string {
	out := map[string]string{}
	for thing, of := range a.Attributes() {
		if of["registration"] != "" {
			out[thing] = of["registration"]
		}
	}
	return out
}

// standing counts host A's registrations that stand like that, and those of others that are as ever.
func wantRegistrations(t *testing.T, a *account.Account, want string) {
	t.Helper()
	all := registrations(a)
	if got := all[hostB+"/loadbalancer/old"]; got != "registered" {
		t.Errorf("another host is %s", got)
	}
	maps.DeleteFunc(all, func(thing, _ string) bool { return !strings.HasPrefix(thing, hostA) })
	if got := slices.Compact(slices.Sorted(maps.Values(all))); len(all) != 3 || len(got) != 1 || got[0] != want {
		t.Errorf("it stands as %v, want %s everywhere", all, want)
	}
}

func watchedBalanced(t *testing.T, scenario func(context.Context, *watching)) *simulate.Report {
	t.Helper()
	return watchedIn(t, triage.DefaultPolicy(), balanced, scenario)
}

func TestARegisteredInstanceIsTakenOutUntilTheRelease(t *testing.T) {
	t.Parallel()
	var before map[string]string
	r := watchedIn(t, triage.DefaultPolicy(), func(a *account.Account) {
		balanced(a)
		before = registrations(a)
	}, func(ctx context.Context, w *watching) {
		wantRegistrations(t, w.s.Account, "absent")
		w.look(ctx, `{}`, "Looked")
		w.release(ctx, "release-1")
		if diff := cmp.Diff(before, registrations(w.s.Account)); diff != "" {
			t.Errorf("after the release it stands otherwise (-want +got):\n%s", diff)
		}
	})
	wantTold(t, r)
}

// Registered before its subnet is as it was, it would fail its health checks.
func TestItIsRegisteredAgainAfterTheSubnets(t *testing.T) {
	t.Parallel()
	r := watchedBalanced(t, func(ctx context.Context, w *watching) { w.release(ctx, "release-1") })
	var order []string
	for _, c := range r.Calls {
		if c.Execution == "release-1" && slices.Contains([]string{"ReplaceNetworkAclAssociation", "RegisterTargets"}, c.Operation) {
			order = append(order, c.Operation)
		}
	}
	if got := slices.Compact(order); !slices.Equal(got, []string{"ReplaceNetworkAclAssociation", "RegisterTargets"}) {
		t.Errorf("a release calls %v", got)
	}
}

func TestI12WhatAHandRegistersIsTakenOutAgainAndTold(t *testing.T) {
	t.Parallel()
	r := watchedBalanced(t, func(ctx context.Context, w *watching) {
		w.s.Account.SetInBalancer("old", hostA, true)
		if d := w.wantPutRight(ctx, "load-balancers", quarantine.DriftReopened); d.What != "registration is registered" {
			t.Errorf("on record is %+v", d)
		}
		wantRegistrations(t, w.s.Account, "absent")
		w.release(ctx, "release-1")
		wantRegistrations(t, w.s.Account, "registered")
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

// Draining takes as long as its target group says: five minutes where nobody says.
func TestATargetThatDrainsForMinutesIsWaitedFor(t *testing.T) {
	t.Parallel()
	r := watchedIn(t, triage.DefaultPolicy(), func(a *account.Account) {
		balanced(a)
		a.SetDelay(5 * time.Minute)
	}, func(ctx context.Context, w *watching) {
		wantRegistrations(t, w.s.Account, "absent")
		for _, h := range w.incident(ctx).HoldsOf("load-balancers") {
			if h.VerifiedAt.IsZero() {
				t.Errorf("%s is not read back", h.Thing)
			}
		}
	})
	wantTold(t, r)
	for _, n := range r.Notifications {
		if n.Kind == string(quarantine.KindMeasureFailed) {
			t.Errorf("people are told of %s", n.Subject)
		}
	}
}

func TestAnInstanceThatCannotBeRegisteredKeepsTheIncidentOpen(t *testing.T) {
	t.Parallel()
	r := watchedBalanced(t, func(ctx context.Context, w *watching) {
		mend := w.s.Account.Inject(account.Fault{Operation: "RegisterTargets", Kind: account.Code, Code: "InvalidTarget"})
		input := `{"incident":"` + w.incident(ctx).ID + `","reason":"rebuilt","by":"the person on call"}`
		e := w.run(ctx, wiring.Release, "release-1", []byte(input))
		if last := e.Result.Path[len(e.Result.Path)-1]; last != "ReleaseFailed" {
			t.Errorf("the release ended in %s", last)
		}
		mend()
		w.pass(ctx, 15*time.Minute) // until the lock of the first one runs out
		w.release(ctx, "release-2")
		wantRegistrations(t, w.s.Account, "registered")
	})
	told := slices.ContainsFunc(r.Notifications, func(n simulate.Notification) bool {
		return strings.Contains(strings.Join(strings.Fields(n.Text), " "), "put it back by hand. quarantine show inc-")
	})
	if !told {
		t.Error("nobody is told what to do")
	}
}
