package release_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// measured releases and gives what was measured; errors are the test's to expect.
func (w world) measured(t *testing.T, instance string) []quarantine.Measurement {
	t.Helper()
	w.Meter.Taken()
	if _, err := w.handle(instance); err != nil {
		t.Log(err)
	}
	return w.Meter.Taken()
}

var once = []quarantine.Measurement{quarantine.Once("Released")}

func TestAReleaseIsMeasuredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	same(t, "measured", once, w.measured(t, "i-web"))
	same(t, "measured again", nil, w.measured(t, "i-web"))
}

// It is on record as released when it is measured: what is left to do then is
// done by an attempt that finds it so.
func TestAReleaseThatForgetsLaterIsMeasuredOnce(t *testing.T) {
	t.Parallel()
	for on, want := range map[string][][]quarantine.Measurement{
		"UpdateItem INCIDENT": {nil, once}, "write HOLD subnet-a forgotten": {once, nil},
	} {
		w := newWorld(t)
		w.cut(t, "i-web")
		w.Inject(on, estate.Fault{Kind: estate.Throttle})
		for i := range want {
			same(t, on+" failing, attempt", want[i], w.measured(t, "i-web"))
		}
	}
}

func TestAReleaseThatRestoresNothingIsNotMeasured(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.cut(t, "i-peer")
	same(t, "measured while another incident holds the subnet", nil, w.measured(t, "i-web"))
	same(t, "measured of the last holder", once, w.measured(t, "i-peer"))
}
