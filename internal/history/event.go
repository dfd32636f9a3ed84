package history

import "time"

// Event is one event of an execution's history. As JSON it has the shape that the AWS CLI's
// get-execution-history prints: see
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html.
type Event struct {
	Timestamp time.Time `json:"timestamp"` // UTC, to the millisecond
	Type      string    `json:"type"`
	ID        int64     `json:"id"` // from 1, in the order of writing
	// PreviousEventID is the event that led to this one in the same branch; 0 at the start.
	PreviousEventID int64 `json:"previousEventId"`

	ExecutionStarted   *ExecutionStarted `json:"executionStartedEventDetails,omitempty"`
	ExecutionSucceeded *Result           `json:"executionSucceededEventDetails,omitempty"`
	ExecutionFailed    *Problem          `json:"executionFailedEventDetails,omitempty"`
	ExecutionAborted   *Problem          `json:"executionAbortedEventDetails,omitempty"`
	ExecutionTimedOut  *Problem          `json:"executionTimedOutEventDetails,omitempty"`

	StateEntered *StateEntered `json:"stateEnteredEventDetails,omitempty"`
	StateExited  *StateExited  `json:"stateExitedEventDetails,omitempty"`

	TaskScheduled *TaskScheduled `json:"taskScheduledEventDetails,omitempty"`
	TaskStarted   *TaskResource  `json:"taskStartedEventDetails,omitempty"`
	TaskSubmitted *TaskResult    `json:"taskSubmittedEventDetails,omitempty"`
	TaskSucceeded *TaskResult    `json:"taskSucceededEventDetails,omitempty"`
	TaskFailed    *TaskProblem   `json:"taskFailedEventDetails,omitempty"`
	TaskTimedOut  *TaskProblem   `json:"taskTimedOutEventDetails,omitempty"`

	LambdaFunctionScheduled *LambdaFunctionScheduled `json:"lambdaFunctionScheduledEventDetails,omitempty"`
	LambdaFunctionSucceeded *Result                  `json:"lambdaFunctionSucceededEventDetails,omitempty"`
	LambdaFunctionFailed    *Problem                 `json:"lambdaFunctionFailedEventDetails,omitempty"`
	LambdaFunctionTimedOut  *Problem                 `json:"lambdaFunctionTimedOutEventDetails,omitempty"`

	MapStateStarted       *MapStateStarted `json:"mapStateStartedEventDetails,omitempty"`
	MapIterationStarted   *MapIteration    `json:"mapIterationStartedEventDetails,omitempty"`
	MapIterationSucceeded *MapIteration    `json:"mapIterationSucceededEventDetails,omitempty"`
	MapIterationFailed    *MapIteration    `json:"mapIterationFailedEventDetails,omitempty"`
	MapIterationAborted   *MapIteration    `json:"mapIterationAbortedEventDetails,omitempty"`

	EvaluationFailed *EvaluationFailed `json:"evaluationFailedEventDetails,omitempty"`
}

// DataDetails says whether data was cut short. The interpreter cuts nothing short.
type DataDetails struct {
	Truncated bool `json:"truncated"`
}

// ExecutionStarted has the execution's input, as JSON text.
type ExecutionStarted struct {
	Input        string      `json:"input"`
	InputDetails DataDetails `json:"inputDetails"`
	RoleArn      string      `json:"roleArn,omitempty"`
}

// Result is an output, as JSON text.
type Result struct {
	Output        string      `json:"output"`
	OutputDetails DataDetails `json:"outputDetails"`
}

// Problem is an error with its name and cause.
type Problem struct {
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
}

// StateEntered has a state's input, as JSON text.
type StateEntered struct {
	Name         string      `json:"name"`
	Input        string      `json:"input"`
	InputDetails DataDetails `json:"inputDetails"`
}

// StateExited has a state's output and the variables that it assigned, as JSON text.
type StateExited struct {
	Name                     string            `json:"name"`
	Output                   string            `json:"output"`
	OutputDetails            DataDetails       `json:"outputDetails"`
	AssignedVariables        map[string]string `json:"assignedVariables,omitempty"`
	AssignedVariablesDetails *DataDetails      `json:"assignedVariablesDetails,omitempty"`
}

// TaskResource is what a Task state's Resource asks for: lambda and invoke, say.
type TaskResource struct {
	ResourceType string `json:"resourceType"`
	Resource     string `json:"resource"`
}

// TaskScheduled has a task's arguments, as JSON text.
type TaskScheduled struct {
	TaskResource
	Region             string `json:"region"`
	Parameters         string `json:"parameters"`
	TimeoutInSeconds   int    `json:"timeoutInSeconds,omitempty"`
	HeartbeatInSeconds int    `json:"heartbeatInSeconds,omitempty"`
}

// TaskResult is a task's output.
type TaskResult struct {
	TaskResource
	Result
}

// TaskProblem is how a task failed.
type TaskProblem struct {
	TaskResource
	Problem
}

// LambdaFunctionScheduled has the input of a function that a Task state names by its own ARN.
type LambdaFunctionScheduled struct {
	Resource         string      `json:"resource"`
	Input            string      `json:"input"`
	InputDetails     DataDetails `json:"inputDetails"`
	TimeoutInSeconds int         `json:"timeoutInSeconds,omitempty"`
}

// MapStateStarted has the number of items.
type MapStateStarted struct {
	Length int `json:"length"`
}

// MapIteration is the Map state's name and the item's index.
type MapIteration struct {
	Name  string `json:"name"`
	Index int    `json:"index"`
}

// EvaluationFailed says which expression of which state gave no value.
type EvaluationFailed struct {
	Error    string `json:"error,omitempty"`
	Cause    string `json:"cause,omitempty"`
	Location string `json:"location,omitempty"`
	State    string `json:"state"`
}
