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

// A cut that is taken again, whose call EC2 carries out after the release, must not close what
// the release has left alone: the subnet would be held by nobody.
func TestI8ACutTakenAgainThatEC2CarriesOutAfterTheReleaseClosesNothing(t *testing.T) {
	t.Parallel()
	watched(t, func(ctx context.Context, w *watching) {
		w.run(ctx, wiring.Name, "another", miner(hostB, 1).Body) // for which the ACL is kept
		w.pass(ctx, 5*time.Minute)
		others := w.s.Account.AddACL(openACL)
		w.s.Account.SwapACL(subnetA, others)
		remove := w.s.Account.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Delayed, Times: 1})
		stop := w.s.Account.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Deny})
		w.look(ctx, `{}`, "NotPutRight")
		remove()
		stop()
		w.released(ctx)()
		if err := w.s.Account.ApplyDelayed(); err == nil {
			t.Error("the late call was carried out")
		}
		if acl := w.quarantineACL(); acl.id != others {
			t.Errorf("%s is under %s, and somebody had put %s there", subnetA, acl.id, others)
		}
	})
}

// A release that begins between the call that closes a subnet again and its record takes it back,
// and nothing of it stays on record.
func TestI12AReleaseThatBeginsWhileASubnetIsCutAgainWins(t *testing.T) {
	t.Parallel()
	watched(t, func(ctx context.Context, w *watching) {
		original := w.incident(ctx).Quarantines()[0].Before
		w.s.Account.SwapACL(subnetA, w.s.Account.AddACL(openACL))
		var wait func()
		w.s.Account.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Times: 1, Kind: account.Interfere, Do: func(account.Call) {
			wait = w.released(ctx)
			w.pass(ctx, 10*time.Second)
		}})
		w.look(ctx, `{}`, "Looked")
		wait()
		w.pass(ctx, time.Hour)
		w.look(ctx, `{}`, "Looked")
		if acl := w.quarantineACL(); acl.madeByProduct {
			t.Errorf("%s is under %s after the release; before, it was under %s", subnetA, acl.id, original)
		}
		for _, item := range w.s.Account.DescribeAllItems("quarantine-ledger") {
			if fields := item.(map[string]any); text(fields, "sk") == "HOLD" && text(fields, "after_acl") != "" {
				t.Errorf("on record is still %v", fields)
			}
		}
	})
}
