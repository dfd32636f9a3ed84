package asl

import "encoding/json"

// contextObject is $states.context.
// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html.
type contextObject struct {
	Execution    contextExecution
	State        contextState
	StateMachine contextStateMachine
	Task         *contextTask `json:",omitempty"`
	Map          *contextMap  `json:",omitempty"`
}

type contextExecution struct {
	Id        string
	Input     json.RawMessage
	Name      string
	RoleArn   string
	StartTime string
}

type contextState struct {
	EnteredTime string
	Name        string
	RetryCount  int
}

type contextStateMachine struct {
	Id   string
	Name string
}

type contextTask struct{ Token string }

type contextMap struct{ Item *mapItem }

func (v *visit) context() json.RawMessage {
	start := v.x.start
	c := contextObject{
		Execution: contextExecution{Id: start.ExecutionArn, Input: start.Input, Name: start.Name,
			RoleArn: start.RoleArn, StartTime: iso(start.StartTime)},
		State:        contextState{EnteredTime: iso(v.at), Name: v.st.name, RetryCount: v.retries},
		StateMachine: contextStateMachine{Id: start.StateMachineArn, Name: start.StateMachineName},
	}
	if v.token != "" {
		c.Task = &contextTask{v.token}
	}
	if v.item != nil {
		c.Map = &contextMap{v.item}
	}
	return encode(c)
}
