package preflight_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

func TestTheWorstCheckIsTheReports(t *testing.T) {
	t.Parallel()
	checks := func(states ...preflight.State) (all []preflight.Check) {
		for _, s := range states {
			all = append(all, preflight.Check{State: s})
		}
		return all
	}
	for want, of := range map[preflight.State][]preflight.Check{
		preflight.Green:  checks(preflight.Green, preflight.Green),
		preflight.Yellow: checks(preflight.Green, preflight.Yellow),
		preflight.Red:    checks(preflight.Unknown, preflight.Red, preflight.Green),
	} {
		if got := preflight.Worst(of); got != want {
			t.Errorf("%v is %q, want %q", of, got, want)
		}
	}
	if got := preflight.Worst(checks(preflight.Yellow, preflight.Unknown)); got != preflight.Unknown {
		t.Errorf("what is not known is told over yellow: got %q", got)
	}
	if got := preflight.Worst(nil); got != preflight.Unknown {
		t.Errorf("no check says nothing: got %q", got)
	}
}
