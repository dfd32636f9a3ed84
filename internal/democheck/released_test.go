package democheck_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAReleaseIsFollowedStepByStep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := quarantined(t, 0)
		w.released = 10 * time.Minute
		c, _ := w.check()
		report, err := c.Return(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"released seen 600 -", "cut-lifted seen 600 -", "page-reachable-again seen 600 -"}
		if diff := cmp.Diff(want, lines(report.Steps)); diff != "" {
			t.Error(diff)
		}
		if text := report.Steps[1].Text; !strings.Contains(text, originalACL) || !strings.Contains(text, "stood there before the cut") {
			t.Error(text)
		}
	})
}

func TestAReleaseThatIsStuckGivesAdvice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*world)
		step    democheck.Name
		outcome democheck.Outcome
		says    []string
	}{
		"nobody releases": {
			func(w *world) { w.released = never }, democheck.Released, democheck.TimedOut,
			[]string{"quarantine release " + incident + " --reason 'the demo is over' --stack S"},
		},
		"the demo is cut off again": {
			func(w *world) { w.again = true }, democheck.Restored, democheck.Failed,
			[]string{second + " is contained", "cut off again", "delete the demo's stack"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := quarantined(t, 0)
				w.released = time.Minute
				c.change(w)
				check, _ := w.check()
				_, err := check.Return(t.Context())
				stuck, ok := errors.AsType[*democheck.StuckError](err)
				if !ok || stuck.Step != c.step || stuck.Outcome != c.outcome {
					t.Fatalf("%v; want %s %s", err, c.step, c.outcome)
				}
				for _, want := range c.says {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%q is not in the error: %v", want, err)
					}
				}
			})
		})
	}
}

func TestWithoutAnIncidentThereIsNoReleaseToFollow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := newWorld(t).check()
		if _, err := c.Return(t.Context()); !errors.Is(err, democheck.ErrNoIncident) {
			t.Error(err)
		}
	})
}

func TestAReleaseInProgressIsNotTakenForAnIsolation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := quarantined(t, 0)
		w.cut, w.cutStatus = never, quarantine.StatusReleasing
		c, _ := w.check()
		if _, err := c.Follow(t.Context()); err == nil || !strings.Contains(err.Error(), "Follow that: quarantine demo-check --released --stack S") {
			t.Error(err)
		}
	})
}
