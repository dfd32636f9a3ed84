package recorded

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

const (
	integrations = "arn:aws:states:::"
	lambdaInvoke = integrations + "lambda:invoke"
)

// services has the recorded answers of DynamoDB and Step Functions, by request and state, in order.
type services struct {
	mutex   sync.Mutex
	answers map[string][]history.Event
}

// serviceKey is the script's key for a service: dynamodb:updateItem, or states:startExecution@name if the request
// has a name.
func serviceKey(resource string, arguments json.RawMessage) (string, error) {
	var named struct{ Name string }
	if err := json.Unmarshal(arguments, &named); err != nil {
		return "", err
	}
	if named.Name != "" {
		resource += "@" + named.Name
	}
	return resource, nil
}

// served reads the services' answers from a recorded execution.
func served(x Execution) (*services, error) {
	s := &services{answers: map[string][]history.Event{}}
	states, asked := map[int64]string{}, map[int64]string{} // by event id
	for i := range x.Events {
		e, err := x.Event(i)
		if err != nil {
			return nil, err
		}
		states[e.ID], asked[e.ID] = states[e.PreviousEventID], asked[e.PreviousEventID]
		switch {
		case e.StateEntered != nil:
			states[e.ID], asked[e.ID] = e.StateEntered.Name, ""
		case e.TaskScheduled != nil:
			key, err := serviceKey(e.TaskScheduled.ResourceType+":"+e.TaskScheduled.Resource, json.RawMessage(e.TaskScheduled.Parameters))
			if err != nil {
				return nil, err
			}
			asked[e.ID] = key + " by " + states[e.ID]
		case e.TaskSucceeded != nil || e.TaskFailed != nil: // a timeout is not an answer
			s.answers[asked[e.ID]] = append(s.answers[asked[e.ID]], e)
		}
	}
	return s, nil
}

// next is the next answer to a state's request.
func (s *services) next(key, state string) (json.RawMessage, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	key += " by " + state
	if len(s.answers[key]) == 0 {
		return nil, fmt.Errorf("the recording has no more answers of %s", key)
	}
	e := s.answers[key][0]
	s.answers[key] = s.answers[key][1:]
	if e.TaskFailed != nil {
		return nil, &asl.TaskError{Name: e.TaskFailed.Error, Cause: e.TaskFailed.Cause}
	}
	return json.RawMessage(e.TaskSucceeded.Output), nil
}
