// Package simtime provides time and concurrency for a simulation: virtual time, which
// passes without waiting, and participants (goroutines) that run one at a time.
//
// A participant runs until it sleeps, waits, or ends. Then the next ready one runs, in
// FIFO order or as [Scheduler.Shuffle] chooses, and if none is ready, time jumps to the
// earliest sleeper. So a simulation with many concurrent executions does the same in the
// same order on every run, and an hour of waiting passes at once.
//
// Participants must wait only through the scheduler: a participant that blocks on another
// one in any other way blocks the whole simulation. The cost of a turn does not depend on
// the number of waiting participants if what they wait for was made by the scheduler or is
// shared by many of them; every other channel is checked before every turn.
package simtime

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrDeadlock is returned to sleepers and waiters when every participant waits for
// something that no participant can bring about.
var ErrDeadlock = errors.New("simtime: every participant waits for another")

// Scheduler is virtual time and its participants. The zero value is not usable; see New.
type Scheduler struct {
	all        sync.WaitGroup
	pick       func(n int) int // index of the next of n ready participants; nil takes the first
	sideBySide bool

	mu      sync.Mutex
	now     time.Time
	live    int        // participants that have not ended
	running int        // participants that run now
	ready   []*waiting // in the order in which they became ready
	parked  line       // asleep or waiting, in the order in which they parked
	alarms  alarms     // sleepers and deadlines
	foreign watches    // channels that parked participants wait for and that the scheduler does not close
	over    []*waiting // parked participants that are known to be ready
	stirred bool       // some parked participants may be ready: check all of them
}

// New makes a scheduler whose virtual time begins at start.
func New(start time.Time) *Scheduler { return &Scheduler{now: start} }

// Shuffle makes pick choose which of n ready participants runs next: an index from 0 to
// n-1, in the order in which they became ready. Without Shuffle it is always the first.
// The same sequence of choices always gives the same interleaving. Shuffle must be called
// before Run; pick is called by one goroutine at a time.
func (s *Scheduler) Shuffle(pick func(n int) int) { s.pick = pick }

// SideBySide lets all ready participants run at once, in any order. Virtual time does not
// advance until all of them wait. It must be called before Run.
func (s *Scheduler) SideBySide() { s.sideBySide = true }

// Now is the virtual time.
func (s *Scheduler) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Go starts fn as a participant. It begins to run when the running participant waits.
// Only a participant may call Go.
func (s *Scheduler) Go(fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &waiting{turn: make(chan error, 1)}
	s.live++
	s.ready = append(s.ready, w)
	s.all.Go(func() {
		<-w.turn //nolint:errcheck // a first turn has no cause: only a wait can end early
		defer s.leave()
		fn()
	})
	if s.sideBySide {
		s.turns()
	}
}

// Run runs fn as the first participant, and returns when fn and all participants that it
// started have ended. Only a goroutine that is no participant may call it, and only while
// there are no participants.
func (s *Scheduler) Run(fn func()) {
	s.Go(fn)
	s.mu.Lock()
	s.next()
	s.mu.Unlock()
	s.all.Wait()
}

// RunSideBySide runs fns as participants and returns when all of them have ended. Only a
// participant may call it. A panic in one of them is raised again in the caller, so that
// the panic of a simulated process can be recovered there.
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

// Sleep waits for d, or returns ctx's cause if ctx ends first.
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

// park blocks the running participant until it is woken. The caller holds s.mu; park
// releases it.
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
	if w.ended() { // possible if others run in parallel
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

// leave removes the running participant, which has ended.
func (s *Scheduler) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live--
	s.running--
	s.next()
}
