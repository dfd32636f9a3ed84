package simulate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// withPerson simulates the approval variant, or a policy that asks.
func withPerson(t *testing.T, machine, policy string, person func(context.Context, simulate.Asked), events ...simulate.Event) *simulate.Report {
	t.Helper()
	p := triage.DefaultPolicy()
	if policy != "" {
		var err error
		if p, err = triage.ParsePolicy([]byte(policy)); err != nil {
			t.Fatal(err)
		}
	}
	w := world(false, events...)
	if w.SilenceCuts = strings.Contains(policy, "silence: isolate"); person != nil {
		w.Answer = invariants.Mixed
	}
	return checked(t, simulate.Options{
		Events: events, Account: network, Policy: p, Machine: machine, Person: person, Start: start,
	}, w)
}

// associations maps subnets to their ACLs.
func associations(t *testing.T, printed []any) map[string]string {
	t.Helper()
	var all []acl
	convert(t, printed, &all)
	out := map[string]string{}
	for _, a := range all {
		for _, as := range a.Associations {
			out[as.SubnetID] = a.NetworkACLID
		}
	}
	return out
}

func TestAnApprovedReleaseRestoresTheOriginalACL(t *testing.T) {
	t.Parallel()
	r := withPerson(t, wiring.Approval, "", simulate.Answer(true), miner(hostAB, 1))
	want := []string{"Contain IsItContained AskForRelease IsItReleased ReleaseIncident Released"}
	if diff := cmp.Diff(want, paths(r, wiring.Approval)); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{releasePath()}, paths(r, wiring.Release)); diff != "" {
		t.Errorf("path of the release (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(associations(t, r.Account.NetworkACLsBefore), associations(t, r.Account.NetworkACLs)); diff != "" {
		t.Errorf("associations before and after (-before +after):\n%s", diff)
	}
	if len(r.Account.NetworkACLs) != len(r.Account.NetworkACLsBefore) {
		t.Error("the quarantine ACL was not deleted")
	}
	if !slices.Contains(kinds(r), "released") {
		t.Errorf("messages %v", kinds(r))
	}
	if got := text(records(r, "RESOURCE#")[hostAB], "status"); got != "released" {
		t.Errorf("the lock is %s", got)
	}
}

func TestWhenDeniedTheQuarantineStays(t *testing.T) {
	t.Parallel()
	r := withPerson(t, wiring.Approval, "", simulate.Answer(false), miner(hostA, 1))
	want := []string{"Contain IsItContained AskForRelease IsItReleased RecordKept TellKept Kept"}
	if diff := cmp.Diff(want, paths(r, wiring.Approval)); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
	if len(quarantined(t, r)) != 1 || !slices.Contains(kinds(r), "kept") {
		t.Errorf("cut off %v, messages %v", quarantined(t, r), kinds(r))
	}
}

func TestWithoutAnAnswerTheQuarantineStaysAndPeopleAreTold(t *testing.T) {
	t.Parallel()
	r := withPerson(t, wiring.Approval, "", nil, miner(hostA, 1))
	got := paths(r, wiring.Approval)[0]
	if !strings.HasPrefix(got, "Contain IsItContained AskForRelease HasReminderEnded AskForRelease") || !strings.HasSuffix(got, "ExpireRequest TellExpired KeptInSilence") {
		t.Errorf("path %s", got)
	}
	asked := 0
	for _, n := range r.Notifications {
		if n.Kind == "approval-asked" && n.Channel == "sns" {
			asked++
		}
	}
	if asked != 13 { // after an hour, and every two hours of a day from then on
		t.Errorf("asked %d times", asked)
	}
	if len(quarantined(t, r)) != 1 || kinds(r)[len(kinds(r))-1] != "approval-expired" {
		t.Errorf("cut off %v, messages %v", quarantined(t, r), kinds(r))
	}
}

func TestAnAnswerAfterTheExpiryChangesNothing(t *testing.T) {
	t.Parallel()
	late := func(ctx context.Context, q simulate.Asked) {
		if q.Clock.Sleep(q.As(ctx), 25*time.Hour) == nil {
			simulate.Answer(true)(ctx, q)
		}
	}
	r := withPerson(t, wiring.Approval, "", late, miner(hostA, 1))
	if len(quarantined(t, r)) != 1 || len(paths(r, wiring.Release)) != 0 {
		t.Errorf("cut off %v, released by %v", quarantined(t, r), paths(r, wiring.Release))
	}
}

// A measure that is off by default is taken where the policy says so, and taken back.
func TestAMeasureThatIsOffByDefaultIsTakenWhereThePolicySaysSo(t *testing.T) {
	t.Parallel()
	r := withPerson(t, wiring.Approval, withMetadata, simulate.Answer(true), miner(hostAB, 1))
	var put []string
	for _, c := range r.Calls {
		if c.Operation == "ModifyInstanceMetadataOptions" && c.Applied {
			var in struct{ InstanceID, HTTPEndpoint string }
			convert(t, account.Printed(c.Input), &in)
			put = append(put, in.InstanceID+" "+in.HTTPEndpoint)
		}
	}
	if diff := cmp.Diff([]string{hostAB + " disabled", hostAB + " enabled"}, put); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
	if was, is := r.Account.AttributesBefore[hostAB]["endpoint"], r.Account.Attributes[hostAB]["endpoint"]; was != "enabled" || is != was {
		t.Errorf("the endpoint was %q, and is %q after the release", was, is)
	}
}

// releasePath are the states of a release in which nothing waits.
func releasePath() string {
	before, after := "", ""
	for _, m := range register.Grouped() {
		steps := "Undo" + m.State() + " Is" + m.State() + "Undone "
		if m.AfterSubnets {
			after += steps
		} else {
			before += steps
		}
	}
	return "IsItToBeNarrowed BeginRelease " + before + "Release " + after + "ConcludeRelease TellReleased Released"
}

// withMetadata takes every measure.
const withMetadata = "version: 1\nmeasures: {metadata: on}\n"

const asking = "version: 1\noverrides:\n  - {name: jewel, reason: a crown jewel, when: score > 0, action: approve}\n"

func TestAnApproveVerdictCutsOnlyAfterAPersonsYes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy string
		person func(context.Context, simulate.Asked)
		end    string
		cut    int
		kind   string
	}{
		"yes":                    {asking, simulate.Answer(true), "Contained", 1, "contained"},
		"no":                     {asking, simulate.Answer(false), "LeftUncut", 0, "kept"},
		"silence, left":          {asking, nil, "LeftUncut", 0, "approval-expired"},
		"silence, cut by policy": {asking + "silence: isolate\n", nil, "Contained", 1, "contained"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := withPerson(t, wiring.Name, c.policy, c.person, miner(hostA, 1))
			e := r.Executions[0]
			if end(e) != c.end || len(quarantined(t, r)) != c.cut || !slices.Contains(kinds(r), c.kind) {
				t.Errorf("ended in %s (%s), cut off %v, messages %v", end(e), e.Cause, quarantined(t, r), kinds(r))
			}
			if !strings.HasPrefix(path(e), "Triage Decide WasItReleased DoesTheReleaseCount OpenQuestion AskBeforeCut") {
				t.Errorf("path %s", path(e))
			}
		})
	}
}

func TestAQuestionThatCouldNotBeAskedDelaysNoFinding(t *testing.T) {
	t.Parallel()
	p, err := triage.ParsePolicy([]byte(asking))
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: []simulate.Event{miner(hostA, 1)}, Account: network, Policy: p, Start: start,
		Prepare: func(a *account.Account) {
			a.Inject(account.Fault{Service: "sns", Kind: account.Deny})
			a.Inject(account.Fault{Service: "slack", Kind: account.Deny})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := end(r.Executions[0]); got != "Untold" {
		t.Errorf("ended in %s", got)
	}
	for _, item := range r.Ledger {
		if fields := item.(map[string]any); text(fields, "sk") == "QUESTION" && text(fields, "deadline") != "0" {
			t.Errorf("the question stays open until %s: the next finding would wait for an answer that nobody was asked for", text(fields, "deadline"))
		}
	}
}

func TestWithoutAnAnswerThePolicyCutsEvenIfTheExpirysResponseIsLost(t *testing.T) {
	t.Parallel()
	p, err := triage.ParsePolicy([]byte(asking + "silence: isolate\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: []simulate.Event{miner(hostA, 1)}, Account: network, Policy: p, Start: start,
		Prepare: func(a *account.Account) {
			a.Inject(account.Fault{Operation: "UpdateItem", Kind: account.TimeoutAfter, Times: 1, Match: func(c account.Call) bool {
				in, ok := c.Input.(*dynamodb.UpdateItemInput)
				return ok && strings.Contains(aws.ToString(in.UpdateExpression), ":expired")
			}})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Calls, func(c simulate.Call) bool { return c.Operation == "UpdateItem" && c.Error != "" }) {
		t.Fatal("no response was lost")
	}
	if got := end(r.Executions[0]); got != "Contained" {
		t.Errorf("ended in %s: %s", got, path(r.Executions[0]))
	}
}

func TestMissingEvidenceDoesNotKeepThePersonFromBeingAsked(t *testing.T) {
	t.Parallel()
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: []simulate.Event{miner(hostA, 1)}, Account: network, Policy: triage.DefaultPolicy(), Machine: wiring.Approval,
		Person: simulate.Answer(true), Start: start,
		Prepare: func(a *account.Account) { a.FailSnapshots("vol" + hostA[1:]) },
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Contain WhatWentWrong JudgeAgain AskForRelease IsItReleased ReleaseIncident Released"}
	if diff := cmp.Diff(want, paths(r, wiring.Approval)); diff != "" {
		t.Errorf("path (-want +got):\n%s\n%s", diff, r.Executions[0].Cause)
	}
	if len(quarantined(t, r)) != 0 {
		t.Error("approved, and not released")
	}
}

func TestNoMessageSaysUncutWhenAnotherFindingCut(t *testing.T) {
	t.Parallel()
	const policy = "version: 1\nthresholds: {isolate: 75, approve: 40, notify: 20}\n"
	medium := event(hostA, 2, "Trojan:EC2/DropPoint!DNS", 5, `"additionalInfo":{}`)
	for name, person := range map[string]func(context.Context, simulate.Asked){"no": simulate.Answer(false), "silence": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := withPerson(t, wiring.Name, policy, person, miner(hostA, 1), medium)
			if got := end(r.Executions[1]); got != "Joined" {
				t.Errorf("ended in %s: %s", got, path(r.Executions[1]))
			}
			if got := kinds(r); slices.Contains(got, "kept") || slices.Contains(got, "approval-expired") {
				t.Errorf("messages %v about an instance that is cut off", got)
			}
		})
	}
}

func TestTheSilencePolicyAppliesIfNobodyCouldBeAsked(t *testing.T) {
	t.Parallel()
	p, err := triage.ParsePolicy([]byte(asking + "silence: isolate\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: []simulate.Event{miner(hostA, 1)}, Account: network, Policy: p, Start: start,
		Prepare: func(a *account.Account) {
			for _, service := range []string{"sns", "slack"} {
				a.Inject(account.Fault{Service: service, Kind: account.Deny, Until: start.Add(10 * time.Minute)})
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(quarantined(t, r)) != 1 {
		t.Errorf("not cut off: %s", path(r.Executions[0]))
	}
}

func TestAnExpiredQuestionDoesNotUndoALaterRelease(t *testing.T) {
	t.Parallel()
	const policy = "version: 1\nsilence: isolate\nthresholds: {isolate: 75, approve: 40, notify: 20}\n"
	medium := event(hostA, 2, "Trojan:EC2/DropPoint!DNS", 5, `"additionalInfo":{}`)
	// The variant: the severe finding cuts, and the person asked releases it; the question
	// about the medium finding gets no answer for a day.
	onlyRelease := func(ctx context.Context, q simulate.Asked) {
		r, err := q.Ledger.Request(q.As(ctx), q.Request)
		if err == nil && r.Purpose == quarantine.PurposeRelease {
			simulate.Answer(true)(ctx, q)
		}
	}
	r := withPerson(t, wiring.Approval, policy, onlyRelease, miner(hostA, 1), medium)
	if got := quarantined(t, r); len(got) != 0 {
		t.Errorf("cut off %v again after the release", got)
	}
	if n := len(paths(r, wiring.Release)); n != 1 {
		t.Errorf("%d releases", n)
	}
}

func TestTheQuestionAboutAnInstanceIsAskedOnce(t *testing.T) {
	t.Parallel()
	r := withPerson(t, wiring.Name, asking, simulate.Answer(false), miner(hostA, 1), miner(hostA, 2), miner(hostA, 3))
	got := map[string]int{}
	for _, e := range r.Executions {
		got[end(e)]++
	}
	if diff := cmp.Diff(map[string]int{"LeftUncut": 1, "AwaitingDecision": 2}, got); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
}

func TestAnAttackSequenceUnderTheVariantAsksForEachInstance(t *testing.T) {
	t.Parallel()
	r := withPerson(t, wiring.Approval, "", simulate.Answer(true), sequence(hostA, hostB))
	if got := len(paths(r, wiring.Release)); got != 2 {
		t.Errorf("%d releases for two instances: %v", got, paths(r, wiring.Approval))
	}
	if diff := cmp.Diff(associations(t, r.Account.NetworkACLsBefore), associations(t, r.Account.NetworkACLs)); diff != "" {
		t.Errorf("associations before and after (-before +after):\n%s", diff)
	}
}

func TestASharedSubnetStaysCutUntilItsLastHolderIsReleased(t *testing.T) {
	t.Parallel()
	// The first question is approved, the second one gets no answer.
	first := ""
	once := func(ctx context.Context, q simulate.Asked) {
		if first == "" {
			first = q.Request
			simulate.Answer(true)(ctx, q)
		}
	}
	r := withPerson(t, wiring.Approval, "", once, miner(hostA, 1), miner(hostA2, 2))
	if got := quarantined(t, r); len(got) != 1 {
		t.Errorf("cut off %v: the other incident still holds the subnet", got)
	}
	if n := count(r, "ReplaceNetworkAclAssociation"); n != 1 {
		t.Errorf("%d replacements, want the cut alone", n)
	}
	both := withPerson(t, wiring.Approval, "", simulate.Answer(true), miner(hostA, 1), miner(hostA2, 2))
	if got := quarantined(t, both); len(got) != 0 {
		t.Errorf("cut off %v after the last holder was released", got)
	}
}

func TestNoOutputHoldsATaskToken(t *testing.T) {
	t.Parallel()
	for name, person := range map[string]func(context.Context, simulate.Asked){"yes": simulate.Answer(true), "silence": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var acct *account.Account
			tokens := map[string]bool{}
			var seen strings.Builder
			// The ledger is the only place that may hold a token. The test reads it there at every
			// event.
			watch := simulate.Watch{
				Event: func(_ string, e history.Event) {
					fmt.Fprintln(&seen, indentedEvent(t, e))
					for _, item := range acct.DescribeAllItems("quarantine-ledger") {
						if token := text(item.(map[string]any), "token"); token != "" {
							tokens[token] = true
						}
					}
				},
				Message: func(_ time.Time, n simulate.Notification) { fmt.Fprintln(&seen, n) },
			}
			r, err := simulate.Run(t.Context(), simulate.Options{
				Events: []simulate.Event{miner(hostA, 1)}, Account: network, Policy: triage.DefaultPolicy(), Machine: wiring.Approval,
				Person: person, Start: start, Watch: watch, Prepare: func(a *account.Account) { acct = a },
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(tokens) == 0 {
				t.Fatal("no token was found in the ledger, so nothing can be searched for")
			}
			for token := range tokens {
				if strings.Contains(indented(t, r), token) || strings.Contains(seen.String(), token) {
					t.Errorf("task token %s… is in the report, an event or a message", token[:4])
				}
			}
		})
	}
}

func indentedEvent(t *testing.T, e history.Event) string {
	t.Helper()
	out, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// paths returns the paths of a state machine's executions.
func paths(r *simulate.Report, machine string) (all []string) {
	for _, e := range r.Executions {
		if e.Machine == machine {
			all = append(all, path(e))
		}
	}
	return all
}

// kinds returns the kinds of the messages that SNS accepted.
func kinds(r *simulate.Report) (all []string) {
	for _, n := range r.Notifications {
		if n.Channel == "sns" {
			all = append(all, n.Kind)
		}
	}
	return all
}
