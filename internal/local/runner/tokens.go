package runner

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// newToken makes a task token, and remembers it to remove it from histories.
func (s *StepFunctions) newToken() string {
	token := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = append(s.tokens, token)
	return token
}

// SendTaskSuccess answers a task token. Errors: *asl.TokenError if no task waits
// for it (any more), and the errors of Around.
func (s *StepFunctions) SendTaskSuccess(ctx context.Context, token string, output json.RawMessage) error {
	s.mu.Lock()
	runner := s.runner
	s.mu.Unlock()
	if runner == nil {
		return &asl.TokenError{Name: asl.TaskDoesNotExist}
	}
	return s.around(ctx, "SendTaskSuccess", func() error { return runner.SendTaskSuccess(token, output) })
}

// around runs do, a call to Step Functions itself, through Around.
func (s *StepFunctions) around(ctx context.Context, operation string, do func() error) error {
	if s.Around == nil {
		return do()
	}
	return s.Around(ctx, operation, do)
}

// withoutTokens removes task tokens from an event. Only a task's parameters
// contain them.
func (s *StepFunctions) withoutTokens(e history.Event) history.Event {
	if e.TaskScheduled == nil {
		return e
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	scheduled := *e.TaskScheduled
	for _, token := range s.tokens {
		scheduled.Parameters = strings.ReplaceAll(scheduled.Parameters, token, history.Masked)
	}
	e.TaskScheduled = &scheduled
	return e
}
