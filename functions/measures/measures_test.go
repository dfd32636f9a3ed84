package measures_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// world is an account with an instance, and the function with both measures.
type world struct {
	*stage.Stage
	*measures.Handler
	web, instance string
}

func newWorld() *world {
	s := stage.New()
	w := &world{Stage: s, Handler: &measures.Handler{
		Accounts: accounts.New(aws.Config{}, s.ID(), s.Region()), Ledger: s.Ledger, Clock: s.Clock(),
		Measures: []measure.Measure{securitygroup.Measure{Network: s.Cloud, Ledger: s.Ledger}, protection.Measure{Instances: s.Cloud}},
	}}
	vpc := s.AddVPC(account.VPC{})
	subnet := s.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	w.web = s.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Name: "web"})
	w.instance = s.AddInstance(account.Instance{
		Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10", Groups: []string{w.web}}}, Volumes: []account.Volume{{}},
	})
	return w
}

// request asks for a measure, for an incident that has the lock.
func (w *world) request(t *testing.T, name string) measures.Request {
	t.Helper()
	c := w.Incident(t, 1, w.instance)
	return measures.Request{
		Action: measures.Apply, Measure: name, Claim: c, Execution: quarantine.Execution{ID: c.Owner, Name: "one", StartedAt: w.Stage.Clock().Now()},
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

// said are the events about measures of the incident.
func (w *world) said(t *testing.T) []quarantine.Event {
	t.Helper()
	in, err := w.Stage.Ledger.Incident(t.Context(), "inc-1")
	if quarantine.Is(err, quarantine.BadRequest) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(in.Timeline, func(e quarantine.Event) bool { return e.Kind != quarantine.EventMeasure })
}

func (w *world) handle(t *testing.T, in measures.Request) measure.Result {
	t.Helper()
	out, err := w.Handle(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func wantName(t *testing.T, err error, name string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != name {
		t.Errorf("the error is %q (%v), want %s", got, err, name)
	}
}

func TestAMeasureIsTakenAndSaidOnceAnExecution(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t, "security-group")
	done := w.handle(t, in)
	if done.Measure != "security-group" || done.Status != measure.Done || len(done.Things) != 1 || slices.Equal(w.groups(t), []string{w.web}) {
		t.Fatalf("the answer is %+v, and the interface has %v", done, w.groups(t))
	}
	w.Pass(time.Minute)
	w.handle(t, in) // a retry
	said := w.said(t)
	if len(said) != 1 || said[0].By != in.Execution.ID {
		t.Fatalf("on record is %+v", said)
	}
	for _, word := range []string{"security-group: ", done.Things[0].Thing, w.web, done.Things[0].Parts["groups"].After} {
		if !strings.Contains(said[0].Text, word) {
			t.Errorf("%q is not in %q", word, said[0].Text)
		}
	}
	in.Measure = "protection"
	w.handle(t, in)
	in.Execution.Name = "two"
	w.handle(t, in)
	if said := w.said(t); len(said) != 3 {
		t.Errorf("of two measures and another execution %d events are on record", len(said))
	}
}

// The watch asks for what it has found open: of what is another instance's by now, nothing is claimed.
func TestAThingThatIsAskedForAndNotFoundIsSaidAndTheOthersAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t, "security-group")
	mine, err := w.Cloud.NetworkInterfaces(t.Context(), w.Resource(w.instance))
	if err != nil {
		t.Fatal(err)
	}
	in.Things = []string{mine[0].ID}
	if got := w.handle(t, in); got.Status != measure.Done || !measure.Closed(stage.Only(t, got)) {
		t.Errorf("of the instance's own the answer is %+v", got)
	}
	in.Things = append(in.Things, "eni-0123456789abcdef0")
	got, err := w.Handle(t.Context(), in)
	if !quarantine.Is(err, quarantine.NotSupported) || !strings.Contains(err.Error(), "was not taken on eni-0123456789abcdef0") {
		t.Errorf("the answer is %+v, %v", got, err)
	}
}

func TestAMeasureIsTakenBackByTheIncidentAlone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t, "security-group")
	w.handle(t, in)
	w.Lock(t, in.Claim, quarantine.StatusReleasing)
	undo := measures.Request{
		Action: measures.Undo, Measure: in.Measure, Claim: quarantine.Claim{Incident: in.Claim.Incident}, Execution: in.Execution,
	}
	done := w.handle(t, undo)
	if done.Status != measure.Done || len(done.Things) != 1 || done.Things[0].Outcome != quarantine.Restored || !slices.Equal(w.groups(t), []string{w.web}) {
		t.Errorf("the answer is %+v, and the interface has %v", done, w.groups(t))
	}
	undo.Measure = "protection" // it was never taken
	if done = w.handle(t, undo); done.Status != measure.Done || len(done.Things) != 0 {
		t.Errorf("of a measure that was not taken the answer is %+v", done)
	}
}

// A release asks for every measure that there is. Where the group of one is not deployed, another
// group's function answers.
func TestAMeasureThatIsNotDeployedIsTakenBackIfNothingIsHeldByIt(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t, "protection")
	w.handle(t, in)
	w.Lock(t, in.Claim, quarantine.StatusReleasing)
	undo := measures.Request{Action: measures.Undo, Measure: "security-group", Claim: in.Claim, Execution: in.Execution}
	all := w.Measures
	w.Measures = all[1:]
	if done := w.handle(t, undo); done.Status != measure.Done || done.Measure != "security-group" || len(done.Things) != 0 {
		t.Errorf("of a measure that was not taken the answer is %+v", done)
	}
	w.Measures, undo.Measure = all[:1], "protection"
	_, err := w.Handle(t.Context(), undo)
	wantName(t, err, quarantine.NotReleased)
	w.Measures = all
	w.handle(t, undo)
	w.Measures = all[:1]
	if done := w.handle(t, undo); done.Status != measure.Done || len(done.Things) != 1 || done.Things[0].Outcome != quarantine.Restored {
		t.Errorf("of what was taken back before the answer is %+v", done)
	}
}

func TestNothingIsTakenBackWithoutTheLockOfTheRelease(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t, "security-group")
	w.handle(t, in)
	closed := w.groups(t)
	in.Action = measures.Undo
	_, err := w.Handle(t.Context(), in) // the incident is contained
	wantName(t, err, quarantine.LockLost)
	w.Lock(t, in.Claim, quarantine.StatusReleasing)
	in.Execution.ID = "another execution"
	_, err = w.Handle(t.Context(), in)
	wantName(t, err, quarantine.LockLost)
	if got := w.groups(t); !slices.Equal(got, closed) {
		t.Errorf("the interface has %v", got)
	}
}

func TestRequestsThatCannotBeWorkedWith(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spoil func(*measures.Request)
		want  string
	}{
		"no action":           {func(in *measures.Request) { in.Action = "" }, quarantine.BadRequest},
		"another action":      {func(in *measures.Request) { in.Action = "look" }, quarantine.BadRequest},
		"no measure":          {func(in *measures.Request) { in.Measure = "" }, quarantine.BadRequest},
		"another measure":     {func(in *measures.Request) { in.Measure = "network-acl" }, quarantine.BadRequest},
		"no incident":         {func(in *measures.Request) { in.Claim.Incident = "" }, quarantine.BadRequest},
		"no owner":            {func(in *measures.Request) { in.Claim.Owner = "" }, quarantine.BadRequest},
		"no resource":         {func(in *measures.Request) { in.Claim.Resource.ID = "" }, quarantine.BadRequest},
		"another kind":        {func(in *measures.Request) { in.Claim.Resource.Kind = "bucket" }, quarantine.BadRequest},
		"no execution":        {func(in *measures.Request) { in.Execution.ID = "" }, quarantine.BadRequest},
		"another account":     {func(in *measures.Request) { in.Claim.Resource.AccountID = "210987654321" }, quarantine.InstanceInAnotherAccount},
		"another region":      {func(in *measures.Request) { in.Claim.Resource.Region = "us-east-1" }, quarantine.InstanceInAnotherRegion},
		"unknown, taken back": {func(in *measures.Request) { in.Action, in.Claim.Incident = measures.Undo, "inc-2" }, quarantine.BadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			in := w.request(t, "security-group")
			tt.spoil(&in)
			_, err := w.Handle(t.Context(), in)
			wantName(t, err, tt.want)
			if got := w.groups(t); !slices.Equal(got, []string{w.web}) || len(w.said(t)) > 0 {
				t.Errorf("the interface has %v, and %v is on record", got, w.said(t))
			}
		})
	}
}

func TestAnExecutionThatLostTheLockIsSupersededAndChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t, "security-group")
	for name, lost := range map[string]func(){
		"another owner": func() {
			other := in.Claim
			other.Owner = "another execution"
			w.Lock(t, other, quarantine.StatusContained)
		},
		"a release has begun": func() { w.Lock(t, in.Claim, quarantine.StatusReleasing) },
	} {
		lost()
		done := w.handle(t, in)
		if done.Status != measure.Superseded || done.After != 0 {
			t.Errorf("%s: the answer is %+v", name, done)
		}
		if got := w.groups(t); !slices.Equal(got, []string{w.web}) || len(w.said(t)) > 0 {
			t.Errorf("%s: the interface has %v, and %v is on record", name, got, w.said(t))
		}
	}
}

func TestWhatAnotherAttemptIsAtIsPendingAndNotSaid(t *testing.T) {
	t.Parallel()
	w := newWorld()
	in := w.request(t, "security-group")
	w.Inject(account.Fault{Operation: "ModifyNetworkInterfaceAttribute", Kind: account.TimeoutBefore, Times: 1})
	_, err := w.Handle(t.Context(), in)
	wantName(t, err, quarantine.Unavailable)
	wait := w.handle(t, in) // the call can be carried out yet
	if wait.Status != measure.Pending || wait.After < 1 || wait.After > 61 || len(w.said(t)) > 0 {
		t.Errorf("the answer is %+v, and %v is on record", wait, w.said(t))
	}
	w.Pass(time.Duration(wait.After) * time.Second)
	if done := w.handle(t, in); done.Status != measure.Done || len(w.said(t)) != 1 {
		t.Errorf("after that the answer is %+v, and %v is on record", done, w.said(t))
	}
}
