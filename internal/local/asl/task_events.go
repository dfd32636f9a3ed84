package asl

import "encoding/json"

func (a *attempt) resource() TaskResource {
	return TaskResource{ResourceType: a.st.resource.typ, Resource: a.st.resource.name}
}

// begun writes that the work is scheduled and started.
func (a *attempt) begun() {
	if a.st.resource.lambda {
		a.emit(Event{Type: "LambdaFunctionScheduled", LambdaFunctionScheduled: &LambdaFunctionScheduled{
			Resource: a.st.resource.arn, Input: string(a.arguments), TimeoutInSeconds: a.timeout}})
		a.emit(Event{Type: "LambdaFunctionStarted"})
		return
	}
	started := a.resource()
	a.emit(Event{Type: "TaskScheduled", TaskScheduled: &TaskScheduled{
		TaskResource: started, Region: a.region(), Parameters: string(a.arguments),
		TimeoutInSeconds: a.timeout, HeartbeatInSeconds: a.heartbeat}})
	a.emit(Event{Type: "TaskStarted", TaskStarted: &started})
}

// region is the Region of the work: the resource's own, or else the execution's.
func (a *attempt) region() string {
	if _, r, _ := splitARN(a.st.resource.arn); r != "" {
		return r
	}
	_, r, _ := splitARN(a.x.result.ExecutionArn)
	return r
}

// submit writes, once an attempt, that the work was handed over. Output that is not JSON is shown as null.
func (a *attempt) submit(output json.RawMessage) {
	if a.submitted {
		return
	}
	a.submitted = true
	text, ok := compact(output)
	if !ok {
		text = json.RawMessage("null")
	}
	a.emit(Event{Type: "TaskSubmitted", TaskSubmitted: a.taskResult(text)})
}

func (a *attempt) won(result json.RawMessage) {
	if a.st.resource.lambda {
		a.emit(Event{Type: "LambdaFunctionSucceeded", LambdaFunctionSucceeded: &Result{Output: string(result)}})
		return
	}
	a.emit(Event{Type: "TaskSucceeded", TaskSucceeded: a.taskResult(result)})
}

func (a *attempt) taskResult(output json.RawMessage) *TaskResult {
	return &TaskResult{TaskResource: a.resource(), Result: Result{Output: string(output)}}
}

// lost writes that the work failed, or was not done in time.
func (a *attempt) lost(fail *failure) {
	timedOut := fail.name == errorTimeout
	p := fail.problem()
	switch {
	case a.st.resource.lambda && timedOut:
		a.emit(Event{Type: "LambdaFunctionTimedOut", LambdaFunctionTimedOut: &p})
	case a.st.resource.lambda:
		a.emit(Event{Type: "LambdaFunctionFailed", LambdaFunctionFailed: &p})
	case timedOut:
		a.emit(Event{Type: "TaskTimedOut", TaskTimedOut: &TaskProblem{a.resource(), p}})
	default:
		a.emit(Event{Type: "TaskFailed", TaskFailed: &TaskProblem{a.resource(), p}})
	}
}
