package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
)

// outcome is the result of a flood.
type outcome struct {
	ended  map[string]int // number of executions by outcome: contained, joined, or the error
	failed []string       // the first executions that did not succeed, with their errors

	cuts        []time.Duration // from an instance's finding to its verified cut, in virtual time
	lastCut     time.Duration   // from the beginning, in virtual time
	lastCutTook time.Duration   // from the beginning, in real time
	simulated   time.Duration
	took        time.Duration

	calls             map[operation]count
	acls, quarantined int // quarantine ACLs, and subnets under them
}

// fewFailures is the number of failures that are reported with their errors.
const fewFailures = 5

// digest counts the executions that have ended, and drops their histories.
func (f *flood) digest() {
	f.running = slices.DeleteFunc(f.running, func(r *runner.Running) bool {
		if r.Result == nil {
			return false
		}
		how := ending(r.Result)
		if f.outcome.ended[how]++; r.Result.Status != history.StatusSucceeded && len(f.outcome.failed) < fewFailures {
			f.outcome.failed = append(f.outcome.failed, fmt.Sprintf("%s: %s: %s", r.Name, r.Result.Error, r.Result.Cause))
		}
		r.Result.History, r.Result.Path = nil, nil
		if f.done != nil {
			f.done()
		}
		return true
	})
}

// ending is the outcome in an execution's output, or its status and error.
func ending(x *history.Execution) string {
	var output struct{ Outcome string }
	if x.Status == history.StatusSucceeded && json.Unmarshal(x.Output, &output) == nil && output.Outcome != "" {
		return output.Outcome
	}
	return fmt.Sprintf("%s %s", x.Status, x.Error)
}

// quantile is the time within which the given part (0 to 1) of the cuts was made.
func (o *outcome) quantile(part float64) time.Duration {
	if len(o.cuts) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(o.cuts))
	return sorted[int(part*float64(len(sorted)-1))]
}
