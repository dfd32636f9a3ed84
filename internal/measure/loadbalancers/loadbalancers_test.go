package loadbalancers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/elb"
	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/loadbalancers"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// site is an account with an instance that is registered in a target group by its id with a port of
// its own, in one by each of its addresses, and in a Classic Load Balancer; another host is, too.
type site struct {
	*stage.Stage
	measure.Measure
	vpc, instance, other string
	web, pods            string // the ARNs of the target groups
}

func newSite() *site {
	s := &site{Stage: stage.New()}
	s.Measure = loadbalancers.Measure{Instances: s.Cloud, TargetGroups: elbv2.New(s.ELBv2()), Classic: elb.New(s.ELB()), Groups: autoscaling.New(s.AutoScaling())}
	s.vpc = s.AddVPC(account.VPC{})
	subnet := s.AddSubnet(account.Subnet{VPC: s.vpc, CIDR: "10.0.1.0/24"})
	s.instance = s.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10", IPv6: []string{"2001:db8::a"}}}})
	s.other = s.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.11"}}})
	s.web = s.AddTargetGroup(account.TargetGroup{Name: "web", VPC: s.vpc, Targets: []account.Target{{ID: s.instance, Port: 8080}, {ID: s.other}}})
	s.pods = s.AddTargetGroup(account.TargetGroup{Name: "pods", VPC: s.vpc, Type: "ip", Targets: []account.Target{
		{ID: "10.0.1.10", Port: 443, Zone: "eu-west-1a"}, {ID: "2001:db8::a", Zone: "all"}, {ID: "10.0.1.11", Zone: "eu-west-1a"},
	}})
	s.AddBalancer("old", s.instance, s.other)
	return s
}

// names are those of the site's four things, in the order in which they are found.
func (s *site) names() []string {
	return []string{
		s.instance + "/" + group(s.web) + "/8080", s.instance + "/10.0.1.10/" + group(s.pods) + "/443/eu-west-1a",
		s.instance + "/2001:db8::a/" + group(s.pods) + "/80/all", s.instance + "/loadbalancer/old",
	}
}

func group(of string) string { return of[strings.Index(of, "targetgroup/"):] }

// want compares how the instance stands in each place that it is or was registered in.
func (s *site) want(t *testing.T, state string) {
	t.Helper()
	s.Pass(10 * time.Minute)
	got, want := map[string]string{}, map[string]string{}
	for thing, of := range s.Attributes() {
		if of["registration"] != "" && strings.HasPrefix(thing, s.instance) {
			got[thing] = of["registration"]
		}
	}
	for _, name := range s.names() {
		want[name] = state
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("it stands otherwise (-want +got):\n%s", diff)
	}
}

// calls counts those of an operation that took effect.
func (s *site) calls(operations ...string) (n int) {
	for _, c := range s.Calls() {
		if c.Applied && slices.Contains(operations, c.Operation) {
			n++
		}
	}
	return n
}

func (s *site) changes() int {
	return s.calls("RegisterTargets", "DeregisterTargets", "RegisterInstancesWithLoadBalancer", "DeregisterInstancesFromLoadBalancer")
}

func things(r measure.Result) (out []string) {
	for _, h := range r.Things {
		out = append(out, h.Thing)
	}
	return out
}

// alone leaves the instance registered in the target group web and nowhere else.
func (s *site) alone() *site {
	s.RemoveTargetGroup(s.pods)
	s.RemoveBalancer("old")
	return s
}

func (s *site) wantUndone(t *testing.T, c quarantine.Claim, want quarantine.ReleaseOutcome) quarantine.Hold {
	t.Helper()
	got := stage.Only(t, s.Undo(t, s, c))
	if got.Outcome != want {
		t.Errorf("the outcome is %s, %q, want %s", got.Outcome, got.Note, want)
	}
	return got
}

func (s *site) stands(t *testing.T, want string) {
	t.Helper()
	s.Pass(10 * time.Minute)
	if got := s.Attributes()[s.names()[0]]["registration"]; got != want {
		t.Errorf("it is %q, want %s", got, want)
	}
}

func TestItIsTakenOutOfEverythingAndRegisteredAgainAsItWas(t *testing.T) {
	t.Parallel()
	s := newSite()
	before := s.Attributes()
	c := s.Incident(t, 1, s.instance)
	done := s.Apply(t, s, c)
	if diff := cmp.Diff(s.names(), things(done)); diff != "" || len(done.Left) > 0 {
		t.Errorf("the things are (-want +got):\n%s\nand %q are left", diff, done.Left)
	}
	for _, h := range done.Things {
		if !measure.Closed(h) {
			t.Errorf("%s is not closed: %+v", h.Thing, h)
		}
	}
	s.want(t, "absent")
	if n := s.changes(); n != 4 {
		t.Errorf("there were %d changes of four registrations", n)
	}
	for name, outcome := range stage.Outcomes(s.Undo(t, s, c)) {
		if outcome != quarantine.Restored {
			t.Errorf("%s: the outcome is %s", name, outcome)
		}
	}
	if diff := cmp.Diff(before, s.Attributes()); diff != "" {
		t.Errorf("the account is not as before (-want +got):\n%s", diff)
	}
}

// Once it is taken out, nothing that is listed names it any more.
func TestWhatIsNotListedAnyMoreIsReadBackAllTheSame(t *testing.T) {
	t.Parallel()
	s := newSite()
	s.SetDelay(5 * time.Minute)
	c := s.Incident(t, 1, s.instance)
	for range 3 {
		done, err := s.Try(t, s, c)
		if err != nil || done.Status != measure.Pending || len(done.Things) != 4 || !done.Things[0].VerifiedAt.IsZero() || s.changes() != 4 {
			t.Fatalf("while it drains an attempt answers %+v, %v, after %d changes", done, err, s.changes())
		}
	}
	s.Pass(5 * time.Minute)
	done, err := s.Try(t, s, c)
	if err != nil || done.Status != measure.Done || len(done.Things) != 4 {
		t.Fatalf("the answer is %+v, %v", done, err)
	}
	for _, h := range done.Things {
		if h.VerifiedAt.IsZero() || !measure.Closed(h) {
			t.Errorf("%s is not read back", h.Thing)
		}
	}
}

// A delay can be an hour, which is longer than a release waits.
func TestAReleaseRegistersAnInstanceAgainThatDrains(t *testing.T) {
	t.Parallel()
	s := newSite().alone()
	s.SetDelay(time.Hour)
	c := s.Incident(t, 1, s.instance)
	if done, err := s.Try(t, s, c); err != nil || done.Status != measure.Pending {
		t.Fatalf("the answer is %+v, %v", done, err)
	}
	undo, err := s.TryUndo(t, s, c)
	if err != nil || undo.Status != measure.Done || stage.Only(t, undo).Outcome != quarantine.Restored || s.changes() != 2 {
		t.Fatalf("a release answers %+v, %v, after %d changes", undo, err, s.changes())
	}
	s.stands(t, "registered")
}

func TestAReleaseWaitsUntilAnAddressHasDrained(t *testing.T) {
	t.Parallel()
	s := newSite()
	s.RemoveTargetGroup(s.web)
	s.RemoveBalancer("old")
	s.SetDelay(5 * time.Minute)
	c := s.Incident(t, 1, s.instance)
	if done, err := s.Try(t, s, c); err != nil || done.Status != measure.Pending {
		t.Fatalf("the answer is %+v, %v", done, err)
	}
	if undo, err := s.TryUndo(t, s, c); err != nil || undo.Status != measure.Pending || s.changes() != 2 {
		t.Fatalf("a release answers %+v, %v, after %d changes", undo, err, s.changes())
	}
	s.Pass(5 * time.Minute)
	for name, outcome := range stage.Outcomes(s.Undo(t, s, c)) {
		if outcome != quarantine.Restored {
			t.Errorf("%s: the outcome is %s", name, outcome)
		}
	}
	if n := s.calls("RegisterTargets"); n != 2 {
		t.Errorf("there were %d registrations of two addresses", n)
	}
}

func TestAnInstanceThatIsRegisteredNowhereHasNothingToDo(t *testing.T) {
	t.Parallel()
	s := newSite()
	s.AddTargetGroup(account.TargetGroup{Name: "function", Type: "lambda"})
	s.AddTargetGroup(account.TargetGroup{Name: "front", VPC: s.vpc, Type: "alb"})
	before := len(s.Calls())
	c := s.Incident(t, 1, s.AddInstance(account.Instance{}))
	done, err := s.Try(t, s, c)
	if err != nil || done.Status != measure.Done || len(done.Things)+len(done.Left) > 0 {
		t.Errorf("the answer is %+v, %v", done, err)
	}
	var asked []string
	for _, call := range s.Calls()[before:] {
		if call.Service != "dynamodb" {
			asked = append(asked, call.Operation)
		}
	}
	if diff := cmp.Diff([]string{"DescribeInstances", "DescribeTargetGroups", "DescribeLoadBalancers"}, asked); diff != "" {
		t.Errorf("the calls are (-want +got):\n%s", diff)
	}
}

// Its group registers it again once it is in service: two would fight over it.
func TestWhatItsGroupRegistersIsLeftToStandby(t *testing.T) {
	t.Parallel()
	s := newSite()
	s.AddGroup(account.ScalingGroup{Name: "fleet", Instances: []string{s.instance}})
	s.Attach("fleet", s.web, "old", "arn:aws:vpc-lattice:eu-west-1:111122223333:targetgroup/tg-1")
	done := s.Apply(t, s, s.Incident(t, 1, s.instance))
	if diff := cmp.Diff(s.names()[1:3], things(done)); diff != "" {
		t.Errorf("the things are (-want +got):\n%s", diff)
	}
	why := "its Auto Scaling group fleet registered it there, and takes it out where it stands by"
	if len(done.Left) != 2 || !strings.Contains(done.Left[0], s.names()[0]) || !strings.Contains(done.Left[1], "loadbalancer/old") || !strings.Contains(done.Left[0], why) {
		t.Errorf("left is %q", done.Left)
	}
	if s.calls("DeregisterTargets") != 2 || s.calls("DeregisterInstancesFromLoadBalancer") != 0 {
		t.Errorf("there were %d changes", s.changes())
	}
}

// Each target group is a call: there is a bound, and what is beyond it is not called looked at.
func TestTooManyTargetGroupsAreTold(t *testing.T) {
	t.Parallel()
	s := newSite().alone()
	s.RemoveTargetGroup(s.web)
	for i := range elbv2.Most {
		s.AddTargetGroup(account.TargetGroup{Name: fmt.Sprintf("idle-%d", i), VPC: s.vpc, Unused: true})
	}
	s.web = s.AddTargetGroup(account.TargetGroup{Name: "last", VPC: s.vpc, Targets: []account.Target{{ID: s.instance, Port: 8080}}})
	done := s.Apply(t, s, s.Incident(t, 1, s.instance))
	if diff := cmp.Diff(s.names()[:1], things(done)); diff != "" {
		t.Errorf("what a load balancer uses is not asked first (-want +got):\n%s", diff)
	}
	if len(done.Left) != 1 || !strings.Contains(done.Left[0], "1 of them were not asked") {
		t.Errorf("left is %q", done.Left)
	}
}

func TestTheLastHolderRegistersItAgain(t *testing.T) {
	t.Parallel()
	s := newSite().alone()
	one, two := s.Incident(t, 1, s.instance), s.Incident(t, 2, s.instance)
	s.Lock(t, one, quarantine.StatusContained)
	mend := s.Inject(account.Fault{Operation: "DeregisterTargets", Kind: account.StopBefore})
	stage.Killed(t, func() { _, _ = s.Try(t, s, one) })
	mend()
	s.Lock(t, two, quarantine.StatusContained)
	s.Apply(t, s, two)
	s.wantUndone(t, one, quarantine.StillHeld)
	s.stands(t, "absent")
	s.wantUndone(t, two, quarantine.Restored)
	s.stands(t, "registered")
}

func TestWhatIsGoneIsLeftAlone(t *testing.T) {
	t.Parallel()
	for what, leave := range map[string]func(*site){
		"the target group": func(s *site) { s.RemoveTargetGroup(s.web) },
		"the instance":     func(s *site) { s.Terminate(s.instance) },
	} {
		s := newSite().alone()
		c := s.Incident(t, 1, s.instance)
		s.Apply(t, s, c)
		leave(s)
		s.wantUndone(t, c, quarantine.Gone)
		if n := s.calls("RegisterTargets"); n != 0 {
			t.Errorf("%s is gone, and there were %d registrations", what, n)
		}
	}
}

// An address can be another instance's later: it would be registered in this one's place.
func TestAnAddressThatIsNotTheInstancesAnyMoreIsGone(t *testing.T) {
	t.Parallel()
	s := newSite()
	r := s.Resource(s.instance)
	h := quarantine.Hold{Measure: "load-balancers", AccountID: r.AccountID, Region: r.Region}
	for name, want := range map[string]string{
		s.names()[1]: "", s.names()[2]: "",
		s.instance + "/10.0.1.11/" + group(s.pods) + "/80/eu-west-1a": quarantine.ThingGone,
	} {
		h.Thing = name
		if _, err := s.Look(t.Context(), h); quarantine.NameOf(err) != want {
			t.Errorf("%s: a look gives %v, want %q", name, err, want)
		}
	}
}

func TestWhatSomebodyRegisteredSinceStaysSo(t *testing.T) {
	t.Parallel()
	s := newSite().alone()
	c := s.Incident(t, 1, s.instance)
	s.Apply(t, s, c)
	s.SetTarget(s.web, account.Target{ID: s.instance, Port: 8080}, true)
	s.wantUndone(t, c, quarantine.Restored)
	s.stands(t, "registered")
}

func TestWhatSomebodyRegistersIsSeenAndTakenOutAgain(t *testing.T) {
	t.Parallel()
	s := newSite().alone()
	c := s.Incident(t, 1, s.instance)
	s.Apply(t, s, c)
	if how := s.deviation(t, c); how.What != "" {
		t.Errorf("it is as it was put, and seen as %q", how.What)
	}
	s.SetTarget(s.web, account.Target{ID: s.instance, Port: 8080}, true)
	if how := s.deviation(t, c); how.What != "registration is registered" || !slices.Contains(how.Marks, s.instance) {
		t.Errorf("it is registered, and seen as %+v", how)
	}
	s.Apply(t, s, c)
	s.stands(t, "absent")
}

// deviation is what the watch sees of the one thing.
func (s *site) deviation(t *testing.T, c quarantine.Claim) measure.Deviation {
	t.Helper()
	s.Pass(measure.Settled)
	in, err := s.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	out, err := measure.Deviates(t.Context(), s, in.HoldsOf("load-balancers")[0], s.Clock().Now())
	if err != nil || out.Busy != "" {
		t.Fatalf("the look gives %+v, %v", out, err)
	}
	return out
}

func TestWhatIsRegisteredLaterCameLater(t *testing.T) {
	t.Parallel()
	s := newSite().alone()
	c := s.Incident(t, 1, s.instance)
	s.Apply(t, s, c)
	s.AddBalancer("new", s.instance)
	in, err := s.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	later, err := measure.Unheld(t.Context(), s, in)
	if err != nil || len(later) != 1 || later[0].Thing != s.instance+"/loadbalancer/new" {
		t.Errorf("later came %+v, %v", later, err)
	}
}

// A target that does not run cannot be registered: the incident stays open until somebody decides.
func TestWhatCannotBeRegisteredAgainKeepsTheIncidentOpen(t *testing.T) {
	t.Parallel()
	for operation, code := range map[string]string{"RegisterTargets": "InvalidTarget", "RegisterInstancesWithLoadBalancer": "InvalidInstance"} {
		s := newSite()
		c := s.Incident(t, 1, s.instance)
		s.Apply(t, s, c)
		mend := s.Inject(account.Fault{Operation: operation, Kind: account.Code, Code: code})
		if _, err := s.TryUndo(t, s, c); !quarantine.Is(err, quarantine.NotSupported) {
			t.Fatalf("%s: the error is %v", operation, err)
		}
		mend()
		s.Undo(t, s, c)
		s.want(t, "registered")
	}
}

func TestWhatTheServiceRefusesIsNotCalledClosed(t *testing.T) {
	t.Parallel()
	s := newSite().alone()
	s.Inject(account.Fault{Operation: "DeregisterTargets", Kind: account.Code, Code: "InvalidTarget"})
	done, err := s.Try(t, s, s.Incident(t, 1, s.instance))
	if err != nil || measure.Closed(stage.Only(t, done)) || !strings.Contains(stage.Only(t, done).Parts["registration"].Refused, "DeregisterTargets") {
		t.Errorf("the answer is %+v, %v", done, err)
	}
}

func TestEveryWayInWhichAnAttemptEndsIsPutBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.StopBefore, account.StopAfter, account.TimeoutBefore, account.TimeoutAfter, account.Throttle} {
		for _, operation := range []string{"DeregisterTargets", "DeregisterInstancesFromLoadBalancer"} {
			s := newSite()
			c := s.Incident(t, 1, s.instance)
			mend := s.Inject(account.Fault{Operation: operation, Kind: kind})
			if kind == account.StopBefore || kind == account.StopAfter {
				stage.Killed(t, func() { _, _ = s.Try(t, s, c) })
			} else if _, err := s.Try(t, s, c); !quarantine.Passes(err) {
				t.Errorf("%s, fault %d: %v", operation, kind, err)
			}
			mend()
			s.Undo(t, s, c)
			s.wantRegistered(t)
		}
	}
}

// wantRegistered wants it registered wherever it was: what was never taken out has no thing.
func (s *site) wantRegistered(t *testing.T) {
	t.Helper()
	s.want(t, "registered")
}

// A call that is carried out after the release is accepted, and a repeated release says so.
func TestACallThatIsCarriedOutAfterTheReleaseIsSeen(t *testing.T) {
	t.Parallel()
	s := newSite().alone()
	c := s.Incident(t, 1, s.instance)
	mend := s.Inject(account.Fault{Operation: "DeregisterTargets", Kind: account.Delayed, Times: 1})
	if _, err := s.Try(t, s, c); !quarantine.Passes(err) {
		t.Fatalf("the error is %v", err)
	}
	mend()
	s.wantUndone(t, c, quarantine.Restored)
	if err := s.ApplyDelayed(); err != nil {
		t.Fatal(err)
	}
	s.stands(t, "absent")
	if got := s.wantUndone(t, c, quarantine.Restored); !strings.Contains(got.Note, "it is closed again: registration is absent") {
		t.Errorf("a repeated release says %q", got.Note)
	}
}
