package simulate_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// byHand is a person, or whoever has taken the account over, with EC2's own calls.
func (w *watching) byHand() *ec2.Client { return ec2.New(w.s.Account.EC2()) }

// hold is what is on record of a measure on a thing of the open incident's.
func (w *watching) hold(ctx context.Context, measure string) quarantine.Hold {
	w.t.Helper()
	held := w.incident(ctx).HoldsOf(measure)
	if len(held) == 0 {
		w.t.Fatalf("nothing is held by %s", measure)
	}
	return held[0]
}

// attributes are those of a thing that calls can set.
func (w *watching) attributes(thing string) map[string]string { return w.s.Account.Attributes()[thing] }

// wantPutRight looks once, and wants one thing of the measure to have been put right.
func (w *watching) wantPutRight(ctx context.Context, measure string, kind quarantine.DriftKind) quarantine.Drift {
	w.t.Helper()
	w.look(ctx, `{}`, "Looked")
	for _, d := range w.incident(ctx).Watch.Drifts {
		if d.Measure != measure {
			continue
		}
		if d.Kind != kind || d.Times != 1 || d.Open() || d.Failed != "" {
			w.t.Errorf("on record is %+v, want it %s and put right once", d, kind)
		}
		return d
	}
	w.t.Fatalf("nothing of %s is on record: %+v", measure, w.incident(ctx).Watch)
	return quarantine.Drift{}
}

func TestI12GroupsThatAHandGivesTheInterfaceAreTakenOffAgain(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		hold := w.hold(ctx, "security-group")
		before, put := hold.Parts["groups"].Before.Text, hold.Parts["groups"].After
		web := w.s.Account.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Ingress: []account.Rule{{Source: "0.0.0.0/0"}}})
		w.s.Account.SetGroups(hostA, web)
		d := w.wantPutRight(ctx, "security-group", quarantine.DriftReopened)
		if d.Thing != hold.Thing || !strings.Contains(d.What, web) {
			t.Errorf("on record is %+v", d)
		}
		if got := w.attributes(hold.Thing)["groups"]; got != put {
			t.Errorf("the interface has %q, not %q", got, put)
		}
		w.release(ctx, "release-1")
		if got := w.attributes(hold.Thing)["groups"]; got != before {
			t.Errorf("after the release the interface has %q, not %q", got, before)
		}
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

func TestI12RulesThatAHandAddsToTheGroupAreRevokedAndTold(t *testing.T) {
	t.Parallel()
	for direction, open := range map[string]func(a *account.Account, group string){
		"in":   func(a *account.Account, group string) { a.AllowIn(group, account.Rule{Source: "0.0.0.0/0"}) },
		"out":  func(a *account.Account, group string) { a.AllowOut(group, account.Rule{Source: "0.0.0.0/0"}) },
		"both": func(a *account.Account, group string) { a.OpenGroup(group) },
	} {
		t.Run(direction, func(t *testing.T) {
			t.Parallel()
			r := watched(t, func(ctx context.Context, w *watching) {
				group := w.hold(ctx, "security-group").Parts["groups"].After
				open(w.s.Account, group)
				if d := w.wantPutRight(ctx, "security-group", quarantine.DriftReopened); !strings.Contains(d.What, group+" has rules") {
					t.Errorf("on record is %+v", d)
				}
				g, err := w.byHand().SecurityGroups(ctx, w.incident(ctx).Resource, []string{group})
				if err != nil || len(g) != 1 || len(g[0].Rules) > 0 {
					t.Errorf("the group is %+v, %v", g, err)
				}
				w.wantClosed(ctx)
				w.pass(ctx, 5*time.Minute)
				w.look(ctx, `{}`, "Looked")
				w.release(ctx, "release-1")
			})
			wantTold(t, r, "REOPENED, CLOSED AGAIN")
		})
	}
}

func TestI12TheCallThatAddedARuleToTheGroupIsNamed(t *testing.T) {
	t.Parallel()
	watched(t, func(ctx context.Context, w *watching) {
		group := w.hold(ctx, "security-group").Parts["groups"].After
		w.s.Account.OpenGroup(group)
		input, err := json.Marshal(map[string]any{"detail-type": "AWS API Call via CloudTrail", "detail": map[string]any{
			"eventName": "AuthorizeSecurityGroupIngress", "userIdentity": map[string]string{"arn": "arn:aws:iam::111122223333:user/mallory"},
			"requestParameters": map[string]string{"groupId": group},
		}})
		if err != nil {
			t.Fatal(err)
		}
		w.look(ctx, string(input), "Looked")
		if d := w.incident(ctx).Watch.Drifts; len(d) != 1 || !strings.Contains(d[0].By, "user/mallory by AuthorizeSecurityGroupIngress") {
			t.Errorf("on record is %+v", d)
		}
	})
}

func TestI12GroupsWithoutRulesOfAnotherHandAreLeft(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		shut := w.s.Account.AddSecurityGroup(account.SecurityGroup{VPC: vpc})
		eni := w.hold(ctx, "security-group").Thing
		w.s.Account.SetGroups(hostA, shut)
		w.look(ctx, `{}`, "Looked")
		if got := w.attributes(eni)["groups"]; got != shut {
			t.Errorf("the interface has %q, not %q", got, shut)
		}
		w.wantClosedByOther(ctx)
	})
	wantTold(t, r, "CLOSED OTHERWISE")
}

func (w *watching) wantClosedByOther(ctx context.Context) {
	w.t.Helper()
	d := w.incident(ctx).Watch.Drifts
	if len(d) != 1 || d[0].Kind != quarantine.DriftOtherwise || d[0].Times != 0 {
		w.t.Errorf("on record is %+v", d)
	}
}

func TestI12ProtectionThatAHandTakesOffIsPutOnAgain(t *testing.T) {
	t.Parallel()
	r := watched(t, func(ctx context.Context, w *watching) {
		before := w.hold(ctx, "protection").Parts["termination"].Before.Text
		if err := w.byHand().SetTermination(ctx, w.incident(ctx).Resource, false); err != nil {
			t.Fatal(err)
		}
		if d := w.wantPutRight(ctx, "protection", quarantine.DriftReopened); !strings.Contains(d.What, "termination is false") {
			t.Errorf("on record is %+v", d)
		}
		now := func() string {
			p, err := w.byHand().Protection(ctx, w.incident(ctx).Resource)
			if err != nil {
				t.Fatal(err)
			}
			if p.Termination {
				return "true"
			}
			return "false"
		}
		if now() != "true" {
			t.Error("the instance can be terminated by a call")
		}
		w.release(ctx, "release-1")
		if got := now(); got != before {
			t.Errorf("after the release the protection is %s, not %s", got, before)
		}
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

func TestI12AVolumeThatIsAttachedLaterIsNoDrift(t *testing.T) {
	t.Parallel()
	wantTold(t, watched(t, func(ctx context.Context, w *watching) {
		w.s.Account.AttachVolume(hostA, account.Volume{Device: "/dev/xvdz"})
		if err := w.byHand().SetDeleteOnTermination(ctx, w.incident(ctx).Resource, "/dev/xvdz", true); err != nil {
			t.Fatal(err)
		}
		w.look(ctx, `{}`, "Looked")
		if d := w.incident(ctx).Watch.Drifts; len(d) > 0 {
			t.Errorf("on record is %+v", d)
		}
	}))
}

func TestI12TheMetadataServiceThatAHandTurnsOnIsTurnedOffAgain(t *testing.T) {
	t.Parallel()
	policy, err := triage.ParsePolicy([]byte(withMetadata))
	if err != nil {
		t.Fatal(err)
	}
	r := watchedBy(t, policy, func(ctx context.Context, w *watching) {
		if err := w.byHand().SetMetadataEndpoint(ctx, w.incident(ctx).Resource, "enabled"); err != nil {
			t.Fatal(err)
		}
		w.pass(ctx, time.Minute) // EC2 carries it out
		if d := w.wantPutRight(ctx, "metadata", quarantine.DriftReopened); !strings.Contains(d.What, "enabled") {
			t.Errorf("on record is %+v", d)
		}
		if got := w.attributes(hostA)["endpoint"]; got != "disabled" {
			t.Errorf("the endpoint is %s", got)
		}
		w.release(ctx, "release-1")
		if got := w.attributes(hostA)["endpoint"]; got != "enabled" {
			t.Errorf("after the release the endpoint is %s", got)
		}
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

// What a person has decided to leave stays so although another thing of the same measure is put
// right at the same look.
func TestI12WhatIsLeftStaysWhileAnotherThingOfTheMeasureIsPutRight(t *testing.T) {
	t.Parallel()
	watched(t, func(ctx context.Context, w *watching) {
		first := w.hold(ctx, "security-group")
		second := w.s.Account.AttachInterface(hostA, account.Interface{Subnet: subnetA, PrivateIP: "10.0.1.60"})
		w.look(ctx, `{}`, "Looked") // it is held, too
		web := w.s.Account.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Ingress: []account.Rule{{Source: "0.0.0.0/0"}}})
		open := func(eni string) {
			w.pass(ctx, 10*time.Minute)
			if err := w.byHand().SetGroups(ctx, w.incident(ctx).Resource, eni, []string{web}); err != nil {
				t.Fatal(err)
			}
		}
		open(first.Thing)
		w.look(ctx, `{}`, "Looked")
		d, known := w.incident(ctx).Watch.DriftOf(first)
		if !known || d.Times != 1 {
			t.Fatalf("on record is %+v", w.incident(ctx).Watch.Drifts)
		}
		d.LeftAt, d.LeftBy, d.LeftReason = w.s.Clock.Now(), "the person on call", "it is ours"
		if err := w.s.Ledger.LeaveDrift(ctx, w.incident(ctx).ID, d, true); err != nil {
			t.Fatal(err)
		}
		open(first.Thing)
		open(second)
		w.look(ctx, `{}`, "Looked")
		if got := w.attributes(second)["groups"]; got == web {
			t.Errorf("%s was not put right", second)
		}
		if got := w.attributes(first.Thing)["groups"]; got != web {
			t.Errorf("%s has %q: a person wants it left", first.Thing, got)
		}
		if d, _ := w.incident(ctx).Watch.DriftOf(first); !d.Open() || d.Times != 1 {
			t.Errorf("on record of what is left is %+v", d)
		}
	})
}
