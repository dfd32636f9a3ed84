package simulate_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// Beyond a limit a person is asked, and no answer never means a cut, even if the policy
// cuts without an answer otherwise.
func TestAFloodIsCutUpToTheLimitsAndThenAsked(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 3, subnets: 3}
	for name, c := range map[string]struct {
		limits string
		cuts   int
	}{
		"the account's": {"{isolationsPerHour: {account: 4, vpc: none}, vpcSubnetsPercent: none}", 4},
		"each VPC's":    {"{isolationsPerHour: {account: none, vpc: 2}, vpcSubnetsPercent: none}", 6},
		"both":          {"{isolationsPerHour: {account: 5, vpc: 2}, vpcSubnetsPercent: none}\nsilence: isolate", 5},
		"none":          {"{isolationsPerHour: {account: none, vpc: none}, vpcSubnetsPercent: none}", 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := e.under(t, c.limits, simulate.Options{Events: e.flood()})
			want := map[string]int{"Contained": c.cuts}
			if c.cuts < 9 {
				want["LeftUncut"] = 9 - c.cuts
			}
			wantEnds(t, r, want)
			if got := len(quarantined(t, r)); got != c.cuts {
				t.Errorf("%d subnets cut off, want %d", got, c.cuts)
			}
		})
	}
}

func TestABrakedFindingOpensNoIncident(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 2}
	for name, person := range map[string]func(context.Context, simulate.Asked){"silence": nil, "no": simulate.Answer(false)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := e.under(t, "{isolationsPerHour: {account: 1}}", simulate.Options{Events: e.flood(), Person: person})
			wantEnds(t, r, map[string]int{"Contained": 1, "LeftUncut": 1})
			x := r.Executions[slices.IndexFunc(r.Executions, func(x history.Execution) bool { return end(x) == "LeftUncut" })]
			if !strings.HasPrefix(path(x), "Triage Decide AcquireLock Isolate YieldToPerson OpenQuestion AskBeforeCut") {
				t.Errorf("path %s", path(x))
			}
			for _, host := range []string{e.host(0, 0), e.host(0, 1)} {
				lock := lockOf(r, host)
				cut := text(lock, "status") == "contained"
				if free := text(lock, "status") == "released" && text(lock, "incident") == "" && text(lock, "failure") == "BrakeTripped"; !cut && !free {
					t.Errorf("the lock of %s is %v", host, lock)
				}
			}
			if n := len(incidents(r)); n != 1 {
				t.Errorf("%d incidents on record", n)
			}
			asked := slices.IndexFunc(r.Notifications, func(n simulate.Notification) bool { return n.Kind == "approval-asked" })
			if asked < 0 || !strings.Contains(strings.Join(strings.Fields(r.Notifications[asked].Text), " "),
				"isolations of account 111122223333 in the hour from 05:00 UTC: 1, and the policy's limits.isolationsPerHour.account is 1") {
				t.Errorf("the question does not say why it is asked: %v", r.Notifications)
			}
		})
	}
}

func TestAPersonsYesCutsBeyondTheLimitAndIsCounted(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 4}
	r := e.under(t, "{isolationsPerHour: {account: 1, vpc: 1}, vpcSubnetsPercent: 1}", simulate.Options{Events: e.flood(), Person: simulate.Answer(true)})
	wantEnds(t, r, map[string]int{"Contained": 4})
	if got := counted(r, "05", "instances"); got != 4 || counted(r, "05", "vpc#"+e.vpc(0)) != 4 {
		t.Errorf("%d counted, want all 4", got)
	}
}

// An approve verdict that a person approved is not asked about again. One that would be cut
// without an answer is.
func TestAnApproveVerdictUnderTheBrake(t *testing.T) {
	t.Parallel()
	const rule = "\noverrides:\n  - {name: jewel, reason: a crown jewel, when: 'finding.instance endsWith \"2\"', action: approve}\n"
	e := estate{vpcs: 1, subnets: 2}
	for name, c := range map[string]struct {
		policy string
		person func(context.Context, simulate.Asked)
		end    string
		asked  int
	}{
		"a person's yes":   {rule, simulate.Answer(true), "Contained", 1},
		"a cut in silence": {"\nsilence: isolate" + rule, nil, "LeftUncut", 26}, // two questions, each asked 13 times in a day
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limits := "{isolationsPerHour: {account: none, vpc: none}, vpcSubnetsPercent: 50}"
			r := e.under(t, limits+c.policy, simulate.Options{Events: e.flood(), Person: c.person})
			want := map[string]int{"Contained": 1}
			want[c.end]++
			wantEnds(t, r, want)
			asked := 0
			for _, n := range r.Notifications {
				if n.Kind == "approval-asked" && n.Channel == "sns" {
					asked++
				}
			}
			if asked != c.asked {
				t.Errorf("asked %d times, want %d: %s", asked, c.asked, path(r.Executions[1]))
			}
		})
	}
}

// late makes EC2 throttle the isolation of one execution until that time.
func late(execution int, until time.Time) func(*account.Account) {
	return with(account.Fault{Operation: "DescribeInstances", Kind: account.Throttle, Until: until, Match: func(c account.Call) bool {
		return c.Caller.Function == "isolate" && strings.HasSuffix(c.Caller.Execution, fmt.Sprintf("-%d", execution))
	}})
}

func TestNoMoreThanTheShareOfAVPCsSubnetsIsCut(t *testing.T) {
	t.Parallel()
	for subnets, want := range map[int]map[string]int{
		2: {"Contained": 1, "LeftUncut": 1},
		4: {"Contained": 2},
	} {
		e := estate{vpcs: 1, subnets: subnets}
		r := e.under(t, "{vpcSubnetsPercent: 50}", simulate.Options{
			Events: []simulate.Event{e.finding(0, 0, 1), e.finding(0, 1, 2)}, Prepare: late(2, start.Add(10*time.Second)),
		})
		wantEnds(t, r, want)
	}
}

// In a burst no quarantine is visible yet, but the share must hold all the same: with
// executions in turns, in any order, and in parallel.
func TestABurstIsHeldToTheShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		estate
		cuts int
	}{
		{estate{vpcs: 1, subnets: 6}, 3},
		{estate{vpcs: 3, subnets: 3}, 3}, // one of three subnets is a third; two would be more than half
		{estate{vpcs: 3, subnets: 1}, 3}, // the first of each VPC
	} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%d VPCs of %d subnets, %d", c.vpcs, c.subnets, seed), func(t *testing.T) {
				t.Parallel()
				r := c.under(t, "{isolationsPerHour: {account: none, vpc: none}, vpcSubnetsPercent: 50}",
					simulate.Options{Events: c.flood(), Seed: seed, SideBySide: seed == 1})
				want := map[string]int{"Contained": c.cuts}
				if all := c.vpcs * c.subnets; all > c.cuts {
					want["LeftUncut"] = all - c.cuts
				}
				wantEnds(t, r, want)
			})
		}
	}
}

// An isolation that the share holds back does not count toward the hour's limit.
func TestFindingsOfABrakedInstanceDoNotCountTowardTheHour(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 2, subnets: 2}
	r := e.under(t, "{isolationsPerHour: {account: 2, vpc: none}, vpcSubnetsPercent: 50}", simulate.Options{
		Person: simulate.Answer(false), Scenario: func(ctx context.Context, session *simulate.Session) error {
			return deliver(ctx, session, 6*time.Minute, e.finding(0, 0, 1), e.finding(0, 1, 2), e.finding(0, 1, 3), e.finding(0, 1, 4), e.finding(1, 0, 5))
		},
	})
	wantEnds(t, r, map[string]int{"Contained": 2, "LeftUncut": 3})
	if got := counted(r, "05", "instances"); got != 2 {
		t.Errorf("%d counted", got)
	}
}

// deliver delivers events one after another, waiting gap after each.
func deliver(ctx context.Context, session *simulate.Session, gap time.Duration, events ...simulate.Event) error {
	for _, e := range events {
		if _, err := session.Deliver(ctx, e); err != nil {
			return err
		}
		if err := session.Clock.Sleep(ctx, gap); err != nil {
			return err
		}
	}
	return nil
}

// An incident fails; the brake holds the instance's next finding; the one after that cuts
// it off, and a person releases it. A yes to the question after that opens a new incident,
// not the released one.
func TestAYesAfterTheReleaseOpensNoReleasedIncident(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 2, manualReleases: []string{"by-hand"}}
	var failed string // the incident that fails first
	scenario := func(ctx context.Context, session *simulate.Session) error {
		if err := deliver(ctx, session, time.Hour, e.finding(0, 0, 1)); err != nil {
			return err
		}
		failed = text(ledgerLock(session, e.host(0, 0)), "incident")
		if err := deliver(ctx, session, time.Minute, e.finding(0, 1, 2)); err != nil {
			return err
		}
		if err := deliver(ctx, session, time.Hour, e.finding(0, 0, 3)); err != nil {
			return err
		}
		if err := deliver(ctx, session, 10*time.Minute, e.finding(0, 0, 4)); err != nil {
			return err
		}
		if now := text(ledgerLock(session, e.host(0, 0)), "incident"); now != failed {
			t.Errorf("incident %s was not resumed: the lock has %s", failed, now)
		}
		if _, err := session.Start(ctx, wiring.Release, "by-hand", []byte(`{"incident":"`+failed+`","reason":"rebuilt","by":"the person on call"}`)); err != nil {
			return err
		}
		if _, err := session.Wait(ctx); err != nil { // including the answer to the question
			return err
		}
		return deliver(ctx, session, time.Minute, e.finding(0, 0, 5))
	}
	r := e.under(t, "{isolationsPerHour: {account: 1}, vpcSubnetsPercent: none}", simulate.Options{
		Scenario: scenario, Person: func(ctx context.Context, q simulate.Asked) {
			_ = q.Clock.Sleep(q.As(ctx), 2*time.Hour)
			simulate.Answer(true)(ctx, q)
		},
		Prepare: with(account.Fault{Operation: "DescribeInstances", Kind: account.Deny, Until: start.Add(time.Minute)}),
	})
	wantEnds(t, r, map[string]int{"ContainmentFailed": 1, "Contained": 3, "Released": 1, "Joined": 1})
	lock := lockOf(r, e.host(0, 0))
	if text(lock, "status") != "contained" || text(lock, "incident") == failed || text(lock, "lastReleased") != failed {
		t.Errorf("incident %s was released, and the lock is %v", failed, lock)
	}
}

// The response to the first StartExecution of the release is lost, and that release ends
// before the retry: the release runs again, and no message reports a failure.
func TestAReleaseWhoseStartIsNotAnsweredIsReleased(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 1}
	r := e.under(t, "{vpcSubnetsPercent: none}", simulate.Options{
		Events: e.flood(), Machine: wiring.Approval, Person: simulate.Answer(true),
		Prepare: func(a *account.Account) {
			a.Inject(account.Fault{Service: "states", Operation: "StartExecution", Kind: account.TimeoutAfter, Skip: 1, Times: 1})
			a.Inject(account.Fault{Service: "states", Operation: "StartExecution", Kind: account.TimeoutBefore, Skip: 1, Times: 4})
		},
	})
	wantEnds(t, r, map[string]int{"Contained": 1, "Released": 3}) // the approval execution, and the release twice
	for _, n := range r.Notifications {
		if n.Kind == "release-failed" {
			t.Errorf("a message reports a failure:\n%s", n.Text)
		}
	}
}

// ledgerLock is a host's current lock.
func ledgerLock(session *simulate.Session, host string) map[string]any {
	for _, i := range session.Account.DescribeAllItems("quarantine-ledger") {
		if fields := i.(map[string]any); strings.HasSuffix(text(fields, "pk"), "#"+host) && text(fields, "sk") == "LOCK" {
			return fields
		}
	}
	return nil
}

func TestManyFindingsOfOneInstanceCountOnce(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 1}
	var events []simulate.Event
	for n := range 5 {
		events = append(events, e.finding(0, 0, n+1))
	}
	r := e.under(t, "{isolationsPerHour: {account: 1, vpc: 1}}", simulate.Options{Events: events})
	wantEnds(t, r, map[string]int{"Contained": 1, "Joined": 4})
	if got := counted(r, "05", "instances"); got != 1 {
		t.Errorf("%d counted", got)
	}
}

// One of the findings asks, and the others are added to its question.
func TestManyFindingsOfABrakedInstanceAreOneQuestion(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 2}
	events := []simulate.Event{e.finding(0, 0, 1), e.finding(0, 1, 2), e.finding(0, 1, 3), e.finding(0, 1, 4)}
	r := e.under(t, "{isolationsPerHour: {account: 1}}", simulate.Options{Events: events, Person: simulate.Answer(true), Prepare: late(2, start.Add(time.Second))})
	wantEnds(t, r, map[string]int{"Contained": 2, "AwaitingDecision": 2})
}

// In the next hour, the instance's next finding cuts without asking, and the execution with
// the open question joins it, although the answer is no.
func TestTheNextHourHasALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 3}
	begin := time.Date(2026, 3, 4, 5, 59, 55, 0, time.UTC)
	r := e.under(t, "{isolationsPerHour: {account: 1}, vpcSubnetsPercent: none}", simulate.Options{
		Events: []simulate.Event{e.finding(0, 0, 1), e.finding(0, 1, 2), e.finding(0, 1, 3)},
		Person: simulate.Answer(false), Start: begin, Prepare: func(a *account.Account) {
			late(2, begin.Add(time.Second))(a)
			late(3, begin.Add(10*time.Second))(a)
		},
	})
	wantEnds(t, r, map[string]int{"Contained": 2, "Joined": 1})
	if got := end(r.Executions[1]); got != "Joined" {
		t.Errorf("the one that asked ended in %s: %s", got, path(r.Executions[1]))
	}
	if counted(r, "05", "instances") != 1 || counted(r, "06", "instances") != 1 {
		t.Error("want one isolation counted in each hour")
	}
}

// braking matches the write that counts an isolation.
func braking(c account.Call) bool {
	in, ok := c.Input.(*dynamodb.UpdateItemInput)
	if !ok {
		return false
	}
	pk, _ := in.Key["pk"].(*types.AttributeValueMemberS)
	return pk != nil && strings.HasPrefix(pk.Value, "BRAKE#")
}

func TestAFailureOfTheBrakePreventsNoCut(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]account.Kind{
		"throttled": account.Throttle, "500": account.ServerError, "denied": account.Deny,
		"lost before": account.TimeoutBefore, "lost after": account.TimeoutAfter,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, with(account.Fault{Kind: kind, Match: braking}), miner(hostA, 1))
			if got := end(r.Executions[0]); got != "Contained" {
				t.Errorf("ended in %s: %s", got, r.Executions[0].Cause)
			}
			if calls, rounds := r.BeforeCut(r.Executions[0].Name); calls != 8 || rounds != 4 {
				t.Errorf("%d calls in %d round trips: the brake is not tried again", calls, rounds)
			}
			if !strings.Contains(r.Notifications[0].Text, "the brake could not be consulted") {
				t.Errorf("the message does not say that the brake failed:\n%s", r.Notifications[0].Text)
			}
		})
	}
	for name, kind := range map[string]account.Kind{"before": account.StopBefore, "after": account.StopAfter} {
		t.Run("the process stops "+name, func(t *testing.T) {
			t.Parallel()
			r := run(t, with(account.Fault{Kind: kind, Match: braking, Times: 1}), miner(hostA, 1))
			if got := end(r.Executions[0]); got != "Contained" || counted(r, "05", "instances") != 1 {
				t.Errorf("ended in %s: %s", got, r.Executions[0].Cause)
			}
		})
	}
}

// EC2 fails for the first execution until its lease expires; the second one resumes the
// incident, under a limit of one.
func TestATakeOverIsNotCountedTwice(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 1}
	r := e.under(t, "{isolationsPerHour: {account: 1, vpc: 1}}", simulate.Options{
		Events: []simulate.Event{e.finding(0, 0, 1), e.finding(0, 0, 2)}, Prepare: late(1, start.Add(24*time.Hour)),
	})
	if len(quarantined(t, r)) != 1 || counted(r, "05", "instances") != 1 {
		t.Errorf("cut off %v, %d counted: %s", quarantined(t, r), counted(r, "05", "instances"), path(r.Executions[1]))
	}
}

// yielding matches the state machine's write that frees the lock.
func yielding(c account.Call) bool {
	in, ok := c.Input.(*dynamodb.UpdateItemInput)
	return ok && in.UpdateExpression != nil && strings.Contains(*in.UpdateExpression, "yieldedAt")
}

func TestAPersonIsAskedEvenIfFreeingTheLockFails(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 2}
	for name, f := range map[string]account.Fault{
		"throttled for a while": {Kind: account.Throttle, Times: 5}, "its answer is lost": {Kind: account.TimeoutAfter, Times: 1},
		"500": {Kind: account.ServerError, Times: 3}, "denied": {Kind: account.Deny, Until: start.Add(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.Match = yielding
			limits := "{isolationsPerHour: {account: 1}, vpcSubnetsPercent: none}\nsilence: isolate"
			r := e.under(t, limits, simulate.Options{Events: e.flood(), Person: simulate.Answer(true), Prepare: with(f)})
			wantEnds(t, r, map[string]int{"Contained": 2})
			// Without an answer nothing is cut until the next finding.
			r = e.under(t, limits, simulate.Options{Prepare: with(f), Scenario: func(ctx context.Context, session *simulate.Session) error {
				if err := deliver(ctx, session, 0, e.flood()...); err != nil {
					return err
				}
				if err := session.Clock.Sleep(ctx, 26*time.Hour); err != nil {
					return err
				}
				return deliver(ctx, session, 0, e.finding(0, 0, 3), e.finding(0, 1, 4))
			}})
			wantEnds(t, r, map[string]int{"Contained": 2, "LeftUncut": 1, "Joined": 1})
		})
	}
}

func TestTheVariantAsksForACutAndThenForARelease(t *testing.T) {
	t.Parallel()
	e := estate{vpcs: 1, subnets: 2}
	r := e.under(t, "{isolationsPerHour: {account: 1}}", simulate.Options{Events: e.flood(), Person: simulate.Answer(true), Machine: wiring.Approval})
	if got := len(paths(r, wiring.Release)); got != 2 || len(quarantined(t, r)) != 0 {
		t.Errorf("%d releases, cut off %v: %v", got, quarantined(t, r), paths(r, wiring.Name))
	}
}
