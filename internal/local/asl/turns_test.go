package asl_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// turns is a Clock on virtual time that runs one goroutine at a time, always in the same order. An execution on it
// can only differ from run to run if something bypasses the Clock.
type turns struct {
	now     time.Time
	waiting []*turn // in the order in which they began to wait
	timers  []*timer
}

type turn struct {
	ready func() bool
	wake  chan struct{}
}

type timer struct {
	at   time.Time
	fire func()
}

// pause lets other goroutines run until ready returns true.
func (c *turns) pause(ready func() bool) {
	me := &turn{ready: ready, wake: make(chan struct{})}
	c.waiting = append(c.waiting, me)
	c.next()
	<-me.wake
}

// next wakes the first goroutine that is ready; if none is, it advances the time to the next timer.
func (c *turns) next() {
	for {
		for i, w := range c.waiting {
			if w.ready() {
				c.waiting = slices.Delete(c.waiting, i, i+1)
				close(w.wake)
				return
			}
		}
		if len(c.timers) == 0 {
			panic("deadlock: no goroutine is ready and there is no timer")
		}
		first := c.timers[0]
		for _, other := range c.timers {
			if other.at.Before(first.at) {
				first = other
			}
		}
		c.timers = slices.DeleteFunc(c.timers, func(other *timer) bool { return other == first })
		c.now = first.at
		first.fire()
	}
}

func (c *turns) after(d time.Duration, fire func()) *timer {
	added := &timer{at: c.now.Add(d), fire: fire}
	c.timers = append(c.timers, added)
	return added
}

func (c *turns) drop(gone *timer) {
	c.timers = slices.DeleteFunc(c.timers, func(other *timer) bool { return other == gone })
}

func (c *turns) Now() time.Time { return c.now }

func (c *turns) Sleep(ctx context.Context, d time.Duration) error {
	over := false
	defer c.drop(c.after(d, func() { over = true }))
	c.pause(func() bool { return over || ctx.Err() != nil })
	return context.Cause(ctx)
}

func (c *turns) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	timed, cancel := context.WithCancelCause(ctx)
	running := c.after(d, func() { cancel(context.DeadlineExceeded) })
	return timed, func() {
		c.drop(running)
		cancel(nil)
	}
}

func (c *turns) WithCancel(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	return context.WithCancelCause(ctx)
}

func (c *turns) RunSideBySide(fns ...func()) {
	left := len(fns)
	for _, fn := range fns {
		me := &turn{ready: func() bool { return true }, wake: make(chan struct{})}
		c.waiting = append(c.waiting, me)
		go func() {
			<-me.wake
			fn()
			left--
			c.next()
		}()
	}
	c.pause(func() bool { return left == 0 })
}

func (c *turns) Await(ctx context.Context, done <-chan struct{}) error {
	closed := func() bool {
		select {
		case <-done:
			return true
		default:
			return false
		}
	}
	c.pause(func() bool { return closed() || ctx.Err() != nil })
	if closed() {
		return nil
	}
	return context.Cause(ctx)
}

const busy = `
	"P":{"Type":"Parallel","Next":"Z","Retry":[{"ErrorEquals":["E"],"JitterStrategy":"FULL"}],"Branches":[
		{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"Next":"A"},
			"A":{"Type":"Task","Resource":"r.waitForTaskToken","HeartbeatSeconds":3,"End":true,
				"Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],"Next":"W2"}]},
			"W2":{"Type":"Wait","Seconds":1,"End":true}}},
		{"StartAt":"M","States":{"M":{"Type":"Map","Items":[1,2,3,4,5],"MaxConcurrency":2,"End":true,"ItemProcessor":{"StartAt":"T","States":{
			"T":{"Type":"Task","Resource":"r","TimeoutSeconds":2,"End":true,
				"Retry":[{"ErrorEquals":["States.Timeout"],"MaxAttempts":1}]}}}}}},
		{"StartAt":"F","States":{"F":{"Type":"Task","Resource":"fails","End":true}}}]},
	"Z":{"Type":"Succeed"}`

// All the blocking and all the concurrency of an execution go through its Clock, so on a clock that takes turns
// every run is the same, to the event and the millisecond.
func TestOnAClockThatTakesTurnsEveryRunIsTheSame(t *testing.T) {
	t.Parallel()
	m := machine(t, "P", busy)
	var first string
	for range 20 {
		c := &turns{now: time.Unix(0, 0)}
		n, failures := 0.0, 0
		r := &asl.Runner{Clock: c, NewToken: func() string { return "t" },
			Rand: func() float64 { n++; return n / 1000 },
			Tasks: func(ctx context.Context, k asl.Task) (json.RawMessage, error) {
				if k.Resource == "fails" {
					if failures++; failures < 3 {
						_ = c.Sleep(ctx, 4*time.Second)
						return nil, &asl.TaskError{Name: "E"}
					}
				}
				if string(k.Arguments) == "3" && k.Attempt == 0 {
					return nil, c.Sleep(ctx, time.Hour)
				}
				return k.Arguments, c.Sleep(ctx, time.Second)
			}}
		x := bench{Runner: r}.run(t, m)
		want(t, x.Status, history.StatusSucceeded)
		history, err := json.Marshal(x.History)
		want(t, err, nil)
		if first == "" {
			first = string(history)
		}
		want(t, string(history), first)
	}
}
