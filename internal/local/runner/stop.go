package runner

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// The longest texts that StopExecution takes, in characters.
const (
	maxStopError = 256
	maxStopCause = 32768
)

// StopError is why StopExecution was refused, by Step Functions' name:
// ExecutionDoesNotExist or ValidationException.
type StopError struct{ Name, Message string }

func (e *StopError) Error() string { return e.Name + ": " + e.Message }

// StopExecution stops an execution, with the executions that it waits for, and returns when
// it has ended, with the time of that. One that has ended before stays as it is. What its
// tasks have done stays done; executions that it started without waiting go on.
//
// Errors: *StopError; the errors of Around; ctx's, where that is done before the end.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
func (s *StepFunctions) StopExecution(ctx context.Context, arn, name, cause string) (time.Time, error) {
	var r *Running
	err := s.around(ctx, "StopExecution", func() (err error) {
		r, err = s.stop(arn, asl.TaskError{Name: name, Cause: cause})
		return err
	})
	if err != nil {
		return time.Time{}, err
	}
	// Not in Around, which other calls may wait for: the execution's own can be among them.
	if err := s.Clock.Await(ctx, r.done); err != nil {
		return time.Time{}, err
	}
	return r.Stopped, nil
}

func (s *StepFunctions) stop(arn string, why asl.TaskError) (*Running, error) {
	if utf8.RuneCountInString(why.Name) > maxStopError || utf8.RuneCountInString(why.Cause) > maxStopCause {
		return nil, &StopError{"ValidationException", fmt.Sprintf("error takes %d characters, and cause %d", maxStopError, maxStopCause)}
	}
	s.mu.Lock()
	r := s.byARN[arn]
	s.mu.Unlock()
	if r == nil {
		return nil, &StopError{"ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'"}
	}
	r.stop(&why) // without an effect on one that has ended
	return r, nil
}

// StopAll stops every execution that has not ended, those that others started included, in
// the order of their start: what starts executions is stopped before it can start more.
func (s *StepFunctions) StopAll(ctx context.Context, name, cause string) error {
	for i := 0; ; i++ {
		s.mu.Lock()
		all := s.executions
		ended := i < len(all) && all[i].Result != nil
		s.mu.Unlock()
		if i == len(all) {
			return nil
		}
		if ended {
			continue
		}
		if _, err := s.StopExecution(ctx, all[i].ARN, name, cause); err != nil {
			return err
		}
	}
}
