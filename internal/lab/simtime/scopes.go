package simtime

import (
	"context"
	"time"
)

// scope is a context that the scheduler made, and so sees end. Contexts that
// others derive from it by package context end with it, but can end by
// themselves, too, which the scheduler does not see.
type scope struct {
	context.Context
	scheduler *Scheduler
	cancel    context.CancelCauseFunc
	alarm     *alarm // of a deadline

	outer  *scope          // the scheduler's context that it was made from, if it was one
	source <-chan struct{} // what ends it from outside, if it was made from a context of somebody else
	parked int             // participants that wait in it, or in one made from it
}

// scopeKey is where a context holds the innermost scope.
type scopeKey struct{}

// WithCancel is context.WithCancelCause; waiting in it costs less than waiting
// in a context that the scheduler has not made.
func (s *Scheduler) WithCancel(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.scope(ctx)
	return context.WithValue(in.Context, scopeKey{}, in), func(cause error) { s.cancel(in, cause) }
}

// WithTimeout is context.WithTimeout on virtual time; the cause of its end is
// context.DeadlineExceeded.
func (s *Scheduler) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.scope(ctx)
	in.alarm = &alarm{at: s.now.Add(max(d, 0)), scope: in}
	s.alarms.set(in.alarm)
	return context.WithValue(in.Context, scopeKey{}, in), func() { s.cancel(in, context.Canceled) }
}

// scope makes a context from another.
func (s *Scheduler) scope(ctx context.Context) *scope {
	in := &scope{scheduler: s}
	in.outer, in.source = s.origin(ctx)
	in.Context, in.cancel = context.WithCancelCause(ctx)
	return in
}

// origin gives the scope that a context is, or else the channel by which it ends.
func (s *Scheduler) origin(ctx context.Context) (*scope, <-chan struct{}) {
	if in, ok := ctx.Value(scopeKey{}).(*scope); ok && in.scheduler == s && in.Done() == ctx.Done() {
		return in, nil
	}
	return nil, ctx.Done()
}

func (s *Scheduler) cancel(in *scope, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(in, cause)
}

// end ends a scope. The caller holds s.mu.
func (s *Scheduler) end(in *scope, cause error) {
	if in.alarm != nil {
		s.alarms.stop(in.alarm)
	}
	in.cancel(cause)
	if in.parked > 0 {
		s.stirred = true
	}
}

// follow finds out how the end of w's context will be noticed. The caller
// holds s.mu.
func (s *Scheduler) follow(w *waiting) {
	in, source := s.origin(w.ctx)
	w.scope = in
	for ; in != nil; in = in.outer {
		source = in.source
	}
	if source != nil {
		w.watched = append(w.watched, source)
	}
}
