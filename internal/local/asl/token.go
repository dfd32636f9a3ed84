package asl

import (
	"encoding/json"
	"sync"
)

// TokenError is the reason why a task token was refused, by Step Functions' name: TaskDoesNotExist for an unknown
// token, TaskTimedOut for a token whose task is over, InvalidOutput for an output that is not JSON. It does not
// contain the token, which is a secret.
type TokenError struct{ Name string }

// The names of a TokenError.
// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html.
const (
	TaskDoesNotExist = "TaskDoesNotExist"
	TaskTimedOut     = "TaskTimedOut"
	InvalidOutput    = "InvalidOutput"
)

func (e *TokenError) Error() string {
	switch e.Name {
	case TaskDoesNotExist:
		return "TaskDoesNotExist: no task has this token"
	case TaskTimedOut:
		return "TaskTimedOut: the task of this token has ended"
	}
	return "InvalidOutput: the output is not JSON"
}

// tokens are the task tokens of a Runner; an entry remains, closed, when its task is over.
type tokens struct {
	mutex sync.Mutex
	all   map[string]*waiting
}

// waiting is a task that waits for the answer to its token.
type waiting struct {
	open   bool
	signal chan struct{} // closed by a heartbeat or the answer; a heartbeat replaces it
	output json.RawMessage
	failed *failure
}

func (t *tokens) register(token string) *waiting {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.all == nil {
		t.all = map[string]*waiting{}
	}
	w := &waiting{open: true, signal: make(chan struct{})}
	t.all[token] = w
	return w
}

// close ends the task's wait; later answers are refused.
func (t *tokens) close(w *waiting) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	w.open = false
}

// state returns the channel to wait on, and whether the answer has arrived.
func (t *tokens) state(w *waiting) (signal <-chan struct{}, answered bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return w.signal, w.output != nil || w.failed != nil
}

// update changes the task that waits for a token, and wakes it.
func (t *tokens) update(token string, change func(w *waiting)) error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	w, ok := t.all[token]
	if !ok {
		return &TokenError{Name: TaskDoesNotExist}
	}
	if !w.open {
		return &TokenError{Name: TaskTimedOut}
	}
	close(w.signal)
	change(w)
	return nil
}

// SendTaskSuccess ends the task that waits for the token with an output. The error is a *TokenError.
func (r *Runner) SendTaskSuccess(token string, output json.RawMessage) error {
	text, ok := compact(output)
	if !ok {
		return &TokenError{Name: InvalidOutput}
	}
	return r.tokens.update(token, func(w *waiting) { w.open, w.output = false, text })
}

// SendTaskFailure ends the task that waits for the token with an error. The returned error is a *TokenError.
func (r *Runner) SendTaskFailure(token, name, cause string) error {
	return r.tokens.update(token, func(w *waiting) {
		w.open, w.failed = false, failed(&TaskError{Name: name, Cause: cause})
	})
}

// SendTaskHeartbeat records a heartbeat of the task that waits for the token. The error is a *TokenError.
func (r *Runner) SendTaskHeartbeat(token string) error {
	return r.tokens.update(token, func(w *waiting) { w.signal = make(chan struct{}) })
}
