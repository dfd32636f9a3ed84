package main

import (
	"encoding/json"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ends tells whether an event is the last one of an execution.
func ends(e asl.Event) bool { return statusAfter(e) != asl.StatusRunning }

// statusAfter is the status that an execution has after an event.
func statusAfter(e asl.Event) asl.Status {
	switch e.Type {
	case "ExecutionSucceeded":
		return asl.StatusSucceeded
	case "ExecutionFailed":
		return asl.StatusFailed
	case "ExecutionTimedOut":
		return asl.StatusTimedOut
	case "ExecutionAborted":
		return asl.StatusAborted
	}
	return asl.StatusRunning
}

// problemOf is how an execution failed; nil if the event does not say.
func problemOf(e asl.Event) *asl.Problem {
	for _, p := range []*asl.Problem{e.ExecutionFailed, e.ExecutionTimedOut, e.ExecutionAborted} {
		if p != nil {
			return p
		}
	}
	return nil
}

// described puts an execution together from its ARN and its history.
func described(arn string, history []asl.Event) simulate.Execution {
	id, _ := quarantine.ParseExecutionARN(arn)
	e := simulate.Execution{ARN: arn, Machine: id.Machine, Name: id.Name, History: history, Status: asl.StatusRunning}
	for _, event := range history {
		if event.StateEntered != nil {
			e.Path = append(e.Path, event.StateEntered.Name)
		}
	}
	if len(history) == 0 {
		return e
	}
	last := history[len(history)-1]
	e.Status = statusAfter(last)
	if last.ExecutionSucceeded != nil && json.Valid([]byte(last.ExecutionSucceeded.Output)) {
		e.Output = []byte(last.ExecutionSucceeded.Output)
	}
	if p := problemOf(last); p != nil {
		e.Error, e.Cause = p.Error, p.Cause
	}
	return e
}
