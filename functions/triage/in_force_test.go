package triage_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm/ssmtest"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

const (
	parameter = "/quarantine/policy"
	cuts      = "version: 1\n"
	tells     = "version: 1\nthresholds: {isolate: 100, notify: 1}\n"
	broken    = "version: 1\ncolour: red\n"
)

// owner is a parameter that people change, and the process that reads it.
type owner struct {
	t     *testing.T
	store ssmtest.Store
	api   *ssm.Client
	log   bytes.Buffer
	*triage.Parameter

	mu       sync.Mutex
	now      time.Time
	measured int
}

func newOwner(t *testing.T, versions ...string) *owner {
	t.Helper()
	o := &owner{t: t, now: noon}
	for _, text := range versions {
		o.store.Put(parameter, text, true)
	}
	o.api = ssm.New(o.store.Client(t))
	o.start()
	return o
}

// start begins another process.
func (o *owner) start() {
	clock := clocktest.Clock{Time: func() time.Time { o.mu.Lock(); defer o.mu.Unlock(); return o.now }}
	meter := func(all ...quarantine.Measurement) {
		for _, m := range all {
			if m == quarantine.Once(quarantine.MetricPolicyRefused) {
				o.measured++
			}
		}
	}
	o.Parameter = &triage.Parameter{Revisions: o.api.Text(parameter), Clock: clock, Meter: meter, Log: slog.New(slog.NewTextHandler(&o.log, nil))}
}

func (o *owner) later(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

// judges fails the test unless that version judges, with such a note.
func (o *owner) judges(version int64, note string) {
	o.t.Helper()
	got, err := o.Current(o.t.Context())
	if err != nil || got.Policy == nil || got.Version != version || note == "" && got.Note != "" || !strings.Contains(got.Note, note) || (got.Note == "") != (got.Failure == "") {
		o.t.Errorf("version %d judges (%q, %v), want %d (%q)", got.Version, got.Note, err, version, note)
	}
}

func TestAPolicyThatIsPutHoldsWithinAMinute(t *testing.T) {
	t.Parallel()
	o := newOwner(t, cuts)
	o.judges(1, "")
	o.store.Put(parameter, tells, true)
	o.later(59 * time.Second)
	o.judges(1, "")
	o.later(time.Second)
	o.judges(2, "")
	if o.store.Calls() != 2 || o.measured != 0 {
		t.Errorf("%d reads in a minute, %d refused", o.store.Calls(), o.measured)
	}
}

func TestTheNewestPolicyIsReadAtOnce(t *testing.T) {
	t.Parallel()
	o := newOwner(t, cuts)
	o.judges(1, "")
	o.store.Put(parameter, tells, true)
	if got, err := o.Newest(t.Context()); err != nil || got.Version != 2 {
		t.Errorf("version %d, %v", got.Version, err)
	}
	o.judges(2, "")
}

func TestTheParameterIsReadOnceAMinuteByAllThatAskAtOnce(t *testing.T) {
	t.Parallel()
	o := newOwner(t, cuts)
	for range 3 {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { o.judges(1, "") })
		}
		all.Wait()
		o.later(time.Minute)
	}
	if o.store.Calls() != 3 {
		t.Errorf("%d reads in three minutes", o.store.Calls())
	}
}

func TestAClockThatIsSetBackHasThePolicyReadAgain(t *testing.T) {
	t.Parallel()
	o := newOwner(t, cuts)
	o.judges(1, "")
	o.store.Put(parameter, tells, true)
	o.later(-time.Hour)
	o.judges(2, "")
}

func TestAPolicyThatDoesNotParseIsRefusedAndTheOneBeforeItHolds(t *testing.T) {
	t.Parallel()
	o := newOwner(t, cuts)
	o.judges(1, "")
	o.store.Put(parameter, broken, true)
	o.later(time.Minute)
	o.judges(1, `version 1 of the policy judged, because version 2 does not parse: line 2: unknown key colour`)
	if o.measured != 1 || !strings.Contains(o.log.String(), "level=ERROR") || !strings.Contains(o.log.String(), "errorType=BadPolicy") {
		t.Errorf("measured %d times; the log is %s", o.measured, &o.log)
	}
	o.later(30 * time.Second)
	o.judges(1, "version 2 does not parse") // without another read
	if o.measured != 1 || o.store.Calls() != 2 {
		t.Errorf("measured %d times in %d calls", o.measured, o.store.Calls())
	}
	o.store.Put(parameter, tells, true)
	o.later(time.Minute)
	o.judges(3, "")
}

// Every process judges alike, whenever it began.
func TestThePolicyOfBeforeIsFoundByAProcessThatNeverReadIt(t *testing.T) {
	t.Parallel()
	o := newOwner(t, cuts, broken, tells, broken, "thresholds: [")
	o.judges(3, "version 3 of the policy judged, because version 5 does not parse: line 1: ")
	o.later(time.Minute)
	o.judges(3, "version 5 does not parse")
	if calls := o.store.Calls(); calls != 3 { // the newest, the history, and the newest again
		t.Errorf("%d calls", calls)
	}

	warm := newOwner(t, cuts)
	warm.judges(1, "")
	warm.store.Put(parameter, tells, true)
	warm.store.Put(parameter, broken, true)
	warm.later(time.Minute)
	warm.judges(2, "version 2 of the policy judged, because version 3 does not parse") // and not version 1, which it had
}

func TestWhereNoVersionParsesNoneJudges(t *testing.T) {
	t.Parallel()
	o := newOwner(t, broken, broken+"size: big\n")
	got, err := o.Current(t.Context())
	if got != (triage.InForce{}) || !quarantine.Is(err, quarantine.BadPolicy) || !strings.Contains(err.Error(), "version 2: ") || !strings.Contains(err.Error(), "line 3: ") {
		t.Errorf("got %+v, %v", got, err)
	}
	o.store.Put(parameter, cuts, true)
	o.judges(3, "") // at once: nothing holds a finding up that can be judged
}

func TestWhereTheVersionsBeforeCannotBeReadItIsSaid(t *testing.T) {
	t.Parallel()
	for code, name := range map[string]string{"AccessDeniedException": quarantine.BadPolicy, "ThrottlingException": quarantine.Throttled} {
		o := newOwner(t, cuts, broken)
		o.store.FailOne("GetParameterHistory", http.StatusBadRequest, code)
		if _, err := o.Current(t.Context()); !quarantine.Is(err, name) || !strings.Contains(err.Error(), "cannot be read") {
			t.Errorf("%s: got %v, want %s", code, err, name)
		}
	}

	o := newOwner(t, cuts)
	o.judges(1, "")
	o.store.Put(parameter, tells, true)
	o.store.Put(parameter, broken, true)
	o.store.FailOne("GetParameterHistory", http.StatusBadRequest, "AccessDeniedException")
	o.later(time.Minute)
	o.judges(1, "version 1 of the policy judged, and whether that still holds is not known since 2026-01-31T12:06:00Z: AccessDenied")
}

func TestAPolicyThatCannotBeReadAgainHoldsForAnHour(t *testing.T) {
	t.Parallel()
	for code, name := range map[string]string{
		"ThrottlingException": quarantine.Throttled, "InternalServerError": quarantine.Unavailable,
		"AccessDeniedException": quarantine.AccessDenied, "ParameterNotFound": quarantine.Unexpected,
	} {
		o := newOwner(t, cuts)
		o.judges(1, "")
		o.store.Fail(http.StatusBadRequest, code)
		o.later(time.Hour)
		o.judges(1, "version 1 of the policy judged, and whether that still holds is not known since 2026-01-31T12:06:00Z: "+name)
		if o.measured != 1 {
			t.Errorf("%s: measured %d times", code, o.measured)
		}
		o.later(time.Minute)
		for range 2 {
			if _, err := o.Current(t.Context()); !quarantine.Is(err, name) || !strings.HasPrefix(err.Error(), "the policy in the parameter that POLICY_PARAMETER names: ") {
				t.Errorf("%s: after an hour: %v", code, err)
			}
		}
		o.store.Fail(0, "")
		o.judges(1, "")
	}
}

func TestAReadThatHangsHoldsAFindingUpForOneSecond(t *testing.T) {
	t.Parallel()
	o := newOwner(t, cuts)
	o.judges(1, "")
	o.store.Hang()
	o.later(time.Minute)
	began := time.Now()
	o.judges(1, "Unavailable")
	if took := time.Since(began); took < time.Second || took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	o.judges(1, "Unavailable") // at once
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the next finding waited, too: %s", took)
	}
}

func TestAVerdictNamesThePolicyThatJudged(t *testing.T) {
	t.Parallel()
	o := newOwner(t, tells, cuts)
	h := &triage.Handler{Policies: o, Clock: clocktest.At(noon), Log: slog.New(slog.DiscardHandler)}
	judge := func() quarantine.Triage {
		out, err := h.Handle(t.Context(), triage.Request{Event: gdtest.Fixture("miner"), Execution: execution})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, r := range judge().Verdict.Reasons {
		if r.Name == "policy" {
			t.Errorf("what is as it should be is no reason: %+v", r)
		}
	}
	o.store.Put(parameter, broken, true)
	o.later(time.Minute)
	out := judge()
	last := out.Verdict.Reasons[len(out.Verdict.Reasons)-1]
	if out.PolicyVersion != 2 || out.Verdict.Action != quarantine.ActionIsolate || last.Name != "policy" || last.Points != 0 || !strings.HasPrefix(last.Text, "version 2 of the policy judged, because version 3 ") {
		t.Errorf("version %d, %+v", out.PolicyVersion, out.Verdict)
	}
}
