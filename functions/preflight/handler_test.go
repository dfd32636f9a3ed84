package preflight_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	handler "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// reads answers a read by a function.
type reads func(vpcs []string) (preflight.Targets, []preflight.Check, error)

func (r reads) Read(_ context.Context, vpcs []string) (preflight.Targets, []preflight.Check, error) {
	return r(vpcs)
}

func TestAReadIsOfTheVPCsThatTheExecutionNames(t *testing.T) {
	t.Parallel()
	h := &handler.Handler{Account: reads(func(vpcs []string) (preflight.Targets, []preflight.Check, error) {
		if !slices.Equal(vpcs, []string{"vpc-1", "vpc-2"}) {
			t.Errorf("asked of %q", vpcs)
		}
		return preflight.Targets{VPC: "vpc-2"}, nil, nil
	})}
	got, err := h.Handle(t.Context(), handler.Request{Action: handler.Read, Input: []byte(`{"vpcs":["vpc-1","vpc-2"]}`)})
	if r, ok := got.(handler.Reading); err != nil || !ok || r.Targets.VPC != "vpc-2" || !r.Targets.Limited || r.Checks == nil {
		t.Errorf("got %+v, %v; the checks have to be a list", got, err)
	}
}

func TestAReadThatFailsKeepsItsName(t *testing.T) {
	t.Parallel()
	h := &handler.Handler{Account: reads(func([]string) (preflight.Targets, []preflight.Check, error) {
		return preflight.Targets{}, nil, quarantine.Failf(quarantine.Throttled, "EC2 throttles")
	})}
	if _, err := h.Handle(t.Context(), handler.Request{Action: handler.Read}); quarantine.NameOf(err) != quarantine.Throttled {
		t.Errorf("got %v", err)
	}
}

func TestInputThatDoesNotFitIsABadRequest(t *testing.T) {
	t.Parallel()
	h := &handler.Handler{Account: reads(func([]string) (preflight.Targets, []preflight.Check, error) {
		return preflight.Targets{}, nil, errors.New("should not be asked")
	})}
	for name, in := range map[string]handler.Request{
		"another action": {Action: "repair"},
		"other VPCs":     {Action: handler.Read, Input: []byte(`{"vpcs":"vpc-1"}`)},
		"a list":         {Action: handler.Read, Input: []byte(`[]`)},
	} {
		if _, err := h.Handle(t.Context(), in); quarantine.NameOf(err) != quarantine.BadRequest {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAJudgementJoinsEveryCheckAndMeasuresThem(t *testing.T) {
	t.Parallel()
	measured := map[string]float64{}
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	h := &handler.Handler{Clock: clocktest.At(now), Meter: func(all ...quarantine.Measurement) {
		for _, m := range all {
			measured[m.Name] = m.Value
		}
	}}
	got, err := h.Handle(t.Context(), handler.Request{
		Action: handler.Judge,
		Checks: []preflight.Check{{ID: "quota", Part: preflight.Quotas, State: preflight.Yellow}, {ID: "rule", Part: preflight.Detection, State: preflight.Green}},
		Answers: []preflight.Answer{
			{Function: "one", Checks: []preflight.Check{{ID: "power", Part: preflight.Powers, State: preflight.Red}, {ID: "starts", Part: preflight.Functions, State: preflight.Green}}},
			{Function: "another", Checks: []preflight.Check{{ID: "power", Part: preflight.Powers, State: preflight.Unknown}}},
		},
	})
	report, ok := got.(preflight.Report)
	if err != nil || !ok {
		t.Fatalf("got %+v, %v", got, err)
	}
	var ids []string
	for _, c := range report.Checks {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, []string{"rule", "starts", "power", "power", "quota"}) || report.State != preflight.Red || report.At != "2026-03-04T05:06:07Z" {
		t.Errorf("%s at %s: %q", report.State, report.At, ids)
	}
	for name, want := range map[string]float64{quarantine.MetricPreflightRed: 1, quarantine.MetricPreflightYellow: 1, quarantine.MetricPreflightUnknown: 1} {
		if measured[name] != want {
			t.Errorf("%s is %v of %v", name, measured[name], measured)
		}
	}
}

// What is red in another VPC was not looked at, and its alarm goes on.
func TestWhatIsLimitedToSomeVPCsRingsTheAlarmAndEndsNone(t *testing.T) {
	t.Parallel()
	for state, want := range map[preflight.State]bool{preflight.Green: false, preflight.Yellow: false, preflight.Unknown: false, preflight.Red: true} {
		measured := false
		h := &handler.Handler{Clock: quarantine.SystemClock{}, Meter: func(...quarantine.Measurement) { measured = true }}
		if _, err := h.Handle(t.Context(), handler.Request{Action: handler.Judge, Targets: preflight.Targets{Limited: true}, Checks: []preflight.Check{{State: state}}}); err != nil {
			t.Fatal(err)
		}
		if measured != want {
			t.Errorf("%s: measured is %v", state, measured)
		}
	}
}

// A metric that is never 0 rings an alarm that nothing ends.
func TestWhatIsWellIsMeasuredToo(t *testing.T) {
	t.Parallel()
	measured := map[string]bool{}
	h := &handler.Handler{Clock: quarantine.SystemClock{}, Meter: func(all ...quarantine.Measurement) {
		for _, m := range all {
			measured[m.Name] = m.Value == 0
		}
	}}
	if _, err := h.Handle(t.Context(), handler.Request{Action: handler.Judge, Checks: []preflight.Check{{State: preflight.Green}}}); err != nil {
		t.Fatal(err)
	}
	if !measured[quarantine.MetricPreflightRed] || !measured[quarantine.MetricPreflightYellow] || !measured[quarantine.MetricPreflightUnknown] {
		t.Errorf("measured %v", measured)
	}
}
