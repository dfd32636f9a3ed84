package simtime

import (
	"context"
	"time"
)

// scope is a context made by the scheduler, which therefore knows when it ends. Contexts
// derived from it with package context end with it, but can also end on their own, which
// the scheduler does not notice.
type scope struct {
	context.Context
	scheduler *Scheduler
	cancel    context.CancelCauseFunc
	alarm     *alarm // of the deadline, if it has one

	outer  *scope          // the scheduler's context that it was derived from, or nil
	source <-chan struct{} // Done channel of the other context that it was derived from, or nil
	parked int             // participants that wait in it, or in a scope derived from it
}

// scopeKey is the context key of the innermost scope.
type scopeKey struct{}

// WithCancel is context.WithCancelCause. Waiting in such a context costs less than waiting
// in one that the scheduler did not make.
func (s *Scheduler) WithCancel(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.scope(ctx)
	return context.WithValue(in.Context, scopeKey{}, in), func(cause error) { s.cancel(in, cause) }
}

// WithTimeout is context.WithTimeout on virtual time. At the deadline the cause is
// context.DeadlineExceeded.
func (s *Scheduler) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.scope(ctx)
	in.alarm = &alarm{at: s.now.Add(max(d, 0)), scope: in}
	s.alarms.set(in.alarm)
	return context.WithValue(in.Context, scopeKey{}, in), func() { s.cancel(in, context.Canceled) }
}

// scope derives a scope from a context.
func (s *Scheduler) scope(ctx context.Context) *scope {
	in := &scope{scheduler: s}
	in.outer, in.source = s.origin(ctx)
	in.Context, in.cancel = context.WithCancelCause(ctx)
	return in
}

// origin returns the scope of a context or, if it is not the scheduler's, its Done channel.
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

// follow determines how the scheduler notices the end of w's context. The caller holds
// s.mu.
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
