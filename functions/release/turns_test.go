package release_test

import (
	"context"
	"sync"
)

// turns lets several actors make their calls one at a time, in an order that a
// schedule decides: that is every order in which they could reach the services.
type turns struct {
	mu      sync.Mutex
	waiting map[int]chan struct{}
	running int
	changed chan struct{}
}

type actorKey struct{}

// wait returns when it is the actor's turn.
func (s *turns) wait(ctx context.Context) {
	actor, ok := ctx.Value(actorKey{}).(int)
	if !ok {
		return
	}
	turn := make(chan struct{})
	s.mu.Lock()
	s.waiting[actor] = turn
	s.running--
	s.mu.Unlock()
	s.notify()
	<-turn
}

// notify has the schedule looked at again.
func (s *turns) notify() {
	select {
	case s.changed <- struct{}{}:
	default: // it will be anyway
	}
}

// interleave runs the actors. Whenever all of them wait to make a call or have
// ended, next picks one of those that wait, of which there is at least one.
func (w *world) interleave(ctx context.Context, next func(waiting map[int]chan struct{}) int, actors ...func(context.Context)) {
	s := &turns{waiting: map[int]chan struct{}{}, running: len(actors), changed: make(chan struct{}, 1)}
	w.turns = s
	defer func() { w.turns = nil }()
	for i, act := range actors {
		go func() {
			act(context.WithValue(ctx, actorKey{}, i))
			s.mu.Lock()
			s.running--
			s.mu.Unlock()
			s.notify()
		}()
	}
	for {
		<-s.changed
		s.mu.Lock()
		if s.running > 0 {
			s.mu.Unlock()
			continue
		}
		if len(s.waiting) == 0 {
			s.mu.Unlock()
			return
		}
		picked := next(s.waiting)
		turn := s.waiting[picked]
		delete(s.waiting, picked)
		s.running++
		s.mu.Unlock()
		close(turn)
	}
}
