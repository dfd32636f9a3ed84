package democheck_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// lines formats steps for comparison.
func lines(steps []democheck.Step) (out []string) {
	for _, s := range steps {
		since := "-"
		if s.SinceFinding != nil {
			since = fmt.Sprintf("%.0f", *s.SinceFinding)
		}
		out = append(out, fmt.Sprintf("%s %s %.0f %s", s.Name, s.Outcome, s.SinceStart, since))
	}
	return out
}

func TestEveryStepOfAQuarantineIsSeenWithItsTimes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := quarantined(t, 7*time.Minute)
		w.pageUp = 91 * time.Second
		c, told := w.check()
		report, err := c.Follow(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"page-reachable seen 92 -", // requested every 4 s: each request takes 3 s to time out
			"finding-seen seen 420 0",
			"cut-in-effect seen 423 3",
			"page-unreachable seen 430 10", // two unanswered requests
			"evidence-complete seen 514 94",
		}
		if diff := cmp.Diff(want, lines(report.Steps)); diff != "" {
			t.Error(diff)
		}
		if report.Incident != incident || !report.FindingAt.Equal(w.start.Add(w.finding)) {
			t.Errorf("%s, %s", report.Incident, report.FindingAt)
		}
		acl, association := w.association()
		for i, text := range []string{
			"it answers 200", incident + " is isolating, by " + execution,
			demo.SubnetID + " is under " + acl + " (" + association + "), which lets nothing pass; before: " + originalACL + "; read back by the isolation 3s after the finding",
			"the instance is running, and nothing answers within 3s", "",
		} {
			if report.Steps[i].Text != text {
				t.Errorf("step %d: %q, want %q", i, report.Steps[i].Text, text)
			}
		}
		if len(told.steps) != len(want) {
			t.Errorf("%d steps were reported", len(told.steps))
		}
		if len(told.waits) < 6 || !strings.Contains(strings.Join(told.waits, "\n"), "a finding of GuardDuty's about "+demo.Resource.ID) {
			t.Errorf("the reminders in seven minutes are: %q", told.waits)
		}
	})
}

func TestACheckThatIsStuckNamesTheStepAndGivesAdvice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*world)
		drill   bool
		step    democheck.Name
		outcome democheck.Outcome
		after   time.Duration // since the start
		says    []string
	}{
		"the page never answers": {
			change: func(w *world) { w.pageUp = never }, step: democheck.PageReachable, outcome: democheck.TimedOut, after: 5*time.Minute + 3*time.Second,
			says: []string{demo.URL, "nothing answers within 3s", "get-console-output", "VisitorCidr", "without a proxy"},
		},
		"no finding comes": {
			change: func(w *world) { w.finding = never }, step: democheck.FindingSeen, outcome: democheck.TimedOut, after: timeout,
			says: []string{"list-detectors", "--finding-now"},
		},
		"the ACL does not come": {
			change: func(w *world) { w.cut = never }, step: democheck.CutInEffect, outcome: democheck.TimedOut, after: 66*time.Second + 10*time.Minute,
			says: []string{demo.SubnetID + " is under " + originalACL, "quarantine history " + incident + " --stack S"},
		},
		"the isolation fails": {
			change: func(w *world) { w.cut, w.cutStatus = never, quarantine.StatusFailed }, step: democheck.CutInEffect, outcome: democheck.Failed, after: 66 * time.Second,
			says: []string{"the isolation FAILED", "quarantine history " + execution},
		},
		"somebody opens the quarantine ACL": {
			change: func(w *world) { w.opened = true }, step: democheck.CutInEffect, outcome: democheck.Failed, after: 69 * time.Second,
			says: []string{"somebody has added 2 rules", "That is no quarantine"},
		},
		"the ACL stands and the page still answers": {
			change: func(w *world) { w.pageDown = never }, step: democheck.PageUnreachable, outcome: democheck.TimedOut, after: 69*time.Second + 2*time.Minute,
			says: []string{"it answers 200", "something answers all the same", demo.URL, "the cut is not shown"},
		},
		"the ACL stands and connections are refused": {
			change: func(w *world) { w.refuses = true }, step: democheck.PageUnreachable, outcome: democheck.TimedOut, after: 69*time.Second + 2*time.Minute,
			says: []string{"connection refused", "something answers all the same"},
		},
		"the page is silent because the instance is down": {
			change: func(w *world) { w.stopped = true }, step: democheck.PageUnreachable, outcome: democheck.Failed, after: 76 * time.Second,
			says: []string{"the instance is stopped", "shows nothing of the cut"},
		},
		"the snapshots fail": {
			change: func(w *world) { w.spoilt = true }, step: democheck.EvidenceTaken, outcome: democheck.Failed, after: 160 * time.Second,
			says: []string{"not all of the evidence", "The cut stands", "quarantine show " + incident + " --stack S"},
		},
		"the snapshots take longer than the run": {
			change: func(w *world) { w.evidence = never }, step: democheck.EvidenceTaken, outcome: democheck.TimedOut, after: timeout,
			says: []string{"The cut stands"},
		},
		"the ledger may not be read": {
			change: func(w *world) {
				w.failing(denied, time.Second-early, never)
			}, step: democheck.FindingSeen, outcome: democheck.Failed, after: 2 * time.Second, says: []string{"DynamoDB denied GetItem"},
		},
		"the drill cuts nothing off": {
			change: func(w *world) { w.finding, w.drillEnd = never, `has ended with {"outcome":"told"}` }, drill: true,
			step: democheck.FindingSeen, outcome: democheck.Failed,
			says: []string{"has cut nothing off", "it can have this observed", `{"outcome":"told"}`, "quarantine history " + execution},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := quarantined(t, 66*time.Second)
				c.change(w)
				check, told := w.check()
				if c.drill {
					check.Drill = w
				}
				report, err := check.Follow(t.Context())
				stuck, ok := errors.AsType[*democheck.StuckError](err)
				if !ok || stuck.Step != c.step || stuck.Outcome != c.outcome {
					t.Fatalf("%v; want %s %s", err, c.step, c.outcome)
				}
				for _, want := range c.says {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%q is not in the error: %v", want, err)
					}
				}
				if took := time.Since(w.start).Round(time.Second); took != c.after {
					t.Errorf("it took %s, want %s", took, c.after)
				}
				last := told.steps[len(told.steps)-1]
				if last.Name != c.step || last.Outcome != c.outcome || len(report.Steps) != len(told.steps) {
					t.Errorf("the last reported step is %s %s", last.Name, last.Outcome)
				}
			})
		})
	}
}

func TestATemporaryErrorDoesNotEndARun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := quarantined(t, 2*time.Minute)
		w.failing(throttled, time.Second+early, 90*time.Second)
		c, told := w.check()
		if _, err := c.Follow(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(told.waits, "\n"), "throttled") {
			t.Errorf("the reminder does not say why it waits: %q", told.waits)
		}
	})
}

// tick is shorter than the interval between looks, so that nothing else happens at the time of the interruption.
const tick = time.Millisecond

func TestAnInterruptedCheckSaysWhatContinues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		drill bool
		after time.Duration
		says  string
	}{
		"while it watches":          {false, 3*time.Minute + tick, "the same command goes on"},
		"while the drill goes on":   {true, 20*time.Second + tick, "quarantine history " + execution},
		"while nothing answers yet": {false, tick, "the same command goes on"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := quarantined(t, time.Hour)
				ctx, interrupt := context.WithCancel(t.Context())
				check, _ := w.check()
				if c.drill {
					check.Drill = w
				}
				go func() {
					time.Sleep(c.after)
					interrupt()
				}()
				report, err := check.Follow(ctx)
				stuck, ok := errors.AsType[*democheck.StuckError](err)
				if !ok || stuck.Outcome != democheck.Interrupted || !strings.Contains(stuck.Advice, c.says) {
					t.Fatalf("%v", err)
				}
				if last := report.Steps[len(report.Steps)-1]; last.Outcome != democheck.Interrupted {
					t.Errorf("the report ends with %s %s", last.Name, last.Outcome)
				}
				if took := time.Since(w.start); took != c.after {
					t.Errorf("it took %s to be interrupted after %s", took, c.after)
				}
			})
		})
	}
}

func TestARunAfterTheIsolationContinuesFromTheLedger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := quarantined(t, 0)
		c, _ := w.check()
		c.Drill = w
		time.Sleep(30 * time.Second)
		report, err := c.Follow(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if first := report.Steps[0]; first.Outcome != democheck.Skipped || !strings.Contains(first.Text, incident+" is contained already") {
			t.Errorf("%s %s: %s", first.Name, first.Outcome, first.Text)
		}
		if w.started != 0 {
			t.Error("a drill was started during an open incident")
		}
		if at := report.Steps[1]; at.SinceFinding == nil || *at.SinceFinding < 30 {
			t.Errorf("the finding was 30 s ago: %+v", at)
		}
	})
}

func TestADrillIsStartedOnceAndFollowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.pageUp = 10 * time.Second
		c, _ := w.check()
		c.Drill = w
		report, err := c.Follow(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if w.started != 1 || report.Drill != execution || report.FindingAt.Sub(w.start) < w.pageUp {
			t.Errorf("started %d, %q, before the page answered: %s", w.started, report.Drill, report.FindingAt)
		}
	})
}

func TestAnOpenQuestionIsNamedWhileTheCheckWaitsForTheFinding(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := quarantined(t, 90*time.Second)
		w.question = "req-1"
		c, told := w.check()
		if _, err := c.Follow(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(told.waits, "\n"), "a person is asked first: quarantine approve req-1 --stack S") {
			t.Errorf("%q", told.waits)
		}
	})
}
