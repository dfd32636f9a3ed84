package recorded

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// Answer is one result of a task: a function's result, an error that a function returns, or a service's fault.
// A nil Answer means that the service itself answers.
type Answer struct {
	AfterSeconds float64         `json:"afterSeconds,omitempty"`
	Result       json.RawMessage `json:"result,omitempty"`

	ErrorType    string `json:"errorType,omitempty"` // of a function
	ErrorMessage string `json:"errorMessage,omitempty"`

	Code    string `json:"code,omitempty"` // a service's error code
	Message string `json:"message,omitempty"`
	Status  int    `json:"status,omitempty"` // HTTP status

	Token []TokenAnswer `json:"token,omitempty"` // answers to the task token that the function receives
}

// TokenAnswer is one answer to a task token: a success, a failure, or a heartbeat if it is neither.
type TokenAnswer struct {
	AfterSeconds float64         `json:"afterSeconds"`
	Success      json.RawMessage `json:"success,omitempty"`
	Error        string          `json:"error,omitempty"`
	Cause        string          `json:"cause,omitempty"`
}

// script returns the answers of a case, each once, in order.
type script struct {
	mutex sync.Mutex
	left  map[string][]*Answer
}

// newScript prepares the script of a case.
func newScript(c Case) *script {
	s := &script{left: map[string][]*Answer{}}
	for key, all := range c.Script {
		s.left[key] = slices.Clone(all)
	}
	return s
}

// next is the next answer for a key: a function, a service's operation such as dynamodb:updateItem, or
// states:startExecution@name if the request has a name. It is nil if the script has no entry for the key. The error
// means that all answers of the key were used already.
func (s *script) next(key string) (*Answer, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	left, scripted := s.left[key]
	if !scripted {
		return nil, nil
	}
	if len(left) == 0 {
		return nil, fmt.Errorf("the script has no more answers of %s", key)
	}
	s.left[key] = left[1:]
	return left[0], nil
}

// unasked are the keys with unused answers, sorted.
func (s *script) unasked() (keys []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for key, left := range s.left {
		if len(left) > 0 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// FunctionKey is the script's key for a function: its name, with the kind of message or else the measure, and the
// execution, if its input has them, as in notify/contained@finding-1.
func FunctionKey(arn string, payload json.RawMessage) string {
	key := arn[strings.LastIndex(arn, ":")+1:]
	var input struct {
		Kind      string `json:"kind"`
		Measure   string `json:"measure"`
		Execution struct {
			Name string `json:"name"`
		} `json:"execution"`
	}
	if json.Unmarshal(payload, &input) != nil {
		return key
	}
	if of := cmp.Or(input.Kind, input.Measure); of != "" {
		key += "/" + of
	}
	if input.Execution.Name != "" {
		key += "@" + input.Execution.Name
	}
	return key
}

// invoked is what the Lambda integration returns for a function's answer.
// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html.
func (a *Answer) invoked() (json.RawMessage, error) {
	switch {
	case a.Code != "":
		return nil, &asl.TaskError{Name: "Lambda." + a.Code, Cause: a.cause()}
	case a.ErrorType != "":
		cause, err := json.Marshal(Answer{ErrorType: a.ErrorType, ErrorMessage: a.ErrorMessage})
		if err != nil {
			return nil, err
		}
		return nil, &asl.TaskError{Name: a.ErrorType, Cause: string(cause)}
	}
	result := a.Result
	if result == nil {
		result = json.RawMessage("null")
	}
	return json.Marshal(map[string]any{"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": result})
}

// cause is the history's cause for an error of Lambda itself.
func (a *Answer) cause() string {
	return fmt.Sprintf("%s (Service: AWSLambda; Status Code: %d; Error Code: %s; Request ID: 00000000-0000-0000-0000-000000000000; Proxy: null)",
		a.Message, a.Status, a.Code)
}
