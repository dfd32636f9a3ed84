package asl

import (
	"encoding/json"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/history"
)

func (a *attempt) resource() history.TaskResource {
	return history.TaskResource{ResourceType: a.st.resource.typ, Resource: a.st.resource.name}
}

// begun writes the events that the work is scheduled and started.
func (a *attempt) begun() {
	if a.st.resource.lambda {
		a.emit(history.Event{Type: "LambdaFunctionScheduled", LambdaFunctionScheduled: &history.LambdaFunctionScheduled{
			Resource: a.st.resource.text, Input: string(a.arguments), TimeoutInSeconds: a.timeout}})
		a.emit(history.Event{Type: "LambdaFunctionStarted"})
		return
	}
	started := a.resource()
	a.emit(history.Event{Type: "TaskScheduled", TaskScheduled: &history.TaskScheduled{
		TaskResource: started, Region: a.region(), Parameters: string(a.arguments),
		TimeoutInSeconds: a.timeout, HeartbeatInSeconds: a.heartbeat}})
	a.emit(history.Event{Type: "TaskStarted", TaskStarted: &started})
}

// region is the Region of the work: the resource's own, or else the execution's.
func (a *attempt) region() string {
	if r := a.st.resource.region; r != "" {
		return r
	}
	id, _ := arn.Parse(a.x.result.ARN)
	return id.Region
}

// submit writes, once for each attempt, that the work was submitted. Output that is not JSON is written as null.
func (a *attempt) submit(output json.RawMessage) {
	if a.submitted {
		return
	}
	a.submitted = true
	text, ok := compact(output)
	if !ok {
		text = json.RawMessage("null")
	}
	a.emit(history.Event{Type: "TaskSubmitted", TaskSubmitted: a.taskResult(text)})
}

func (a *attempt) won(result json.RawMessage) {
	if a.st.resource.lambda {
		a.emit(history.Event{Type: "LambdaFunctionSucceeded", LambdaFunctionSucceeded: &history.Result{Output: string(result)}})
		return
	}
	a.emit(history.Event{Type: "TaskSucceeded", TaskSucceeded: a.taskResult(result)})
}

func (a *attempt) taskResult(output json.RawMessage) *history.TaskResult {
	return &history.TaskResult{TaskResource: a.resource(), Result: history.Result{Output: string(output)}}
}

// lost writes that the work failed or timed out.
func (a *attempt) lost(fail *failure) {
	timedOut := fail.name == errorTimeout
	p := fail.problem()
	switch {
	case a.st.resource.lambda && timedOut:
		a.emit(history.Event{Type: "LambdaFunctionTimedOut", LambdaFunctionTimedOut: &p})
	case a.st.resource.lambda:
		a.emit(history.Event{Type: "LambdaFunctionFailed", LambdaFunctionFailed: &p})
	case timedOut:
		a.emit(history.Event{Type: "TaskTimedOut", TaskTimedOut: &history.TaskProblem{TaskResource: a.resource(), Problem: p}})
	default:
		a.emit(history.Event{Type: "TaskFailed", TaskFailed: &history.TaskProblem{TaskResource: a.resource(), Problem: p}})
	}
}
