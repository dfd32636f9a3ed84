package simulate_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// narrow has a person give back the subnets, and wants that to end like that.
func (w *watching) narrow(ctx context.Context, name, wantState string) *runner.Running {
	w.t.Helper()
	input, err := json.Marshal(map[string]any{"incident": w.incidents[0], "reason": "others work there", "by": "the person on call", "narrow": true})
	if err != nil {
		w.t.Fatal(err)
	}
	e := w.run(ctx, wiring.Release, name, input)
	if last := e.Result.Path[len(e.Result.Path)-1]; last != wantState {
		w.t.Fatalf("%s ended in %s, not %s: %s %s", name, last, wantState, e.Result.Error, e.Result.Cause)
	}
	return e
}

// reaches wants packets to pass, or not.
func (w *watching) reaches(what string, p account.Packet, want bool) {
	w.t.Helper()
	if path := w.s.Account.CanReach(p); path.Allowed != want {
		w.t.Errorf("%s: %+v", what, path)
	}
}

const other = "10.0.2.11" // in another subnet

// wantNarrowed wants the neighbours of host A free, and host A not.
func (w *watching) wantNarrowed() {
	w.t.Helper()
	w.reaches("host A, from another subnet", account.Packet{From: other, To: "10.0.1.10", Protocol: "tcp", Port: 22}, false)
	w.reaches("host A, to another subnet", account.Packet{From: "10.0.1.10", To: other, Protocol: "tcp", Port: 22}, false)
	if acl := w.quarantineACL(); acl.madeByProduct {
		w.t.Errorf("%s is under %s", subnetA, acl.id)
	}
}

func TestNarrowedTheNeighboursAreFreeAndTheInstanceIsNot(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		w.narrow(ctx, "narrow-early", "NotNarrowed")
		w.wantClosed(ctx)
		w.pass(ctx, 6*time.Minute)
		w.narrow(ctx, "narrow-1", "Narrowed")
		w.wantNarrowed()
		w.wantOpen(ctx, w.incidents[0])
		in := w.incident(ctx)
		if in.Narrowed == nil || in.Narrowed.By != "the person on call" || !in.GaveBack(subnetA) || len(in.HeldQuarantines()) > 0 || len(in.HeldFurther()) == 0 {
			t.Errorf("on record is %+v, held %+v", in.Narrowed, in.Held())
		}
		w.look(ctx, `{}`, "Looked")
		if after := w.incident(ctx); len(after.Watch.Drifts) > 0 || after.Watch.Unseen != "" {
			t.Errorf("the watch asks about what was given back: %+v", after.Watch)
		}
		w.wantNarrowed()
		w.narrow(ctx, "narrow-2", "Narrowed") // again: nothing is done
		w.wantReleased(ctx, "already-released")
	})
	var told []string
	for _, n := range r.Notifications {
		if n.Kind == string(quarantine.KindNarrowed) && n.Channel == "sns" {
			told = append(told, n.Subject)
			for _, word := range []string{"UNVERIFIED", "NAT gateway", "onnections that were open before the group was changed"} {
				if !strings.Contains(strings.Join(strings.Fields(n.Text), " "), word) {
					t.Errorf("the message lacks %q:\n%s", word, n.Text)
				}
			}
		}
	}
	if len(told) != 2 || !strings.HasPrefix(told[0], "NARROWED, UNVERIFIED: ") || !strings.HasPrefix(told[1], "NARROWED BEFORE, UNVERIFIED: ") {
		t.Errorf("people were told %q", told)
	}
}

// wantReleased ends the incident, and wants the subnet to be as it was, with that outcome.
func (w *watching) wantReleased(ctx context.Context, outcome string) {
	w.t.Helper()
	w.released(ctx)()
	in, err := w.s.Ledger.Incident(ctx, w.incidents[0])
	if err != nil || in.Release == nil || len(in.Release.Subnets) != 1 || string(in.Release.Subnets[0].Outcome) != outcome {
		w.t.Fatalf("released is %+v (%v), want %s", in.Release, err, outcome)
	}
	if acl := w.quarantineACL(); acl.madeByProduct {
		w.t.Errorf("%s is under %s", subnetA, acl.id)
	}
	w.wantOpen(ctx)
	w.reaches("host A, from another subnet", account.Packet{From: other, To: "10.0.1.10", Protocol: "tcp", Port: 22}, true)
}

// A finding is no part of a narrowed incident without a cut, unless its activity ended before the
// subnets were given back.
func TestActivityAfterNarrowingCutsTheSubnetsAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event func(now time.Time) simulate.Event
		cut   bool
	}{
		"before":            {func(now time.Time) simulate.Event { return seenAt(miner(hostA, 2), now.Add(-30*time.Minute)) }, false},
		"after":             {func(now time.Time) simulate.Event { return seenAt(miner(hostA, 2), now.Add(-time.Minute)) }, true},
		"it is not known":   {func(time.Time) simulate.Event { return miner(hostA, 2) }, true},
		"a repeated report": {func(now time.Time) simulate.Event { return seenAt(updated(miner(hostA, 1)), now) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			watched(t, func(ctx context.Context, w *watching) {
				w.pass(ctx, 6*time.Minute)
				w.narrow(ctx, "narrow-1", "Narrowed")
				w.pass(ctx, 10*time.Minute)
				e := w.run(ctx, wiring.Name, "later", c.event(w.s.Clock.Now()).Body)
				var out struct{ Outcome, Incident string }
				if err := json.Unmarshal(e.Result.Output, &out); err != nil || out.Incident != w.incidents[0] {
					t.Fatalf("it ended as %s (%v), along %v", e.Result.Output, err, e.Result.Path)
				}
				if !c.cut {
					if out.Outcome != "joined" {
						t.Errorf("it %s, along %v", out.Outcome, e.Result.Path)
					}
					w.wantNarrowed()
					w.wantReleased(ctx, "already-released")
					return
				}
				if in := w.incident(ctx); out.Outcome != "contained" || in.Narrowed != nil || in.GaveBack(subnetA) || len(in.HeldQuarantines()) != 1 {
					t.Errorf("it %s; on record %+v, held %+v", out.Outcome, in.Narrowed, in.Held())
				}
				w.wantClosed(ctx)
				w.look(ctx, `{}`, "Looked")
				w.wantClosed(ctx)
				w.pass(ctx, 11*time.Minute)
				w.narrow(ctx, "narrow-2", "Narrowed") // and it can be narrowed again
				w.wantNarrowed()
				w.wantReleased(ctx, "already-released")
			})
		})
	}
}

// What the policy leaves out, or an interface that could not be held, leaves the cut alone.
func TestWithoutTheSecurityGroupTheSubnetsAreNotGivenBack(t *testing.T) {
	t.Parallel()
	policy, err := triage.ParsePolicy([]byte("version: 1\nmeasures: {security-group: off}\n"))
	if err != nil {
		t.Fatal(err)
	}
	watchedBy(t, policy, func(ctx context.Context, w *watching) {
		w.pass(ctx, time.Hour)
		e := w.narrow(ctx, "narrow-1", "NotNarrowed")
		if !strings.Contains(e.Result.Cause, "no security group holds its interfaces") {
			t.Errorf("it is said: %s", e.Result.Cause)
		}
		w.released(ctx)()
	})
}

// An interface that came since the last look is seen before the subnets are given back.
func TestAnInterfaceThatIsNotHeldKeepsTheSubnetsCut(t *testing.T) {
	t.Parallel()
	watched(t, func(ctx context.Context, w *watching) {
		w.pass(ctx, 10*time.Minute)
		w.s.Account.AttachInterface(hostA, account.Interface{Subnet: subnetA, PrivateIP: "10.0.1.60"})
		if e := w.narrow(ctx, "narrow-1", "NotNarrowed"); !strings.Contains(e.Result.Cause, "came later") {
			t.Errorf("it is said: %s", e.Result.Cause)
		}
		w.look(ctx, `{}`, "Looked")
		if e := w.narrow(ctx, "narrow-2", "NotNarrowed"); !strings.Contains(e.Result.Cause, "It is possible from") {
			t.Errorf("it is said: %s", e.Result.Cause)
		}
		w.wantClosed(ctx)
		w.pass(ctx, 11*time.Minute)
		w.narrow(ctx, "narrow-3", "Narrowed")
		w.wantNarrowed()
	})
}

// Others beside it can keep an instance that acts on from being cut again: until a person has decided,
// and after a no, what holds it is looked at and put right.
func TestWhatHoldsANarrowedInstanceIsWatchedWhileAPersonIsAskedToCutAgain(t *testing.T) {
	t.Parallel()
	watched(t, func(ctx context.Context, w *watching) {
		w.pass(ctx, 6*time.Minute)
		w.narrow(ctx, "narrow-1", "Narrowed")
		w.pass(ctx, 10*time.Minute)
		natGateway(w.s.Account)
		process, err := w.s.Restart()
		if err != nil {
			t.Fatal(err)
		}
		later := seenAt(miner(hostA, 2), w.s.Clock.Now().Add(-time.Minute))
		if _, err := process.Start(ctx, wiring.Name, "later", later.Body); err != nil {
			t.Fatal(err)
		}
		if _, err := process.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		if in := w.incident(ctx); in.Status != quarantine.StatusContained || in.Narrowed == nil {
			t.Fatalf("it is %s, narrowed %+v", in.Status, in.Narrowed)
		}
		if open, err := w.s.Ledger.OpenIncidents(ctx); err != nil || len(open) != 1 || open[0].Status != quarantine.StatusContained {
			t.Errorf("its lock says %+v, %v", open, err) // failed, it would look like an instance that nothing holds
		}
		eni, _ := w.reopenedByHand(ctx)
		w.pass(ctx, 5*time.Minute)
		w.look(ctx, `{}`, "Looked")
		hold := w.hold(ctx, "security-group")
		if got := w.attributes(eni)["groups"]; got != hold.Parts["groups"].After {
			t.Errorf("the interface has %s, on record is %+v", got, hold)
		}
		if d := w.incident(ctx).Watch.Drifts; len(d) != 1 || d[0].ClosedAt.IsZero() || len(d[0].Told) == 0 {
			t.Errorf("drifts on record: %+v", d)
		}
	})
}

// The group is no answer to what went on while it held: whether the neighbours are cut off with it, a
// person decides.
func TestActivityAfterNarrowingIsNotContainedByTheGroupThatHeldAllTheWhile(t *testing.T) {
	t.Parallel()
	r := watchedBy(t, sparing(t), func(ctx context.Context, w *watching) {
		w.pass(ctx, 6*time.Minute)
		w.narrow(ctx, "narrow-1", "Narrowed")
		w.pass(ctx, 10*time.Minute)
		natGateway(w.s.Account)
		process, err := w.s.Restart()
		if err != nil {
			t.Fatal(err)
		}
		later := seenAt(miner(hostA, 2), w.s.Clock.Now().Add(-time.Minute))
		if _, err := process.Start(ctx, wiring.Name, "later", later.Body); err != nil {
			t.Fatal(err)
		}
		if _, err := process.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		if in := w.incident(ctx); in.Narrowed == nil || in.ContainedBy != "" {
			t.Errorf("on record it is narrowed %+v, contained by %q", in.Narrowed, in.ContainedBy)
		}
		w.wantNarrowed()
	})
	var asked string
	for _, n := range r.Notifications {
		if n.Kind == string(quarantine.KindApprovalAsked) && n.Channel == "sns" && asked == "" { // reminders do not say why
			asked = strings.Join(strings.Fields(n.Text), " ")
		}
	}
	if !strings.Contains(asked, "acts on after its subnets were given back") || !strings.Contains(asked, "NAT gateway") {
		t.Errorf("a person is asked: %s", asked)
	}
}
