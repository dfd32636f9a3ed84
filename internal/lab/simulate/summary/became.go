package summary

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/number"
	"github.com/ec2-quarantine/quarantine/internal/history/timeline"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// cuts are how long each incident took to its cut or, where no subnet was cut for it, to its read-back.
func (s *Summary) cuts(r *simulate.Report) (took []time.Duration) {
	for _, x := range r.Executions {
		at := isolatedAt(x)
		if at.IsZero() {
			continue
		}
		if calls := toTheCut(r.Calls, x.Name); len(calls) > 0 {
			at = timeline.Of(x, calls, s.Sent).Cut
		}
		took = append(took, at.Sub(s.Sent))
	}
	return took
}

// isolatedAt is when an execution read back what it had cut; zero if it has cut nothing.
func isolatedAt(x history.Execution) time.Time {
	for _, e := range x.History {
		var out struct{ ContainedAt time.Time }
		if e.StateExited != nil && e.StateExited.Name == state.Isolate && json.Unmarshal([]byte(e.StateExited.Output), &out) == nil && !out.ContainedAt.IsZero() {
			return out.ContainedAt
		}
	}
	return time.Time{}
}

// duration is exact as long as it is short. Where a person was waited for, nobody counts its
// milliseconds.
func duration(d time.Duration) string {
	if d < 10*time.Second {
		return timeline.Milliseconds(d)
	}
	return strings.Replace(d.Round(time.Second).String(), "m0s", "m", 1)
}

// evidence says how much was taken, where that has come to an end.
func evidence(r *simulate.Report) string {
	n := 0
	for _, x := range r.Executions {
		var out struct {
			Outcome   string
			Snapshots []string
		}
		if json.Unmarshal(x.Output, &out) == nil && out.Outcome == "contained" {
			n += len(out.Snapshots)
		}
	}
	if n == 0 {
		return ""
	}
	return "evidence complete (" + counted(n, "snapshot") + ")"
}

// failures are the executions that have failed, with their errors.
func failures(r *simulate.Report) string {
	var out []string
	numbers := number.Of(r.Executions)
	for _, x := range r.Executions {
		if x.Status != history.StatusSucceeded {
			out = append(out, numbers.Of(x.Name).String()+" "+x.Error)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "FAILED: " + strings.Join(out, ", ")
}

// uncutWords say what became of a finding for which nothing was cut.
var uncutWords = map[string]string{
	"left": "nothing was cut, as a person decided", "waiting": "a person is asked", "told": "the verdict is to tell people, and not to cut",
	"ignored": "the verdict is to ignore it; it is on record", "joined": "the incident is another's",
	"observed": "the policy has it observed: what would have been done is told, and nothing was changed",
}

func uncut(r *simulate.Report) string {
	var all []string
	for _, x := range r.Executions {
		var out struct{ Outcome, DecidedBy string }
		if json.Unmarshal(x.Output, &out) != nil || uncutWords[out.Outcome] == "" {
			continue
		}
		words := uncutWords[out.Outcome]
		if out.Outcome == "left" && out.DecidedBy == "nobody" {
			words = "nothing was cut, as nobody answered"
		}
		if !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	return strings.Join(all, "; ")
}
