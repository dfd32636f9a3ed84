package simulate_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

const setGroups = "ModifyNetworkInterfaceAttribute"

// reopenedByHand has the interface of host A have other groups, and gives it and what it had.
func (w *watching) reopenedByHand(ctx context.Context) (eni, before string) {
	w.t.Helper()
	hold := w.hold(ctx, "security-group")
	w.s.Account.SetGroups(hostA, w.s.Account.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Ingress: []account.Rule{{Source: "0.0.0.0/0"}}}))
	return hold.Thing, hold.Parts["groups"].Before.Text
}

// released starts a release, and gives what waits for its end.
func (w *watching) released(ctx context.Context) (wait func()) {
	w.t.Helper()
	input, err := json.Marshal(map[string]string{"incident": w.incident(ctx).ID, "reason": "rebuilt", "by": "the person on call"})
	if err != nil {
		w.t.Fatal(err)
	}
	process, err := w.s.Restart()
	if err != nil {
		w.t.Fatal(err)
	}
	e, err := process.Start(ctx, wiring.Release, "release-meanwhile", input)
	if err != nil {
		w.t.Fatal(err)
	}
	return func() {
		w.t.Helper()
		if _, err := process.Wait(ctx); err != nil {
			w.t.Fatal(err)
		}
		if last := e.Result.Path[len(e.Result.Path)-1]; last != "Released" {
			w.t.Errorf("the release ended in %s: %s %s", last, e.Result.Error, e.Result.Cause)
		}
	}
}

// A release that begins while something is put right waits for the call, and takes it back.
func TestI12AReleaseThatBeginsWhileAGroupIsPutRightWins(t *testing.T) {
	t.Parallel()
	watched(t, func(ctx context.Context, w *watching) {
		eni, before := w.reopenedByHand(ctx)
		var wait func()
		w.s.Account.Inject(account.Fault{Operation: setGroups, Times: 1, Kind: account.Interfere, Do: func(account.Call) {
			wait = w.released(ctx)
			w.pass(ctx, 10*time.Second)
		}})
		w.look(ctx, `{}`, "Looked")
		wait()
		if got := w.attributes(eni)["groups"]; got != before {
			t.Errorf("the interface has %q, and had %q before", got, before)
		}
		w.pass(ctx, time.Hour)
		w.look(ctx, `{}`, "Looked")
		if got := w.attributes(eni)["groups"]; got != before {
			t.Errorf("an hour later the interface has %q", got)
		}
	})
}

func TestI12ACallWithoutAnAnswerThatPutsRightIsWaitedForByTheRelease(t *testing.T) {
	t.Parallel()
	watched(t, func(ctx context.Context, w *watching) {
		eni, before := w.reopenedByHand(ctx)
		w.s.Account.Inject(account.Fault{Operation: setGroups, Times: 1, Kind: account.Delayed, Delay: 40 * time.Second})
		w.look(ctx, `{}`, "Looked")
		w.released(ctx)()
		if got := w.attributes(eni)["groups"]; got != before {
			t.Errorf("the interface has %q, and had %q before", got, before)
		}
	})
}
