package cost

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// memory is each function's memory in infra/template.yaml, in MB.
const memory = 512

// The resources that cost the same whatever happens, as in infra/template.yaml.
const (
	keys       = 1
	alarms     = 70 // the number of metrics that the alarms watch
	metrics    = 15 // this product's custom metrics
	dashboards = 1
)

// looks are how often the watch's schedule looks in a month of 30 days, and every how many minutes.
const (
	every = 5
	looks = 30 * 24 * 60 / every
)

// preflights are how often the preflight's schedule runs one in a month of 30 days, and every how many hours.
const (
	pause      = 84
	preflights = float64(30*24) / pause
)

// Cases are the costs of a finding, by its outcome.
type Cases struct {
	Incident  Bill // contained, with evidence that is kept for a month
	Duplicate Bill // arrives while the incident is being contained, and waits for it
	Ignored   Bill // recorded, and nothing else
	Look      Bill // one of the watch's, where no incident is open
	Preflight Bill // one of the schedule's
}

// Stack is the cost of a stack for a month without findings.
func (c Cases) Stack() Bill {
	return Sum("the stack, a month", c.Look.Times(looks), c.Preflight.Times(preflights),
		bill("", map[string]float64{"keys": keys, "alarms": alarms, "metrics": metrics, "dashboards": dashboards, "schedules": looks + preflights}))
}

// Month is a stack's cost for a month with that many findings of each case.
func (c Cases) Month(incidents, duplicates, ignored int) Bill {
	return Sum(fmt.Sprintf("a month of %d findings", incidents+duplicates+ignored), c.Stack(),
		c.Incident.Times(float64(incidents)), c.Duplicate.Times(float64(duplicates)), c.Ignored.Times(float64(ignored)))
}

// Simulated runs the demo's instance through every case. Errors are those of the
// simulation.
func Simulated(ctx context.Context) (Cases, error) {
	demo, err := simulate.Demo()
	if err != nil {
		return Cases{}, err
	}
	ignored, err := harmless(demo[0])
	if err != nil {
		return Cases{}, err
	}
	r, err := simulate.Run(ctx, simulate.Options{
		Events: []simulate.Event{demo[0], demo[1], ignored}, Account: simulate.DemoAccount, Policy: triage.DefaultPolicy(),
		Start: time.Date(2026, 1, 15, 9, 30, 0, 0, time.UTC),
	})
	if err != nil {
		return Cases{}, err
	}
	c := Cases{}
	if c.Look, err = alone(ctx, "one look, nothing open", wiring.Watch); err != nil {
		return Cases{}, err
	}
	if c.Preflight, err = alone(ctx, "one preflight", wiring.Preflight); err != nil {
		return Cases{}, err
	}
	var duplicate []string
	for _, x := range r.Executions {
		switch last := x.Path[len(x.Path)-1]; last {
		case state.Contained:
			c.Incident = Of("one contained incident", r, x.Name)
		case state.Joined, state.Looked: // one that joins has the watch look
			duplicate = append(duplicate, x.Name)
		case state.Ignored:
			c.Ignored = Of("one ignored finding", r, x.Name)
		default:
			return Cases{}, fmt.Errorf("execution %s ended in %s: it is none of the cases", x.Name, last)
		}
	}
	c.Duplicate = Of("one duplicate", r, duplicate...)
	return c, nil
}

// alone is the cost of an execution of a schedule where no incident is open.
func alone(ctx context.Context, what, machine string) (Bill, error) {
	r, err := simulate.Run(ctx, simulate.Options{
		Account: simulate.DemoAccount, Policy: triage.DefaultPolicy(), Start: time.Date(2026, 1, 15, 9, 30, 0, 0, time.UTC),
		Scenario: func(ctx context.Context, s *simulate.Session) error {
			if _, err := s.Start(ctx, machine, "alone", []byte(`{"source": "schedule"}`)); err != nil {
				return err
			}
			_, err := s.Wait(ctx)
			return err
		},
	})
	if err != nil {
		return Bill{}, err
	}
	return Of(what, r), nil
}

// harmless changes an event into one that the default policy ignores: a port probe, as
// every public address receives.
func harmless(e simulate.Event) (simulate.Event, error) {
	var body map[string]any
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return e, err
	}
	detail, _ := body["detail"].(map[string]any)
	detail["type"], detail["severity"] = "Recon:EC2/PortProbeUnprotectedPort", 2.0
	detail["id"] = strings.Repeat("0", 32)
	text, err := json.Marshal(body)
	return simulate.Event{Name: "probe", Body: text}, err
}
