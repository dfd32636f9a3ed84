// Package simtime is time and concurrency for a simulation: virtual time that
// costs nothing, and participants that take turns.
//
// One participant runs at a time. It goes on until it sleeps, waits, or ends;
// then the next one that is ready runs, first come first served, and when
// nobody is ready, time jumps to the earliest sleeper. So a simulation with
// many executions side by side does the same thing in the same order every
// time, and an hour of waiting passes at once.
//
// Participants must do all their waiting through the scheduler: one that blocks
// elsewhere on another participant stops the world.
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
	all sync.WaitGroup

	mu     sync.Mutex
	now    time.Time
	live   int        // participants that have not ended
	ready  []*waiting // in the order in which they became ready
	parked []*waiting // asleep or waiting, in the order in which they parked
}

// waiting is a participant that does not run.
type waiting struct {
	turn chan error         // receives when it may run again
	wake time.Time          // when it wants to, if it sleeps
	ctx  context.Context    // whose end wakes it early, may be nil
	done <-chan struct{}    // whose closing wakes it, may be nil
	fire context.CancelFunc // set for a deadline, which is not a participant
}

// New starts virtual time at start.
func New(start time.Time) *Scheduler { return &Scheduler{now: start} }

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
	w := s.admit()
	s.all.Go(func() {
		<-w.turn //nolint:errcheck // a first turn has no cause: only a wait can be cut short
		defer s.leave()
		fn()
	})
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

// Together runs fns side by side and returns when all of them have. Only a
// participant may call it. A panic in one of them goes on in the caller, so
// that a simulated process that stops can be told from the whole program.
func (s *Scheduler) Together(fns ...func()) {
	left, all := len(fns), make(chan struct{})
	var stopped any
	if left == 0 {
		return
	}
	for _, fn := range fns {
		s.Go(func() {
			defer func() { // participants take turns: no lock is needed
				if p := recover(); p != nil {
					stopped = p
				}
				if left--; left == 0 {
					close(all)
				}
			}()
			fn()
		})
	}
	_ = s.Await(context.Background(), all)
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
	return s.park(&waiting{ctx: ctx, wake: s.now.Add(max(d, 0))})
}

// Await waits until done is closed by another participant, or returns ctx's
// cause if ctx ends first.
func (s *Scheduler) Await(ctx context.Context, done <-chan struct{}) error {
	s.mu.Lock()
	return s.park(&waiting{ctx: ctx, done: done})
}

// WithTimeout is context.WithTimeout on virtual time; the cause of its end is
// context.DeadlineExceeded.
func (s *Scheduler) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parked = append(s.parked, &waiting{
		ctx:  ctx,
		wake: s.now.Add(max(d, 0)),
		fire: func() { cancel(context.DeadlineExceeded) },
	})
	return ctx, func() { cancel(context.Canceled) }
}

// admit adds a participant that is ready to run. The caller holds s.mu.
func (s *Scheduler) admit() *waiting {
	w := &waiting{turn: make(chan error, 1)}
	s.live++
	s.ready = append(s.ready, w)
	return w
}

// park takes the running participant aside until it is woken. The caller holds
// s.mu; park releases it.
func (s *Scheduler) park(w *waiting) error {
	w.turn = make(chan error, 1)
	s.parked = append(s.parked, w)
	s.next()
	s.mu.Unlock()
	return <-w.turn
}

// leave ends the running participant.
func (s *Scheduler) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live--
	s.next()
}

// next gives the turn to whoever is first. The caller holds s.mu, and nobody runs.
func (s *Scheduler) next() {
	for {
		s.wakeTheEnded()
		if len(s.ready) > 0 {
			w := s.ready[0]
			s.ready = s.ready[1:]
			w.turn <- w.cause()
			return
		}
		if !s.advance() {
			s.giveUp()
			return
		}
	}
}

// wakeTheEnded makes ready those who wait for something that has happened.
func (s *Scheduler) wakeTheEnded() {
	kept := s.parked[:0]
	for _, w := range s.parked {
		switch {
		case !w.ended():
			kept = append(kept, w)
		case w.fire == nil: // an ended deadline is just forgotten
			s.ready = append(s.ready, w)
		}
	}
	clear(s.parked[len(kept):])
	s.parked = kept
}

// advance moves time to the earliest sleeper and wakes those whose time it is.
// It reports whether there was one; deadlines alone do not count, once no
// participant is left.
func (s *Scheduler) advance() bool {
	if s.live == 0 {
		return false
	}
	first := (*waiting)(nil)
	for _, w := range s.parked {
		if !w.wake.IsZero() && (first == nil || w.wake.Before(first.wake)) {
			first = w
		}
	}
	if first == nil {
		return false
	}
	s.now = first.wake
	s.wakeTheSleepers()
	return true
}

func (s *Scheduler) wakeTheSleepers() {
	kept := s.parked[:0]
	for _, w := range s.parked {
		switch {
		case w.wake.IsZero() || w.wake.After(s.now):
			kept = append(kept, w)
		case w.fire != nil:
			w.fire()
		default:
			s.ready = append(s.ready, w)
		}
	}
	clear(s.parked[len(kept):])
	s.parked = kept
}

// giveUp ends the wait of everybody who would wait for ever.
func (s *Scheduler) giveUp() {
	stuck := s.parked
	s.parked = nil
	for _, w := range stuck {
		if w.fire == nil {
			w.turn <- ErrDeadlock
		}
	}
}

// ended tells whether what w waits for has happened.
func (w *waiting) ended() bool {
	if w.ctx != nil && w.ctx.Err() != nil {
		return true
	}
	return closed(w.done)
}

// cause is why w goes on: nil if what it waited for has happened.
func (w *waiting) cause() error {
	if w.ctx == nil || w.ctx.Err() == nil || closed(w.done) {
		return nil
	}
	return context.Cause(w.ctx)
}

// closed tells whether a channel that is never sent on is closed.
func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
