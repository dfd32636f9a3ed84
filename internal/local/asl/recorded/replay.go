package recorded

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// Replay runs the executions of a case locally, one after the other, with the recorded task results, and returns the
// differences. It sleeps until the time of each recording: call it in a bubble of testing/synctest, where sleeping
// takes no real time.
func Replay(ctx context.Context, c Case, m *asl.Machine) (found []Found, err error) {
	script := newScript(c)
	for _, recorded := range c.Executions {
		differs, err := replay(ctx, c.Name, recorded, m, script)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		found = append(found, differs...)
	}
	if left := script.unasked(); len(left) > 0 {
		return nil, fmt.Errorf("%s: nobody asked for all answers of %v", c.Name, left)
	}
	return found, nil
}

func replay(ctx context.Context, name string, recorded Execution, m *asl.Machine, script *script) ([]Found, error) {
	first, err := recorded.Event(0)
	if err != nil {
		return nil, err
	}
	p := &player{script: script}
	if p.services, err = served(recorded); err != nil {
		return nil, err
	}
	p.runner = &asl.Runner{Tasks: p.task}
	time.Sleep(time.Until(first.Timestamp))
	local, err := of(p.runner.Run(ctx, m, asl.Start{
		ExecutionArn: arn("execution") + ":" + recorded.Name, Name: recorded.Name, Input: json.RawMessage(recorded.Input),
		StateMachineArn: arn("stateMachine"), StateMachineName: machineName, RoleArn: first.ExecutionStarted.RoleArn,
	}))
	if err != nil {
		return nil, err
	}
	return Compare(name, recorded, local)
}

// Account and state machine of the recordings.
const (
	region      = "eu-west-1"
	account     = "111122223333"
	machineName = "quarantine"
)

func arn(kind string) string {
	return "arn:aws:states:" + region + ":" + account + ":" + kind + ":" + machineName
}

// player does the work of tasks. A function's results come from the script; a service's come from the script, if it
// has one, or else from the recording.
type player struct {
	runner   *asl.Runner
	script   *script
	services *services
}

func (p *player) task(ctx context.Context, t asl.Task) (json.RawMessage, error) {
	if strings.HasPrefix(t.Resource, lambdaInvoke) {
		return p.invoke(ctx, t)
	}
	key, err := serviceKey(strings.TrimPrefix(t.Resource, integrations), t.Arguments)
	if err != nil {
		return nil, err
	}
	answer, err := p.script.next(key)
	if err != nil {
		return nil, err
	}
	if answer != nil {
		if err := after(ctx, answer.AfterSeconds); err != nil {
			return nil, err
		}
	}
	return p.services.next(key, t.StateName)
}

func (p *player) invoke(ctx context.Context, t asl.Task) (json.RawMessage, error) {
	var args struct {
		FunctionName string
		Payload      json.RawMessage
	}
	if err := json.Unmarshal(t.Arguments, &args); err != nil {
		return nil, err
	}
	key := FunctionKey(args.FunctionName, args.Payload)
	answer, err := p.script.next(key)
	if err != nil {
		return nil, err
	}
	if answer == nil {
		return nil, fmt.Errorf("the script has no answers of %s", key)
	}
	if err := after(ctx, answer.AfterSeconds); err != nil {
		return nil, err
	}
	for _, step := range answer.Token {
		go p.send(t.Token, step)
	}
	return answer.invoked()
}

// send answers a task token after a delay. As in Step Functions, a token whose task is over is refused.
func (p *player) send(token string, step TokenAnswer) {
	time.Sleep(seconds(step.AfterSeconds))
	switch {
	case step.Success != nil:
		_ = p.runner.SendTaskSuccess(token, step.Success)
	case step.Error != "":
		_ = p.runner.SendTaskFailure(token, step.Error, step.Cause)
	default:
		_ = p.runner.SendTaskHeartbeat(token)
	}
}

func after(ctx context.Context, delay float64) error {
	select {
	case <-time.After(seconds(delay)):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
