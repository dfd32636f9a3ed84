package contain_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/functions/measures/contain"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// world is an account with an instance, and the function.
type world struct {
	*stage.Stage
	contain.Handler
	subnet, web, instance string
	measured              []quarantine.Measurement
}

func newWorld() *world {
	s := stage.New()
	w := &world{Stage: s}
	w.Handler = contain.Handler{
		Handler: measures.Handler{
			Accounts: accounts.New(aws.Config{}, s.ID(), s.Region()), Ledger: s.Ledger, Clock: s.Clock(),
			Measures: []measure.Measure{securitygroup.Measure{Network: s.Cloud, Ledger: s.Ledger}},
		},
		Instances: s.Cloud, Incidents: s.Ledger,
		Meter: func(all ...quarantine.Measurement) { w.measured = append(w.measured, all...) },
	}
	vpc := s.AddVPC(account.VPC{})
	w.subnet = s.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	w.web = s.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Name: "web"})
	w.instance = s.AddInstance(account.Instance{
		Tags:       map[string]string{"aws:autoscaling:groupName": "fleet"},
		Interfaces: []account.Interface{{Subnet: w.subnet, PrivateIP: "10.0.1.10", Groups: []string{w.web}}}, Volumes: []account.Volume{{}},
	})
	return w
}

// request has the lock, as the state machine takes it for an isolation.
func (w *world) request(t *testing.T) contain.Request {
	t.Helper()
	c := w.Incident(t, 1, w.instance)
	w.Lock(t, c, quarantine.StatusIsolating)
	in := contain.Request{Why: "the cut would hit a NAT gateway"}
	in.Finding, in.Verdict = quarantine.Finding{ID: "f-1", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS"}, quarantine.Verdict{Score: 85}
	in.Action, in.Measure, in.Claim = measures.Contain, "security-group", c
	in.Execution = quarantine.Execution{ID: c.Owner, Name: "one", StartedAt: w.Clock().Now()}
	return in
}

func (w *world) contains(t *testing.T, in contain.Request) quarantine.Containment {
	t.Helper()
	out, err := w.Handle(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.(quarantine.Containment)
}

// refuses wants the failure of that name, with these words, and the interface as it was.
func (w *world) refuses(t *testing.T, in contain.Request, name, says string) {
	t.Helper()
	_, err := w.Handle(t.Context(), in)
	if quarantine.NameOf(err) != name || !strings.Contains(err.Error(), says) {
		t.Errorf("got %q (%v), want %s: %s", quarantine.NameOf(err), err, name, says)
	}
	if got := w.groups(t); !slices.Equal(got, []string{w.web}) {
		t.Errorf("the interface has %v", got)
	}
}

func (w *world) groups(t *testing.T) []string {
	t.Helper()
	all, err := w.Cloud.NetworkInterfaces(t.Context(), w.Resource(w.instance))
	if err != nil {
		t.Fatal(err)
	}
	return all[0].SecurityGroups
}

func (w *world) record(t *testing.T) quarantine.Incident {
	t.Helper()
	in, err := w.Ledger.Incident(t.Context(), "inc-1")
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestTheGroupContainsAndTheReservationIsOnRecord(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t)
	done := w.contains(t, in)
	if done.By != "security-group" || len(done.Subnets) != 0 || len(done.Things) != 1 || !measure.Closed(done.Things[0]) || done.Instance.ID != w.instance {
		t.Fatalf("the answer is %+v", done)
	}
	if done.RemainsOpen[0] != register.Tracked()[0] || done.RemainsOpen[1] != register.Tracked()[1] {
		t.Errorf("the first that stays open is %q", done.RemainsOpen)
	}
	if done.Warnings[0] != in.Why || !strings.Contains(done.Warnings[1], "fleet") {
		t.Errorf("the warnings are %q", done.Warnings)
	}
	got := w.record(t)
	if got.Status != quarantine.StatusContained || got.ContainedBy != "security-group" || got.Neighbours != nil || len(got.HeldQuarantines()) != 0 {
		t.Errorf("on record is %+v", got)
	}
	e := got.Timeline[0]
	for _, word := range []string{w.instance + " contained by security-group alone, its subnets are not cut", done.Things[0].Thing, "score 85"} {
		if e.Kind != quarantine.EventContained || !strings.Contains(e.Text, word) {
			t.Errorf("%q is not in %q", word, e.Text)
		}
	}
}

func TestARetryContainsNothingMoreAndIsMeasuredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t)
	w.contains(t, in)
	w.Pass(time.Second)
	w.contains(t, in)
	if n := len(w.record(t).HoldsOf("security-group")); n != 1 {
		t.Errorf("%d interfaces are held", n)
	}
	if len(w.measured) != 1 || w.measured[0] != quarantine.Once(quarantine.MetricContained) {
		t.Errorf("measured: %v", w.measured)
	}
}

// What the group cannot hold is known before anything is changed: a person may have the subnets cut.
func TestAPersonIsAskedWhereAnInterfaceStaysOpen(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t)
	trunk := w.AttachInterface(w.instance, account.Interface{Subnet: w.subnet, PrivateIP: "10.0.1.11", Type: quarantine.TypeTrunk})
	w.refuses(t, in, quarantine.BrakeTripped, "interface "+trunk+": it keeps")
	_, err := w.Ledger.Incident(t.Context(), in.Claim.Incident)
	if !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("something is on record of it: %v", err)
	}
}

// An attempt that was interrupted holds an interface: a question would free the lock of that.
func TestAnInterfaceThatCameAfterAnAttemptFailsIt(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t)
	w.Inject(account.Fault{Operation: "ModifyNetworkInterfaceAttribute", Kind: account.Throttle, Times: 1})
	if _, err := w.Handle(t.Context(), in); !quarantine.Passes(err) {
		t.Fatalf("got %v", err)
	}
	w.AttachInterface(w.instance, account.Interface{Subnet: w.subnet, PrivateIP: "10.0.1.11", Type: quarantine.TypeTrunk})
	w.refuses(t, in, quarantine.NotSupported, "the incident holds")
}

func TestAnInterfaceThatIsAttachedMeanwhileIsHeldBeforeAnythingIsClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t)
	w.Inject(account.Fault{Operation: "ModifyNetworkInterfaceAttribute", Times: 1, Kind: account.Interfere, Do: func(account.Call) {
		w.AttachInterface(w.instance, account.Interface{Subnet: w.subnet, PrivateIP: "10.0.1.11", Groups: []string{w.web}})
	}})
	_, err := w.Handle(t.Context(), in)
	if !quarantine.Is(err, quarantine.NotVerified) || w.record(t).Status == quarantine.StatusContained {
		t.Fatalf("got %v", err)
	}
	if done := w.contains(t, in); len(done.Things) != 2 {
		t.Errorf("it holds %+v", done.Things)
	}
}

// The claim is fenced by the lock: where a release has begun, or another execution has the incident,
// nothing is claimed, and nothing is changed.
func TestNothingIsClaimedOnALockThatIsNotHeldAnyMore(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*world, contain.Request){
		"released": func(w *world, in contain.Request) { w.Lock(t, in.Claim, quarantine.StatusReleasing) },
		"another's": func(w *world, in contain.Request) {
			in.Claim.Owner = "execution-2"
			w.Lock(t, in.Claim, quarantine.StatusIsolating)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			in := w.request(t)
			lose(w, in)
			w.refuses(t, in, quarantine.LockLost, "another execution")
		})
	}
}

// Its group, or somebody, can end it at any time: what the group held until then is claimed.
func TestAnInstanceThatEndsAfterItWasReadBackIsContained(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t)
	in.Finding.Instances = []quarantine.AccusedInstance{{ID: w.instance, Tags: map[string]string{"Name": "web-1", "aws:autoscaling:groupName": "fleet"}}}
	w.Inject(account.Fault{Operation: "DescribeInstances", Times: 1, Kind: account.Interfere, Do: func(account.Call) { w.Terminate(w.instance) }})
	done := w.contains(t, in)
	if done.Instance.ID != w.instance || done.Instance.Tags["Name"] != "web-1" || len(done.Things) != 1 || !measure.Closed(done.Things[0]) {
		t.Errorf("the answer is %+v", done)
	}
	if len(done.Warnings) != 2 || done.Warnings[0] != in.Why || !strings.Contains(done.Warnings[1], "has ended since it was contained") {
		t.Errorf("the warnings are %q", done.Warnings)
	}
	if got := w.record(t); got.Status != quarantine.StatusContained || len(got.HoldsOf("security-group")) != 1 {
		t.Errorf("on record is %+v", got)
	}
}

// A release that begins after the group was put finds the hold, and undoes it.
func TestAReleaseThatBeginsMeanwhileIsNotClaimedOver(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t)
	w.Inject(account.Fault{Operation: "DescribeInstances", Times: 1, Kind: account.Interfere, Do: func(account.Call) {
		w.Lock(t, in.Claim, quarantine.StatusReleasing)
	}})
	_, err := w.Handle(t.Context(), in)
	if !quarantine.Is(err, quarantine.LockLost) {
		t.Fatalf("got %v", err)
	}
	done := w.Undo(t, w.Measures[0], in.Claim)
	if stage.Only(t, done).Outcome != quarantine.Restored || !slices.Equal(w.groups(t), []string{w.web}) {
		t.Errorf("it was undone as %+v, and the interface has %v", done, w.groups(t))
	}
}

// A late attempt for an incident that is over frees the lock, for the next incident, and holds nothing.
func TestAnIncidentThatWasReleasedIsNotContainedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t)
	w.contains(t, in)
	w.Undo(t, w.Measures[0], in.Claim)
	if err := w.Ledger.Released(t.Context(), in.Claim, quarantine.Release{Incident: "inc-1", By: "b", Reason: "r", ReleasedAt: w.Clock().Now()}); err != nil {
		t.Fatal(err)
	}
	w.Lock(t, in.Claim, quarantine.StatusIsolating) // as it is taken by an execution that is run again
	w.refuses(t, in, quarantine.IncidentReleased, "needs a new one")
	lock, err := w.Ledger.Lock(t.Context(), in.Claim.Resource)
	if err != nil || lock.Incident != "" {
		t.Errorf("the lock is %+v, %v", lock, err)
	}
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*contain.Request){
		"no incident":     func(in *contain.Request) { in.Claim.Incident = "" },
		"no execution":    func(in *contain.Request) { in.Execution.ID = "" },
		"another measure": func(in *contain.Request) { in.Measure = "protection" },
		"another kind":    func(in *contain.Request) { in.Claim.Resource.Kind = quarantine.KindAccessKey },
	} {
		w := newWorld()
		in := w.request(t)
		spoil(&in)
		if _, err := w.Handle(t.Context(), in); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	w := newWorld()
	in := w.request(t)
	in.Claim.Resource.AccountID = "999900001111"
	if _, err := w.Handle(t.Context(), in); !quarantine.Is(err, quarantine.InstanceInAnotherAccount) {
		t.Errorf("got %v", err)
	}
}

// Whatever else a measures function is asked for, it does.
func TestItTakesItsMeasureBesideACutAsWell(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t)
	in.Action = measures.Apply
	out, err := w.Handle(t.Context(), in)
	if done, is := out.(measure.Result); err != nil || !is || done.Status != measure.Done || w.record(t).Status == quarantine.StatusContained {
		t.Errorf("got %+v, %v", out, err)
	}
}
