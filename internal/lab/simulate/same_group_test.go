package simulate_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// tagged is a host of the group in subnetA, beside hosts A and A2, with the tag that Auto Scaling
// puts on its instances.
const tagged = "i-0c0000000000000c1"

// theGroup has tagged and these hosts in service, and launches into these subnets.
func theGroup(subnets []string, hosts ...string) func(*account.Account) {
	return func(a *account.Account) {
		a.AddInstance(account.Instance{
			ID: tagged, Tags: map[string]string{"aws:autoscaling:groupName": scalingGroup}, Volumes: []account.Volume{{}},
			Interfaces: []account.Interface{{Subnet: subnetA, PrivateIP: "10.0.1.77"}},
		})
		a.AddGroup(account.ScalingGroup{Name: scalingGroup, Instances: append([]string{tagged}, hosts...), Subnets: subnets})
	}
}

// minerInGroup is a finding about tagged, with the tags that GuardDuty shows of it.
func minerInGroup() simulate.Event {
	e := miner(hostA, 1)
	body := strings.ReplaceAll(string(e.Body), hostA, tagged)
	tags := `"tags":[{"key":"aws:autoscaling:groupName","value":"` + scalingGroup + `"}],"networkInterfaces"`
	return simulate.Event{Name: "tagged-1", Body: []byte(strings.Replace(body, `"networkInterfaces"`, tags, 1))}
}

func inTheGroup(t *testing.T, prepare func(*account.Account), person bool, policy string) *simulate.Report {
	t.Helper()
	p, err := triage.ParsePolicy([]byte("version: 1\n" + policy))
	if err != nil {
		t.Fatal(err)
	}
	w := world(true)
	w.Accused[tagged] = []string{subnetA}
	w.Answer = map[bool]invariants.Answer{true: invariants.Yes, false: invariants.No}[person]
	return checked(t, simulate.Options{
		Events: []simulate.Event{minerInGroup()}, Account: network, Prepare: prepare, Person: simulate.Answer(person), Policy: p, Start: start,
	}, w)
}

func TestACutThatHitsItsOwnGroupIsMadeOnAPersonsWordAlone(t *testing.T) {
	t.Parallel()
	const member = "1 other member of its Auto Scaling group web lies under the cut"
	failing := func(kind account.Kind) func(*account.Account) {
		return func(a *account.Account) {
			theGroup(nil, hostA2)(a)
			a.Inject(account.Fault{Operation: "DescribeAutoScalingGroups", Kind: kind, Match: func(c account.Call) bool { return c.Caller.Function == "isolate" }})
		}
	}
	for name, c := range map[string]struct {
		prepare func(*account.Account)
		person  bool
		policy  string
		end     string
		says    string // in the first message
	}{
		"alone in the subnet": {theGroup([]string{subnetA, subnetB}, hostB), false, "", "Contained", "no other member of its Auto Scaling group web lies under the cut, and 1 of its 2 subnets does."},
		"a member, and a no":  {theGroup(nil, hostA2), false, "", "LeftUncut", member},
		"a member, and a yes": {theGroup(nil, hostA2), true, "", "Contained", member},
		"its only subnet":     {theGroup([]string{subnetA}), false, "", "LeftUncut", "its only subnet does: replacements that it launches cannot work"},
		"it may be cut":       {theGroup(nil, hostA2), false, "neighbours: {sameGroup: cut}\n", "Contained", "as counted then: 3 other instances; " + member + "."},
		"throttled":           {failing(account.Throttle), false, "", "Contained", "is not known (Auto Scaling throttled DescribeAutoScalingGroups)."},
		"denied":              {failing(account.Deny), false, "", "Contained", "is not known (the role of isolate lacks autoscaling:DescribeAutoScalingGroups)."},
		"the answer is lost":  {failing(account.TimeoutAfter), false, "", "Contained", "is not known (Auto Scaling did not answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := inTheGroup(t, c.prepare, c.person, c.policy)
			if got := end(r.Executions[0]); got != c.end {
				t.Fatalf("ended in %s: %s", got, path(r.Executions[0]))
			}
			if text := strings.Join(strings.Fields(r.Notifications[0].Text), " "); !strings.Contains(text, c.says) {
				t.Errorf("%q is not in:\n%s", c.says, r.Notifications[0].Text)
			}
		})
	}
}

// The exception from the budget: an instance in a group costs a ninth call, beside the reads.
func TestTheGroupIsReadBesideTheCountAndInNoOtherRoundTrip(t *testing.T) {
	t.Parallel()
	r := inTheGroup(t, theGroup([]string{subnetA, subnetB}, hostB), false, "")
	if calls, rounds := r.BeforeCut(r.Executions[0].Name); calls != 9 || rounds != 4 {
		t.Errorf("%d calls in %d round trips, want 9 in 4", calls, rounds)
	}
	for _, c := range r.Calls {
		if c.Operation == "DescribeAutoScalingGroups" && c.BeforeCut && c.Round != 2 {
			t.Errorf("the group is read in round trip %d, want 2", c.Round)
		}
	}
}

// A crowd of findings in one group: an attacker who causes them must not have it replace its
// instances on and on.
func TestAThirdOfAGroupIsToldAndNotHadToStandBy(t *testing.T) {
	t.Parallel()
	hosts := []string{hostA, hostA2, hostB}
	r := run(t, func(a *account.Account) {
		a.AddGroup(account.ScalingGroup{Name: scalingGroup, Max: 9, Instances: hosts})
	},
		miner(hostA, 1), miner(hostA2, 2), miner(hostB, 3))
	var told []string
	for _, n := range r.Notifications {
		if n.Kind == string(quarantine.KindMeasureFailed) && n.Channel == "sns" {
			told = append(told, strings.Join(strings.Fields(n.Text), " "))
		}
	}
	if len(told) != 1 {
		t.Fatalf("%d messages of a measure that failed", len(told))
	}
	for _, says := range []string{"QuotaReached", "does not stand by in its Auto Scaling group web", "replacement, which is billed", "why so many of them have findings", "do it by hand. quarantine show inc-"} {
		if !strings.Contains(told[0], says) {
			t.Errorf("%q is not in:\n%s", says, told[0])
		}
	}
	if entered := count(r, "EnterStandby"); entered != 2 {
		t.Errorf("%d were had to stand by", entered)
	}
	ends := map[string]int{}
	for _, x := range r.Executions {
		ends[end(x)]++
	}
	if ends["Contained"] != 2 || ends["MeasureFailed"] != 1 || len(quarantined(t, r)) != 2 {
		t.Errorf("the executions end in %v, and cut off is %v", ends, quarantined(t, r))
	}
}

// The watch, too, has no third one stand by, and has it once there is room.
func TestTheWatchHasAThirdStandByOnceThereIsRoom(t *testing.T) {
	t.Parallel()
	others := []string{hostA2, hostB}
	prepare := func(a *account.Account) {
		a.AddGroup(account.ScalingGroup{Name: scalingGroup, Max: 9, Instances: append([]string{hostA}, others...)})
	}
	watchedIn(t, triage.DefaultPolicy(), prepare, func(ctx context.Context, w *watching) {
		w.s.Account.SetState(hostA, "InService") // a hand does, and has the others stand by
		for _, other := range others {
			w.s.Account.SetState(other, "Standby")
		}
		w.run(ctx, wiring.Watch, "no-room", []byte(`{}`))
		drifts := w.incident(ctx).Watch.Drifts
		if len(drifts) != 1 || !drifts[0].Open() || !strings.Contains(drifts[0].Failed, hostB+" stand by in it already") || inScaling(w.s.Account) != "InService" {
			t.Fatalf("it is %s, and on record is %+v", inScaling(w.s.Account), drifts)
		}
		w.s.Account.SetState(hostB, "InService")
		w.pass(ctx, 30*time.Minute)
		w.run(ctx, wiring.Watch, "room", []byte(`{}`))
		if got := inScaling(w.s.Account); got != "Standby" {
			t.Errorf("it is %s: %+v", got, w.incident(ctx).Watch.Drifts)
		}
	})
}
