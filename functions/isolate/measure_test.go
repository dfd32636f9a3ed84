package isolate_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func seconds(name string, v float64) quarantine.Measurement {
	return quarantine.Measurement{Name: name, Unit: quarantine.Seconds, Value: v}
}

func TestAContainmentIsMeasuredFromFindingAndEvent(t *testing.T) {
	t.Parallel()
	one := quarantine.Once("Contained")
	for name, c := range map[string]struct {
		updated, event time.Time
		want           []quarantine.Measurement
	}{
		"both are known":              {noon.Add(-90 * time.Second), noon.Add(-2500 * time.Millisecond), []quarantine.Measurement{one, seconds("FindingToCut", 90), seconds("EventToCut", 2.5)}},
		"neither is known":            {time.Time{}, time.Time{}, []quarantine.Measurement{one}},
		"somebody's clock is ahead":   {noon.Add(time.Second), noon.Add(-time.Second), []quarantine.Measurement{one, seconds("EventToCut", 1)}},
		"at the very moment is known": {noon, time.Time{}, []quarantine.Measurement{one, seconds("FindingToCut", 0)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			in := w.Isolation("i-web")
			in.Finding.UpdatedAt, in.Finding.EventTime = c.updated, c.event
			if _, err := w.handle(in); err != nil {
				t.Fatal(err)
			}
			same(t, "measured", c.want, w.Meter.Taken())
		})
	}
}

// A retry, after an answer that was lost on its way back, contains nothing more.
func TestAContainmentIsMeasuredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-web")
	w.wantMeasured(t, "Contained")
	w.Pass(time.Second)
	w.isolate(t, "i-web")
	w.wantMeasured(t, "")
	w.isolate(t, "i-peer") // another incident in the same subnet
	w.wantMeasured(t, "Contained")
}

func TestFailuresAreMeasuredThatDoNotPass(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		quarantine.AccessDenied: "IsolationFailed", quarantine.QuotaReached: "IsolationFailed", quarantine.Unexpected: "IsolationFailed",
		quarantine.Throttled: "", quarantine.Unavailable: "",
	} {
		w := newWorld(t)
		w.Inject("CreateNetworkAcl", failing[name])
		_, err := w.handle(w.Isolation("i-web"))
		estate.WantName(t, err, name)
		w.wantMeasured(t, want)
	}
}

// What another execution has taken over is that one's to measure.
func TestALostLockIsNotMeasured(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SetLock(quarantine.Claim{Incident: "inc-web", Owner: "another", Resource: w.Resource("i-web")}, quarantine.StatusIsolating)
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.LockLost)
	w.wantMeasured(t, "")
}

func TestATrippedBrakeIsMeasuredAsThat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t, "account")
	_, err := w.handle(w.limited("i-web", quarantine.Limits{AccountPerHour: 1}))
	estate.WantName(t, err, quarantine.BrakeTripped)
	w.wantMeasured(t, "BrakeTripped")
}

func TestARequestThatIsRefusedIsMeasuredToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.handle(isolate.Request{})
	estate.WantName(t, err, quarantine.BadRequest)
	w.wantMeasured(t, "IsolationFailed")
}

// wantMeasured wants one of what the metric counts since it was asked last, or nothing.
func (w world) wantMeasured(t *testing.T, name string) {
	t.Helper()
	var want []quarantine.Measurement
	if name != "" {
		want = append(want, quarantine.Once(name))
	}
	same(t, "measured", want, w.Meter.Taken())
}
