package simulate_test

import (
	"context"
	"encoding/json"
	"fmt"
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

// watching is a contained instance, and the looks at it.
type watching struct {
	*onComputer
	looks int
}

// watched runs a scenario on host A, once that is contained.
func watched(t *testing.T, scenario func(context.Context, *watching)) *simulate.Report {
	t.Helper()
	return watchedBy(t, triage.DefaultPolicy(), scenario)
}

// watchedBy is the same under a policy.
func watchedBy(t *testing.T, policy *triage.Policy, scenario func(context.Context, *watching)) *simulate.Report {
	t.Helper()
	return watchedIn(t, policy, nil, scenario)
}

// watchedIn is the same in an account that was prepared for it; nil prepares nothing.
func watchedIn(t *testing.T, policy *triage.Policy, prepare func(*account.Account), scenario func(context.Context, *watching)) *simulate.Report {
	t.Helper()
	report, err := simulate.Run(t.Context(), simulate.Options{
		Account: network, Policy: policy, Prepare: prepare, Start: start,
		Scenario: func(ctx context.Context, s *simulate.Session) error {
			w := &watching{onComputer: &onComputer{t: t, s: s}}
			w.contain(ctx, "respond-1", miner(hostA, 1))
			w.pass(ctx, 5*time.Minute)
			scenario(ctx, w)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (w *watching) pass(ctx context.Context, d time.Duration) {
	w.t.Helper()
	if err := w.s.Clock.Sleep(ctx, d); err != nil {
		w.t.Fatal(err)
	}
}

// look runs the watch, as the schedule does, and wants it to end like that.
func (w *watching) look(ctx context.Context, input, wantState string) *runner.Running {
	w.t.Helper()
	w.looks++
	e := w.run(ctx, wiring.Watch, fmt.Sprint("look-", w.looks), []byte(input))
	if last := e.Result.Path[len(e.Result.Path)-1]; last != wantState {
		w.t.Errorf("look %d ended in %s, not %s: %s %s, along %v", w.looks, last, wantState, e.Result.Error, e.Result.Cause, e.Result.Path)
	}
	return e
}

// incident is what is on record of the one that is open.
func (w *watching) incident(ctx context.Context) quarantine.Incident {
	w.t.Helper()
	in, err := w.s.Ledger.Incident(ctx, w.incidents[len(w.incidents)-1])
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

// wantClosed wants the subnet of host A to be under a quarantine ACL that denies everything,
// and its interface to have the rule-less group alone, as the ledger has them.
func (w *watching) wantClosed(ctx context.Context) {
	w.t.Helper()
	if acl := w.quarantineACL(); !acl.madeByProduct {
		w.t.Errorf("%s is under %s", subnetA, acl.id)
	}
	for _, q := range w.incident(ctx).HeldQuarantines() {
		if acl := w.quarantineACL(); acl.id != q.After {
			w.t.Errorf("on record is %s, and %s is under %s", q.After, subnetA, acl.id)
		}
	}
	if path := w.s.Account.CanReach(account.Packet{From: "10.0.2.11", To: "10.0.1.10", Protocol: "tcp", Port: 22}); path.Allowed {
		w.t.Errorf("host A is reached: %+v", path)
	}
}

// reopenedSubjects are the messages about what was opened.
func reopenedSubjects(r *simulate.Report) (subjects []string) {
	for _, n := range r.Notifications {
		if n.Kind == string(quarantine.KindReopened) && n.Channel == "sns" {
			subjects = append(subjects, n.Subject)
		}
	}
	return subjects
}

func wantTold(t *testing.T, r *simulate.Report, words ...string) {
	t.Helper()
	got := reopenedSubjects(r)
	if len(got) != len(words) {
		t.Fatalf("people were told %q", got)
	}
	for i, word := range words {
		if !strings.Contains(got[i], word) {
			t.Errorf("message %d is %q, which lacks %q", i, got[i], word)
		}
	}
}

func TestI12WhatStandsIsLookedAtAndLeftAlone(t *testing.T) {
	t.Parallel()
	wantTold(t, watched(t, func(ctx context.Context, w *watching) {
		w.look(ctx, `{}`, "Looked")
		if after := w.incident(ctx).Watch; !after.LookedAt.After(start) || after.Unseen != "" || len(after.Drifts) > 0 {
			t.Errorf("on record is %+v", after)
		}
		w.wantClosed(ctx)
	}))
}

func TestI12AnACLThatAHandPutsBackIsReplacedAndTold(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		original := w.incident(ctx).Quarantines()[0].Before
		w.s.Account.SwapACL(subnetA, original)
		w.look(ctx, `{}`, "Looked")
		w.wantClosed(ctx)
		d := w.incident(ctx).Watch.Drifts
		if len(d) != 1 || d[0].Kind != quarantine.DriftReopened || d[0].Times != 1 || d[0].ClosedAt.IsZero() || d[0].Thing != subnetA {
			t.Errorf("on record is %+v", d)
		}
		w.pass(ctx, 5*time.Minute)
		w.s.Account.SwapACL(subnetA, original) // the same episode
		w.look(ctx, `{}`, "Looked")
		w.wantClosed(ctx)
		w.release(ctx, "release-1")
		if acl := w.quarantineACL(); acl.id != original {
			t.Errorf("after the release %s is under %s, not %s", subnetA, acl.id, original)
		}
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

func TestI12AnAllowRuleInTheQuarantineACLIsAnsweredByAnother(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		w.s.Account.OpenACL(w.incident(ctx).Quarantines()[0].After)
		w.look(ctx, `{}`, "Looked")
		w.wantClosed(ctx)
		w.release(ctx, "release-1")
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

func TestI12TheCallThatOpenedItIsNamed(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		q := w.incident(ctx).Quarantines()[0]
		made := w.s.Account.SwapACL(subnetA, q.Before)
		input, err := json.Marshal(map[string]any{"detail-type": "AWS API Call via CloudTrail", "detail": map[string]any{
			"eventName": "ReplaceNetworkAclAssociation", "eventTime": "2026-03-04T12:00:00Z", "sourceIPAddress": "198.51.100.7",
			"userIdentity":      map[string]string{"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/terraform/run-7"},
			"requestParameters": map[string]string{"associationId": q.AfterVersion, "networkAclId": q.Before},
			"responseElements":  map[string]string{"newAssociationId": made},
		}})
		if err != nil {
			t.Fatal(err)
		}
		w.look(ctx, string(input), "Looked")
		w.wantClosed(ctx)
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
	for _, n := range r.Notifications {
		if n.Kind == string(quarantine.KindReopened) && !strings.Contains(strings.Join(strings.Fields(n.Text), " "), "assumed-role/terraform/run-7 by ReplaceNetworkAclAssociation") {
			t.Errorf("it is not said who did it:\n%s", n.Text)
		}
	}
}

func TestI12ANewInterfaceGetsTheGroupAndItsSubnetIsAPersonsDecision(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		w.s.Account.AttachInterface(hostA, account.Interface{Subnet: subnetA, PrivateIP: "10.0.1.60"})
		w.look(ctx, `{}`, "Looked")
		w.wantClosed(ctx)
		if path := w.s.Account.CanReach(account.Packet{From: "10.0.1.11", To: "10.0.1.60", Protocol: "tcp", Port: 22}); path.Allowed {
			t.Errorf("the new interface is reached: %+v", path)
		}
		w.pass(ctx, 5*time.Minute)
		w.s.Account.AttachInterface(hostA, account.Interface{Subnet: subnetB, PrivateIP: "10.0.2.60"})
		w.look(ctx, `{}`, "Looked")
		w.pass(ctx, 5*time.Minute)
		w.look(ctx, `{}`, "Looked") // told once
	})
	wantTold(t, r, "COMPLETED", "NOT COVERED") // the group on the second one is told with that
}

func TestI12AJoiningFindingHasItLookedAt(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		w.s.Account.SwapACL(subnetA, w.incident(ctx).Quarantines()[0].Before)
		w.run(ctx, wiring.Name, "respond-2", miner(hostA, 2).Body)
		w.wantClosed(ctx)
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

func TestI12ClosedAsTightlyByAnotherHandIsLeft(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		tight := w.s.Account.AddACL(account.ACL{VPC: vpc})
		w.s.Account.SwapACL(subnetA, tight)
		w.look(ctx, `{}`, "Looked")
		if acl := w.quarantineACL(); acl.id != tight {
			t.Errorf("%s is under %s, not %s", subnetA, acl.id, tight)
		}
	})
	wantTold(t, r, "CLOSED OTHERWISE")
}

func TestI12NothingIsPutRightWhilePausedOrLeft(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		original := w.incident(ctx).Quarantines()[0].Before
		id := w.incident(ctx).ID
		if err := w.s.Ledger.Pause(ctx, id, w.s.Clock.Now().Add(time.Hour), "the person on call", "deliberate work"); err != nil {
			t.Fatal(err)
		}
		w.s.Account.SwapACL(subnetA, original)
		w.look(ctx, `{}`, "Looked")
		if acl := w.quarantineACL(); acl.id != original {
			t.Errorf("it was put right while paused: %s is under %s", subnetA, acl.id)
		}
		w.pass(ctx, time.Hour)
		w.look(ctx, `{}`, "Looked")
		w.wantClosed(ctx)
		w.s.Account.SwapACL(subnetA, original)
		d := w.incident(ctx).Watch.Drifts[0]
		d.LeftAt, d.LeftBy, d.LeftReason = w.s.Clock.Now(), "the person on call", "it is rebuilt"
		if err := w.s.Ledger.LeaveDrift(ctx, id, d, true); err != nil {
			t.Fatal(err)
		}
		w.pass(ctx, 5*time.Minute)
		w.look(ctx, `{}`, "Looked")
		if acl := w.quarantineACL(); acl.id != original {
			t.Errorf("it was put right although a person wants it left: %s is under %s", subnetA, acl.id)
		}
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

func TestI12WhatCannotBePutRightIsToldAndEndsRed(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		w.s.Account.SwapACL(subnetA, w.incident(ctx).Quarantines()[0].Before)
		remove := w.s.Account.Inject(account.Fault{Service: "ec2", Operation: "ReplaceNetworkAclAssociation", Kind: account.Deny})
		w.look(ctx, `{}`, "NotPutRight")
		remove()
		w.pass(ctx, 5*time.Minute)
		w.look(ctx, `{}`, "Looked")
		w.wantClosed(ctx)
	})
	wantTold(t, r, "REOPENED, NOT CLOSED", "REOPENED, CLOSED AGAIN")
}

func TestI13WhatCouldNotBeSeenIsNotKnown(t *testing.T) {
	t.Parallel()
	watched(t, func(ctx context.Context, w *watching) {
		remove := w.s.Account.Inject(account.Fault{Service: "ec2", Operation: "DescribeNetworkAcls", Kind: account.Deny})
		w.look(ctx, `{}`, "NotSeen")
		remove()
		if unseen := w.incident(ctx).Watch.Unseen; !strings.Contains(unseen, "DescribeNetworkAcls") {
			t.Errorf("on record is %q", unseen)
		}
		w.pass(ctx, 5*time.Minute)
		w.look(ctx, `{}`, "Looked")
		if unseen := w.incident(ctx).Watch.Unseen; unseen != "" {
			t.Errorf("on record is %q", unseen)
		}
	})
}
