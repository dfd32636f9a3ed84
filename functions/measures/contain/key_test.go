package contain_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/functions/measures/contain"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/accesskey"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// leaked is a user's key in the account, a finding about it, and the function that cuts keys.
type leaked struct {
	*stage.Stage
	*contain.Handler
	key     string
	request contain.Request
	metrics []string
}

func newLeaked(t *testing.T) *leaked {
	t.Helper()
	s := stage.New()
	l := &leaked{Stage: s, key: s.AddAccessKey("alice")}
	l.Handler = &contain.Handler{
		Handler: measures.Handler{
			Accounts: accounts.New(aws.Config{}, s.ID(), s.Region()), Ledger: s.Ledger, Clock: s.Clock(),
			Measures: []measure.Measure{accesskey.Measure{Keys: s.Identity}, protection.Measure{Instances: s.Cloud}},
		},
		Incidents: s.Ledger, Brake: s.Ledger,
		Meter: func(all ...quarantine.Measurement) {
			for _, m := range all {
				l.metrics = append(l.metrics, m.Name)
			}
		},
	}
	l.request = l.about(t, 1, l.key)
	return l
}

// about is a request to contain an incident about a key, whose lock it has.
func (l *leaked) about(t *testing.T, n int, key string) contain.Request {
	t.Helper()
	event := gdtest.Fixture("user-key")
	for old, now := range map[string]string{"AKIAIOSFODNN7EXAMPLE": key, "111122223333": l.ID()} {
		event = bytes.ReplaceAll(event, []byte(old), []byte(now))
	}
	f, err := guardduty.Parse(event)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := f.KeyResource()
	c := l.Incident(t, n, "i-1")
	c.Resource = r
	l.Lock(t, c, quarantine.StatusIsolating)
	return contain.Request{
		Request: measures.Request{Action: measures.Contain, Claim: c, Execution: quarantine.Execution{ID: c.Owner, Name: "one", StartedAt: l.Clock().Now()}},
		Finding: f, Verdict: quarantine.Verdict{Action: quarantine.ActionIsolate, Score: 84},
	}
}

func (l *leaked) contain(t *testing.T, in contain.Request) (quarantine.Containment, error) {
	t.Helper()
	out, err := l.Handle(t.Context(), in)
	done, is := out.(quarantine.Containment)
	if !is {
		t.Fatalf("the answer is %T", out)
	}
	return done, err
}

// refused wants a failure of that name, with the words, and the key as it was.
func (l *leaked) refused(t *testing.T, in contain.Request, name string, words ...string) {
	t.Helper()
	done, err := l.contain(t, in)
	if !quarantine.Is(err, name) {
		t.Fatalf("%+v, %s: %v, want %s", done, quarantine.NameOf(err), err, name)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("not a word of %q in %q", w, err)
		}
	}
	if got := l.AccessKey(l.key); got == "Inactive" {
		t.Errorf("the key is %s", got)
	}
}

func TestAnIncidentAboutAKeyIsContainedByItsCut(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	done, err := l.contain(t, l.request)
	if err != nil {
		t.Fatal(err)
	}
	if got := l.AccessKey(l.key); got != "Inactive" {
		t.Fatalf("the key is %s", got)
	}
	if len(done.Things) != 1 || !measure.Closed(done.Things[0]) || done.Subnets == nil || len(done.Subnets) != 0 || done.ContainedAt.IsZero() {
		t.Errorf("%+v", done)
	}
	if open := strings.Join(done.RemainsOpen, "\n"); !strings.Contains(open, "Temporary credentials") || strings.Contains(open, "signed with the key") || strings.Contains(open, "subnet") {
		t.Errorf("it leaves open %q", open)
	}
	in, err := l.Ledger.Incident(t.Context(), l.request.Claim.Incident)
	if err != nil || in.Status != quarantine.StatusContained || in.Resource != l.request.Claim.Resource || len(in.Held()) != 1 {
		t.Errorf("on record is %+v, %v", in, err)
	}
	if last := in.Timeline[len(in.Timeline)-1]; last.Kind != quarantine.EventContained || !strings.Contains(last.Text, "alice/"+l.key+" inactive, read back at") {
		t.Errorf("the timeline says %+v", last)
	}
	l.Pass(time.Second)
	if _, err := l.contain(t, l.request); err != nil { // a retry
		t.Fatal(err)
	}
	contained := 0
	for _, name := range l.metrics {
		if name == quarantine.MetricContained {
			contained++
		}
	}
	if contained != 1 {
		t.Errorf("it was measured %d times: %v", contained, l.metrics)
	}
}

// A key that somebody has made inactive is contained by what stands, and stays so at the release.
func TestAKeyThatIsInactiveAlreadyIsContained(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	l.SetAccessKey(l.key, "Inactive")
	if done, err := l.contain(t, l.request); err != nil || done.Things[0].Parts["status"].Before.Known() != "Inactive" {
		t.Errorf("%+v, %v", done, err)
	}
}

func TestWhatCannotBeCutIsToldByName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(l *leaked)
		want  string
		words string
	}{
		"the root user's": {func(l *leaked) {
			l.key = l.AddAccessKey("")
		}, quarantine.NotSupported, "sign in as root"},
		"a key of another account": {func(l *leaked) { l.key = "AKIAIOSFODNN7EXAMPLE" }, quarantine.AccessDenied, "of another account"},
		"one that is deleted":      {func(l *leaked) { l.DeleteAccessKey(l.key) }, quarantine.AccessDenied, "does not exist (any more)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLeaked(t)
			c.spoil(l)
			l.refused(t, l.about(t, 1, l.key), c.want, c.words)
			if in, err := l.Ledger.Incident(t.Context(), "inc-1"); err == nil && in.Status == quarantine.StatusContained {
				t.Error("it is called contained")
			}
		})
	}
}

func TestAKeyOfAnAccountThatIsNotOursIsLeft(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	l.request.Claim.Resource.AccountID = "999988887777"
	l.refused(t, l.request, quarantine.InstanceInAnotherAccount, "999988887777")
}

func TestAnExemptUsersKeyIsLeft(t *testing.T) {
	t.Parallel()
	for exempt, by := range map[string]string{"alice": "user alice is exempt", "/": "all below the path /"} {
		l := newLeaked(t)
		l.request.Exempt.Users = []string{"bob", exempt}
		l.refused(t, l.request, quarantine.UserExempt, by, "read from IAM just now")
	}
	l := newLeaked(t)
	l.request.Exempt.Users = []string{"/break-glass/", "alic"}
	if _, err := l.contain(t, l.request); err != nil {
		t.Errorf("another's exemption keeps it: %v", err)
	}
}

// Not to know whether a user is exempt is not that nobody is.
func TestAnExemptionThatCannotBeReadIsNoLeave(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	l.request.Exempt.Users = []string{"/break-glass/"}
	l.Inject(account.Fault{Kind: account.Deny, Operation: "GetUser", Times: 1})
	l.refused(t, l.request, quarantine.AccessDenied, "iam:GetUser")
}

func TestTheBrakeHoldsKeysToo(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	l.request.Limits.AccountPerHour = 1
	if _, err := l.contain(t, l.request); err != nil {
		t.Fatal(err)
	}
	l.key = l.AddAccessKey("bob")
	second := l.about(t, 2, l.key)
	second.Limits.AccountPerHour = 1
	l.refused(t, second, quarantine.BrakeTripped, "limits.isolationsPerHour.account is 1", "a person is asked")
	if _, err := l.contain(t, l.request); err != nil {
		t.Errorf("a cut that has begun is held: %v", err)
	}
	second.Approved = true
	if _, err := l.contain(t, second); err != nil {
		t.Errorf("a person's word does not count: %v", err)
	}
}

// While another execution has the key, the state machine tries again; it is not a failure for good.
func TestAKeyThatAnotherExecutionIsAtIsTriedAgain(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	stage.Killed(t, func() {
		l.Inject(account.Fault{Kind: account.StopAfter, Operation: "UpdateAccessKey", Times: 1})
		_, _ = l.Handle(t.Context(), l.request)
	})
	if _, err := l.contain(t, l.request); !quarantine.Is(err, quarantine.Contended) || !quarantine.Passes(err) {
		t.Fatalf("%v", err)
	}
	l.Pass(2 * time.Minute)
	if _, err := l.contain(t, l.request); err != nil {
		t.Errorf("once its lease is over: %v", err)
	}
}

func TestWhoLostTheLockCutsNothing(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	l.request.Claim.Owner = "execution-9"
	l.refused(t, l.request, quarantine.LockLost)
}

// An attempt that comes after the release changes nothing: it would hold the key for an incident that
// nobody releases any more. The next incident takes it, and its release puts back what stood before.
func TestAnAttemptAfterTheReleaseLeavesTheKeyToTheNextIncident(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	if _, err := l.contain(t, l.request); err != nil {
		t.Fatal(err)
	}
	late := l.request
	l.request.Claim.Owner = "execution-2"
	key := accesskey.Measure{Keys: l.Identity}
	l.Undo(t, key, l.request.Claim)
	if err := l.Ledger.Released(t.Context(), l.request.Claim, quarantine.Release{Incident: "inc-1", ReleasedAt: l.Clock().Now()}); err != nil {
		t.Fatal(err)
	}
	l.Lock(t, late.Claim, quarantine.StatusIsolating)
	if _, err := l.contain(t, late); !quarantine.Is(err, quarantine.IncidentReleased) || l.AccessKey(l.key) != "Active" {
		t.Fatalf("%v, and the key is %s", err, l.AccessKey(l.key))
	}
	next := l.about(t, 2, l.key)
	if _, err := l.contain(t, next); err != nil {
		t.Fatal(err)
	}
	if got := stage.Only(t, l.Undo(t, key, next.Claim)); got.Outcome != quarantine.Restored || l.AccessKey(l.key) != "Active" {
		t.Errorf("%s, and the key is %s", got.Outcome, l.AccessKey(l.key))
	}
}

func TestAFunctionCutsTheKindOfItsOwnCutAlone(t *testing.T) {
	t.Parallel()
	l := newLeaked(t)
	l.request.Claim.Resource = l.Resource("i-1")
	l.refused(t, l.request, quarantine.BadRequest, `no resource of kind "instance"`)
	l.request.Claim.Incident = ""
	l.refused(t, l.request, quarantine.BadRequest)
}
