package isolate

import (
	"testing"
	"time"

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
			w, in := newWorld(t), request("i-web")
			in.Finding.UpdatedAt, in.Finding.EventTime = c.updated, c.event
			if _, err := w.handle(t, in); err != nil {
				t.Fatal(err)
			}
			same(t, "measured", c.want, w.measured)
		})
	}
}

// A retry, after an answer that was lost on its way back, contains nothing more.
func TestAContainmentIsMeasuredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-web")
	w.isolate(t, "i-web")
	same(t, "measured", []quarantine.Measurement{quarantine.Once("Contained")}, w.measured)
	w.isolate(t, "i-peer") // another incident in the same subnet
	same(t, "measured", 2, len(w.measured))
}

func TestFailuresAreMeasuredThatDoNotPass(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		quarantine.AccessDenied: "IsolationFailed", quarantine.QuotaReached: "IsolationFailed", quarantine.Unexpected: "IsolationFailed",
		quarantine.Throttled: "", quarantine.Unavailable: "", quarantine.LockLost: "",
	} {
		w := newWorld(t)
		w.inject(fault{on: "Instance", err: quarantine.Failf(name, "no")})
		_, err := w.handle(t, request("i-web"))
		wantName(t, err, name)
		w.wantMeasured(t, want)
	}
}

func TestATrippedBrakeIsMeasuredAsThat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.counted["account"] = []string{"i-other"}
	_, err := w.handle(t, limited("i-web", quarantine.Limits{AccountPerHour: 1}))
	wantName(t, err, quarantine.BrakeTripped)
	w.wantMeasured(t, "BrakeTripped")
}

func TestARequestThatIsRefusedIsMeasuredToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.handle(t, Request{})
	wantName(t, err, quarantine.BadRequest)
	w.wantMeasured(t, "IsolationFailed")
}

// wantMeasured wants one of what the metric counts, or nothing.
func (w *world) wantMeasured(t *testing.T, name string) {
	t.Helper()
	var want []quarantine.Measurement
	if name != "" {
		want = append(want, quarantine.Once(name))
	}
	same(t, "measured", want, w.measured)
}
