package democheck

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// remindEvery is how often a check says that it still waits.
const remindEvery = time.Minute

// Check is one run over the demo.
type Check struct {
	Demo    Demo
	Page    Page
	EC2     EC2
	Records Records
	// Drill, if there is one, is started instead of waiting for GuardDuty.
	Drill Drill
	// Timeout is for the whole run.
	Timeout time.Duration
	// Flags are what every command needs that advice names, for example
	// --stack NAME.
	Flags string
	// Tell is called with each step that has come to an end, and Waiting from time
	// to time in between, with how long the run has taken and what it waits for.
	Tell    func(Step)
	Waiting func(since time.Duration, what string)

	report Report
}

// errTimeout is why a run's context ends, if nobody interrupts it.
var errTimeout = errors.New("the run's time is over")

// step is something to be seen.
type step struct {
	name    Name
	waiting string        // what is waited for, in words
	every   time.Duration // how often it is looked for
	limit   time.Duration // how long; 0 is as long as the whole run
	advice  func() string // what to look at if it is not seen in time; or nil
	// look looks once: text says what is there. The step is seen if done. An
	// error that does not pass by itself ends the run.
	look func(ctx context.Context) (text string, done bool, err error)
	// remind, if there is one, adds to what is said while it is waited for.
	remind func(ctx context.Context) string
}

// run goes through steps until one of them is not seen.
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

// see looks until the step is seen, or cannot be.
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

// outcomeOf says why a run's context is over.
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

// end puts a step on the report and tells it.
func (c *Check) end(name Name, outcome Outcome, text string) {
	s := Step{Name: name, Outcome: outcome, At: time.Now().UTC(), Text: text}
	c.report.count(&s)
	c.report.Steps = append(c.report.Steps, s)
	c.Tell(s)
}

// Command is a line for somebody to type: a quarantine command with its argument.
func (c *Check) Command(name, argument string) string {
	return strings.TrimSpace("quarantine " + name + " " + argument + " " + c.Flags)
}
