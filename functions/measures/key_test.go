package measures_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/accesskey"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// accused is a user's key in the account, and an incident that a finding about it opened.
type accused struct {
	*stage.Stage
	key   string
	claim quarantine.Claim
	take  *measures.Handler
	letGo *release.Handler

	metrics []string
}

func newAccused(t *testing.T) *accused {
	t.Helper()
	s := stage.New()
	a := &accused{Stage: s, key: s.AddAccessKey("alice")}
	event := gdtest.Fixture("user-key")
	for old, now := range map[string]string{"AKIAIOSFODNN7EXAMPLE": a.key, "111122223333": s.ID()} {
		event = bytes.ReplaceAll(event, []byte(old), []byte(now))
	}
	f, err := guardduty.Parse(event)
	if err != nil {
		t.Fatal(err)
	}
	r, is := f.KeyResource()
	if !is {
		t.Fatalf("%+v is no resource", f.Key)
	}
	a.claim = quarantine.Claim{Incident: "inc-1", Owner: "execution-1", Resource: r}
	s.Lock(t, a.claim, quarantine.StatusIsolating)
	a.take = &measures.Handler{
		Accounts: accounts.New(aws.Config{}, s.ID(), s.Region()), Ledger: s.Ledger, Clock: s.Clock(),
		Measures: []measure.Measure{accesskey.Measure{Keys: s.Identity}},
	}
	a.letGo = &release.Handler{
		ACLs: s.Cloud, Ledger: s.Ledger, Clock: s.Clock(), Log: slog.New(slog.DiscardHandler),
		Meter: func(all ...quarantine.Measurement) {
			for _, m := range all {
				a.metrics = append(a.metrics, m.Name)
			}
		},
	}
	a.ask(t, measures.Apply)
	done := quarantine.Containment{Incident: "inc-1", ContainedAt: s.Clock().Now()}
	if _, err := s.Ledger.Contained(t.Context(), a.claim, f, quarantine.Verdict{Action: quarantine.ActionApprove}, done); err != nil {
		t.Fatal(err)
	}
	return a
}

// ask asks the function for the measure, as often as that wants.
func (a *accused) ask(t *testing.T, action string) measure.Result {
	t.Helper()
	for range 5 {
		out, err := a.take.Handle(t.Context(), measures.Request{
			Action: action, Measure: "access-key", Claim: a.claim, Execution: quarantine.Execution{ID: a.claim.Owner, Name: "one"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if out.Status == measure.Done {
			return out
		}
		a.Pass(time.Duration(out.After) * time.Second)
	}
	t.Fatal("it is pending for ever")
	return measure.Result{}
}

// step makes a step of the release.
func (a *accused) step(t *testing.T, step string, so quarantine.Release) quarantine.Release {
	t.Helper()
	out, err := a.letGo.Handle(t.Context(), release.Request{
		Step: step, Incident: "inc-1", Reason: "a test", By: "kim", Execution: quarantine.Execution{ID: a.claim.Owner, Name: "one"}, Release: so,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An incident can be about a key: everything that an incident is, from its lock to its end, is
// there without an instance or a subnet.
func TestAnIncidentAboutAKeyIsTakenAndReleased(t *testing.T) {
	t.Parallel()
	a := newAccused(t)
	if got := a.AccessKey(a.key); got != "Inactive" {
		t.Fatalf("the key is %s", got)
	}
	in, err := a.Ledger.Incident(t.Context(), "inc-1")
	if err != nil || in.Status != quarantine.StatusContained || in.Resource != a.claim.Resource || len(in.Held()) != 1 {
		t.Fatalf("on record is %+v, %v", in, err)
	}
	told := in.Timeline[0].Text
	if !strings.Contains(told, "access-key: access key alice/"+a.key+" inactive, read back at 12:00:00 UTC, before: active") {
		t.Errorf("the timeline says %q", told)
	}

	a.claim.Owner = "execution-2"
	a.step(t, release.Begin, quarantine.Release{})
	a.ask(t, measures.Undo)
	done := a.step(t, release.Conclude, a.step(t, release.Subnets, quarantine.Release{}))
	if got := a.AccessKey(a.key); got != "Active" {
		t.Errorf("the key is %s", got)
	}
	if len(done.Subnets) != 0 || len(done.Things) != 1 || done.Things[0].Outcome != quarantine.Restored {
		t.Errorf("the release is %+v", done)
	}
	if !slices.Equal(a.metrics, []string{quarantine.MetricReleased}) {
		t.Errorf("measured was %v", a.metrics)
	}
	if in, err = a.Ledger.Incident(t.Context(), "inc-1"); err != nil || in.Status != quarantine.StatusReleased {
		t.Errorf("the incident is %s, %v", in.Status, err)
	}
}

// The measure is a key's: an instance is never taken for one.
func TestAMeasureIsForItsKindOfResourceAlone(t *testing.T) {
	t.Parallel()
	a := newAccused(t)
	a.claim.Resource.Kind = quarantine.KindInstance
	_, err := a.take.Handle(t.Context(), measures.Request{
		Action: measures.Apply, Measure: "access-key", Claim: a.claim, Execution: quarantine.Execution{ID: a.claim.Owner, Name: "one"},
	})
	if !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), "for resources of kind access-key, not instance") {
		t.Errorf("the answer is %v", err)
	}
}
