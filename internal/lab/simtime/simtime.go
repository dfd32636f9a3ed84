// Package simtime is time and concurrency for a simulation: virtual time that
// costs nothing, and participants that take turns.
//
// One participant runs at a time. It goes on until it sleeps, waits, or ends;
// then the next one that is ready runs, first come first served or as
// [Scheduler.Shuffle] has it, and when nobody is ready, time jumps to the
// earliest sleeper. So a simulation with many executions side by side does the
// same thing in the same order every time, and an hour of waiting passes at once.
//
// Participants must do all their waiting through the scheduler: one that blocks
// elsewhere on another participant stops the world. A turn costs the same
// however many participants wait, as long as what they wait for was made by the
// scheduler, or is shared by many of them: everything else is looked at anew
// before every turn.
package simtime

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrDeadlock is what sleepers and waiters get when every participant waits
// for something that no participant can bring about.
var ErrDeadlock = errors.New("simtime: every participant waits for another")

// Scheduler is virtual time. The zero value is not usable; see New.
type Scheduler struct {
	all        sync.WaitGroup
	pick       func(n int) int // who of the ready is next; nil is the first
	sideBySide bool

	mu      sync.Mutex
	now     time.Time
	live    int        // participants that have not ended
	running int        // those who have the turn
	ready   []*waiting // in the order in which they became ready
	parked  line       // asleep or waiting, in the order in which they parked
	alarms  alarms     // when sleepers and deadlines are due
	foreign watches    // what some of the parked wait for, and others bring about
	over    []*waiting // parked ones that are known to be ready
	stirred bool       // some of the parked may be ready: all are to be looked at
}

// New starts virtual time at start.
func New(start time.Time) *Scheduler { return &Scheduler{now: start} }

// Shuffle has pick choose who of n that are ready takes the next turn: a number
// from 0 to n-1, in the order in which they became ready. Without it the first
// one does. One sequence of choices is one interleaving, and the same one every
// time. It is called before Run, and pick by one goroutine at a time.
func (s *Scheduler) Shuffle(pick func(n int) int) { s.pick = pick }

// SideBySide has everybody who is ready run at once, as on processors of their
// own, in whatever order comes of that; time stands still until all of them
// wait. It is called before Run.
func (s *Scheduler) SideBySide() { s.sideBySide = true }

// Now is the virtual time.
func (s *Scheduler) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Go runs fn as a participant of its own, from the next time that the running
// one waits. Only a participant may call it.
func (s *Scheduler) Go(fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &waiting{turn: make(chan error, 1)}
	s.live++
	s.ready = append(s.ready, w)
	s.all.Go(func() {
		<-w.turn //nolint:errcheck // a first turn has no cause: only a wait can be cut short
		defer s.leave()
		fn()
	})
	if s.sideBySide {
		s.turns()
	}
}

// Run runs fn as the first participant and returns when it and all that it has
// started have ended. It is the way in for a goroutine that is not a
// participant; nobody may be one yet.
func (s *Scheduler) Run(fn func()) {
	s.Go(fn)
	s.mu.Lock()
	s.next()
	s.mu.Unlock()
	s.all.Wait()
}

// RunSideBySide runs fns side by side and returns when all of them have. Only a
// participant may call it. A panic in one of them goes on in the caller, so
// that a simulated process that stops can be told from the whole program.
func (s *Scheduler) RunSideBySide(fns ...func()) {
	left, all := len(fns), make(chan struct{})
	var stopped any
	if left == 0 {
		return
	}
	caller := &waiting{done: all}
	for _, fn := range fns {
		s.Go(func() {
			defer func() {
				p := recover()
				s.mu.Lock()
				defer s.mu.Unlock()
				if p != nil {
					stopped = p
				}
				if left--; left == 0 {
					close(all)
					s.know(caller)
				}
			}()
			fn()
		})
	}
	s.mu.Lock()
	_ = s.park(caller)
	if stopped != nil {
		panic(stopped)
	}
}

// Sleep lets d pass, or returns ctx's cause if ctx ends first.
func (s *Scheduler) Sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	if ctx.Err() != nil {
		defer s.mu.Unlock()
		return context.Cause(ctx)
	}
	w := &waiting{ctx: ctx, alarm: &alarm{at: s.now.Add(max(d, 0))}}
	w.alarm.sleeper = w
	s.follow(w)
	return s.park(w)
}

// Await waits until done is closed by another participant, or returns ctx's
// cause if ctx ends first.
func (s *Scheduler) Await(ctx context.Context, done <-chan struct{}) error {
	s.mu.Lock()
	w := &waiting{ctx: ctx, done: done}
	s.follow(w)
	w.watched = append(w.watched, done)
	return s.park(w)
}

// park takes the running participant aside until it is woken. The caller holds
// s.mu; park releases it.
func (s *Scheduler) park(w *waiting) error {
	w.turn = make(chan error, 1)
	s.parked.add(w)
	if w.alarm != nil {
		s.alarms.set(w.alarm)
	}
	for _, c := range w.watched {
		s.foreign.add(c, w)
	}
	for in := w.scope; in != nil; in = in.outer {
		in.parked++
	}
	if w.ended() { // already, while others run
		s.know(w)
	}
	s.running--
	s.next()
	s.mu.Unlock()
	return <-w.turn
}

// wake makes a parked participant ready. The caller holds s.mu.
func (s *Scheduler) wake(w *waiting) {
	s.unpark(w)
	s.ready = append(s.ready, w)
}

func (s *Scheduler) unpark(w *waiting) {
	s.parked.remove(w)
	if w.alarm != nil {
		s.alarms.stop(w.alarm)
	}
	for _, c := range w.watched {
		s.foreign.remove(c, w)
	}
	for in := w.scope; in != nil; in = in.outer {
		in.parked--
	}
}

// leave ends the running participant.
func (s *Scheduler) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live--
	s.running--
	s.next()
}
