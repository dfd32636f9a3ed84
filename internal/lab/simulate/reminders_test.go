package simulate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// askings are the times at which an execution asked, since it asked first, and the
// time at which it expired the question.
func askings(e history.Execution) (asked []time.Duration, expired time.Duration) {
	var first time.Time
	for _, event := range e.History {
		if event.StateEntered == nil {
			continue
		}
		switch event.StateEntered.Name {
		case "AskBeforeCut", "AskForRelease":
			if first.IsZero() {
				first = event.Timestamp
			}
			asked = append(asked, event.Timestamp.Sub(first))
		case "ExpireQuestion", "ExpireRequest":
			expired = event.Timestamp.Sub(first)
		}
	}
	return asked, expired
}

// unanswered runs a question that nobody answers, before a cut or before a release.
func unanswered(t *testing.T, machine string, reminder, expiry time.Duration) (asked []time.Duration, expired time.Duration, e history.Execution) {
	t.Helper()
	policy := triage.DefaultPolicy()
	if machine == wiring.Name {
		var err error
		policy, err = triage.ParsePolicy([]byte("version: 1\nsilence: isolate\noverrides:\n  - {name: all, reason: all are asked about, when: 'true', action: approve}\n"))
		if err != nil {
			t.Fatal(err)
		}
	}
	events := []simulate.Event{miner(hostA, 1)}
	w := world(false, events...)
	w.SilenceCuts = machine == wiring.Name
	r := checked(t, simulate.Options{Events: events, Account: network, Policy: policy, Machine: machine, Start: start, Reminder: reminder, Expiry: expiry}, w)
	i := slices.IndexFunc(r.Executions, func(e history.Execution) bool { return e.Machine == machine })
	asked, expired = askings(r.Executions[i])
	return asked, expired, r.Executions[i]
}

func TestSilenceActsWhenTheQuestionExpires(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ reminder, expiry time.Duration }{
		"as by default":                        {time.Hour, 24 * time.Hour},
		"reminders that never come":            {time.Hour, 5 * time.Minute},
		"a life that is no whole number":       {time.Hour, 90 * time.Minute},
		"a reminder in the last minute":        {time.Hour, time.Hour + 30*time.Second},
		"the shortest":                         {time.Minute, 5 * time.Minute},
		"often, for as long as a question may": {time.Minute, 7 * 24 * time.Hour},
	} {
		for _, machine := range []string{wiring.Name, wiring.Approval} {
			t.Run(name+", "+machine, func(t *testing.T) {
				t.Parallel()
				_, expired, e := unanswered(t, machine, c.reminder, c.expiry)
				if late := expired - c.expiry; late < -2*time.Second || late > 2*time.Second {
					t.Errorf("the question of %s expired after %s: %s", c.expiry, expired, path(e))
				}
			})
		}
	}
}

// Step Functions ends an execution at its 25,000th event.
func TestRemindersBackOffAndAreFew(t *testing.T) {
	t.Parallel()
	const life = 7 * 24 * time.Hour
	asked, _, e := unanswered(t, wiring.Name, time.Minute, life)
	if len(asked) > 25 || len(e.History) > 500 {
		t.Errorf("asked %d times, %d events", len(asked), len(e.History))
	}
	if got := asked[1].Round(time.Minute); got != time.Minute {
		t.Errorf("the first reminder comes after %s", got)
	}
	for i := 2; i < len(asked)-1; i++ {
		if asked[i]-asked[i-1] < asked[i-1]-asked[i-2]-time.Second {
			t.Errorf("reminder %d comes sooner than the one before: %s", i, asked)
		}
	}
	// The alarm ApprovalExpiring counts on it.
	if last := asked[len(asked)-1]; last < life*3/4 {
		t.Errorf("the last reminder comes after %s of %s", last, life)
	}
}
