package democheck

import (
	"context"
	"errors"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// remindEvery is the interval of the reminders while a check waits.
const remindEvery = time.Minute

// Check is one run of the check.
type Check struct {
	Demo    Demo
	Page    Page
	EC2     EC2
	Records Records
	// Drill is started instead of waiting for GuardDuty, unless it is nil.
	Drill Drill
	// Timeout is the time limit of the whole run.
	Timeout time.Duration
	// At says where commands in an advice are typed, and Asked are the flags of this check beside
	// that.
	At    command.Place
	Asked []string
	// Tell is called with each step that has ended. Waiting is called at intervals in
	// between, with the time since the start of the run and what it waits for.
	Tell    func(Step)
	Waiting func(since time.Duration, what string)

	report Report
}

// errTimeout is the cause of the context's end if the run's time is over.
var errTimeout = errors.New("the run's time is over")

// step is something that the check waits for.
type step struct {
	name    Name
	waiting string        // description of what the step waits for
	every   time.Duration // interval between looks
	limit   time.Duration // time limit; 0 is the whole run's
	advice  func() string // advice if the step times out; may be nil
	// look checks once: text describes the current state, and done tells whether the
	// step is seen. An error that is not temporary ends the run.
	look func(ctx context.Context) (text string, done bool, err error)
	// remind returns text to add to the reminders; may be nil.
	remind func(ctx context.Context) string
}

// run runs the steps in order until one of them is not seen.
func (c *Check) run(ctx context.Context, steps []step) (Report, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.Timeout, errTimeout)
	defer cancel()
	for _, s := range steps {
		if err := c.see(ctx, s); err != nil {
			return c.report, err
		}
	}
	return c.report, nil
}

// see repeats a step's look until the step is seen or has failed.
func (c *Check) see(ctx context.Context, s step) error {
	began, reminded := time.Now(), time.Now()
	for {
		text, done, err := s.look(ctx)
		switch {
		case ctx.Err() != nil:
			return c.stuck(s, outcomeOf(ctx), text)
		case err != nil && !quarantine.Passes(err):
			c.end(s.name, Failed, err.Error())
			if stuck, known := errors.AsType[*StuckError](err); known {
				return stuck
			}
			return &StuckError{Step: s.name, Outcome: Failed, Why: err.Error()}
		case err != nil:
			text = err.Error()
		case done:
			c.end(s.name, Seen, text)
			return nil
		}
		if s.limit > 0 && time.Since(began) >= s.limit {
			return c.stuck(s, TimedOut, text)
		}
		if time.Since(reminded) >= remindEvery {
			reminded = time.Now()
			c.remind(ctx, s, text)
		}
		select {
		case <-ctx.Done():
			return c.stuck(s, outcomeOf(ctx), text)
		case <-time.After(s.every):
		}
	}
}

func (c *Check) remind(ctx context.Context, s step, text string) {
	what := s.waiting
	if text != "" {
		what += " (" + text + ")"
	}
	if s.remind != nil {
		what += s.remind(ctx)
	}
	c.Waiting(time.Since(c.report.StartedAt), what)
}

// outcomeOf is the outcome for a run whose context is done.
func outcomeOf(ctx context.Context) Outcome {
	if errors.Is(context.Cause(ctx), errTimeout) {
		return TimedOut
	}
	return Interrupted
}

// stuck ends the run at a step that was not seen.
func (c *Check) stuck(s step, outcome Outcome, text string) error {
	why := "waited for " + s.waiting
	if text != "" {
		why += "; the last that was seen: " + text
	}
	c.end(s.name, outcome, why)
	e := &StuckError{Step: s.name, Outcome: outcome, Why: why}
	switch {
	case outcome != Interrupted:
		if s.advice != nil {
			e.Advice = s.advice()
		}
	case c.report.Drill == "":
		e.Advice = "Watching changes nothing: the same command goes on from what is on record"
	default:
		e.Advice = "The drill goes on without the check: " + c.Command("history", c.report.Drill)
	}
	return e
}

// end adds a step to the report and reports it by Tell.
func (c *Check) end(name Name, outcome Outcome, text string) {
	s := Step{Name: name, Outcome: outcome, At: time.Now().UTC(), Text: text}
	c.report.count(&s)
	c.report.Steps = append(c.report.Steps, s)
	c.Tell(s)
}

// Command is a command line for a person to type: a quarantine command with its arguments.
func (c *Check) Command(words ...string) string {
	return command.Line(c.At.Quarantine(words...))
}

// Again is this check's command line with another way to follow the demo.
func (c *Check) Again(flag string) string {
	return c.Command(append(append([]string{"demo-check"}, c.Asked...), flag)...)
}

// aws is a command line of the AWS CLI.
func (c *Check) aws(words ...string) string {
	return command.Line(c.At.AWS(c.Demo.Resource.Region, words...))
}
