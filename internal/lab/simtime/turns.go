package simtime

import (
	"cmp"
	"context"
	"iter"
	"slices"
)

// waiting is a participant that does not run.
type waiting struct {
	turn chan error // receives the wait's cause when it may run again

	alarm *alarm          // when it wakes, if it sleeps
	ctx   context.Context // its end wakes the participant; may be nil
	done  <-chan struct{} // closing it wakes the participant; may be nil

	scope   *scope            // ctx, if the scheduler made it
	watched []<-chan struct{} // channels to check before every turn

	number         uint64   // in the order of parking
	before, behind *waiting // neighbours in the line of parked participants
	parked         bool     // it is in the line
	over           bool     // the event that it waits for is known to have happened
}

// ended reports whether the event that w waits for has happened.
func (w *waiting) ended() bool {
	return w.ctx != nil && w.ctx.Err() != nil || closed(w.done)
}

// cause is the result of w's wait: nil if the event happened, else the cause of ctx's end.
func (w *waiting) cause() error {
	if w.ctx == nil || w.ctx.Err() == nil || closed(w.done) {
		return nil
	}
	return context.Cause(w.ctx)
}

// closed reports whether a channel that is never sent on is closed.
func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// next lets the next participant run if none does. The caller holds s.mu.
func (s *Scheduler) next() {
	for {
		s.wakeTheEnded()
		s.turns()
		if s.running > 0 {
			return
		}
		if !s.advance() {
			s.giveUp()
			return
		}
	}
}

// turns lets the next ready participant run, or all ready ones if they run side by side.
func (s *Scheduler) turns() {
	for len(s.ready) > 0 && (s.sideBySide || s.running == 0) {
		w := s.takeReady()
		s.running++
		w.turn <- w.cause()
	}
}

// takeReady removes one of the ready participants. There must be one.
func (s *Scheduler) takeReady() *waiting {
	i := 0
	if s.pick != nil && len(s.ready) > 1 {
		i = s.pick(len(s.ready))
	}
	w := s.ready[i]
	if i == 0 {
		s.ready = s.ready[1:]
	} else {
		s.ready = slices.Delete(s.ready, i, i+1)
	}
	return w
}

// wakeTheEnded makes those participants ready whose wait has ended, in the order in which
// they parked.
func (s *Scheduler) wakeTheEnded() {
	for w := range s.foreign.over() {
		s.know(w)
	}
	if s.stirred {
		s.stirred = false
		for w := s.parked.first; w != nil; w = w.behind {
			if w.ended() {
				s.know(w)
			}
		}
	}
	slices.SortFunc(s.over, func(a, b *waiting) int { return cmp.Compare(a.number, b.number) })
	for _, w := range s.over {
		s.wake(w)
	}
	clear(s.over)
	s.over = s.over[:0]
}

// know records that the event that w waits for has happened. The caller holds s.mu.
func (s *Scheduler) know(w *waiting) {
	if w.parked && !w.over {
		w.over = true
		s.over = append(s.over, w)
	}
}

// advance moves time to the earliest alarm and handles all alarms of that time. It reports
// whether there was one. If no participant is left, deadlines do not count.
func (s *Scheduler) advance() bool {
	if s.live == 0 {
		return false
	}
	first := s.alarms.first()
	if first == nil {
		return false
	}
	s.now = first.at
	for a := first; a != nil && !a.at.After(s.now); a = s.alarms.first() {
		if a.sleeper != nil {
			s.wake(a.sleeper)
		} else {
			s.end(a.scope, context.DeadlineExceeded)
		}
	}
	return true
}

// giveUp ends every wait with ErrDeadlock.
func (s *Scheduler) giveUp() {
	for w := s.parked.first; w != nil; w = s.parked.first {
		s.unpark(w)
		s.running++
		w.turn <- ErrDeadlock
	}
}

// line is the parked participants in the order in which they parked.
type line struct {
	first, last *waiting
	count       uint64 // number ever added
}

func (l *line) add(w *waiting) {
	l.count++
	w.number, w.before, w.parked = l.count, l.last, true
	if l.last == nil {
		l.first = w
	} else {
		l.last.behind = w
	}
	l.last = w
}

func (l *line) remove(w *waiting) {
	w.parked = false
	if w.before == nil {
		l.first = w.behind
	} else {
		w.before.behind = w.behind
	}
	if w.behind == nil {
		l.last = w.before
	} else {
		w.behind.before = w.before
	}
}

// watches maps channels that the scheduler does not close to the participants that wait for them.
type watches map[<-chan struct{}]map[*waiting]struct{}

func (ws *watches) add(c <-chan struct{}, w *waiting) {
	if *ws == nil {
		*ws = watches{}
	}
	if (*ws)[c] == nil {
		(*ws)[c] = map[*waiting]struct{}{}
	}
	(*ws)[c][w] = struct{}{}
}

func (ws watches) remove(c <-chan struct{}, w *waiting) {
	if delete(ws[c], w); len(ws[c]) == 0 {
		delete(ws, c)
	}
}

// over returns the participants whose channel is closed, in no particular order.
func (ws watches) over() iter.Seq[*waiting] {
	return func(yield func(*waiting) bool) {
		for c, all := range ws {
			if !closed(c) {
				continue
			}
			for w := range all {
				if !yield(w) {
					return
				}
			}
		}
	}
}
