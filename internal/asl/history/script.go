package history

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Answer is what a task answers once: a function's result, an error that a function names, or a service's fault.
// A nil Answer leaves it to the service.
type Answer struct {
	AfterSeconds float64         `json:"afterSeconds,omitempty"`
	Result       json.RawMessage `json:"result,omitempty"`

	ErrorType    string `json:"errorType,omitempty"` // a function's
	ErrorMessage string `json:"errorMessage,omitempty"`

	Code    string `json:"code,omitempty"` // a service's, as its API names it
	Message string `json:"message,omitempty"`
	Status  int    `json:"status,omitempty"` // of HTTP

	Token []TokenAnswer `json:"token,omitempty"` // for the token that the function was given
}

// TokenAnswer is sent under a task token: a success, a failure, or a heartbeat where it is neither.
type TokenAnswer struct {
	AfterSeconds float64         `json:"afterSeconds"`
	Success      json.RawMessage `json:"success,omitempty"`
	Error        string          `json:"error,omitempty"`
	Cause        string          `json:"cause,omitempty"`
}

// Script gives the answers of a case, each once, in their order.
type Script struct {
	mutex sync.Mutex
	left  map[string][]*Answer
}

// NewScript starts the case's script.
func NewScript(c Case) *Script {
	s := &Script{left: map[string][]*Answer{}}
	for key, all := range c.Script {
		s.left[key] = slices.Clone(all)
	}
	return s
}

// Next is the next answer of a function, or of a service's operation such as dynamodb:updateItem; nil where the
// script has none for it at all. The error is that it has been asked too often.
func (s *Script) Next(key string) (*Answer, error) {
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

// Left are the keys whose answers were not all asked for, sorted.
func (s *Script) Left() (keys []string) {
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

// FunctionKey is where a script has a function's answers: under its name, with the kind of message that its input
// asks for, where it does.
func FunctionKey(arn string, payload json.RawMessage) string {
	name := arn[strings.LastIndex(arn, ":")+1:]
	var message struct {
		Kind string `json:"kind"`
	}
	if json.Unmarshal(payload, &message) != nil || message.Kind == "" {
		return name
	}
	return name + "/" + message.Kind
}

// FaultCause is the cause that a service's fault has in the history.
func (a *Answer) FaultCause(service string) string {
	return fmt.Sprintf("%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: 00000000-0000-0000-0000-000000000000; Proxy: null)",
		a.Message, service, a.Status, a.Code)
}

