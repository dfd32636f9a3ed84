package call

import (
	"math"
	"time"
)

// Limit is a token bucket: a request takes one token, and is throttled where
// there is none. Every second brings Refill tokens, up to Size.
type Limit struct{ Size, Refill float64 }

// Limits give the bucket that a call takes its token from, and the bucket's
// limit; "" is none.
type Limits func(Call) (bucket string, limit Limit)

// bucket holds tokens as they were in a second since its first request.
type bucket struct {
	tokens float64
	first  time.Time
	second float64
}

// admit takes a token for the call, or gives the service's throttling error.
func (s *Service) admit(c Call) error {
	if s.opts.Limits == nil {
		return nil
	}
	name, limit := s.opts.Limits(c)
	if name == "" || s.take(name, limit) {
		return nil
	}
	return s.Throttled(c)
}

func (e *Endpoint) take(name string, limit Limit) bool {
	e.trace.Lock()
	defer e.trace.Unlock()
	b := e.buckets[name]
	if b == nil {
		b = &bucket{tokens: limit.Size, first: e.clock()}
		e.buckets[name] = b
	}
	second := math.Floor(e.clock().Sub(b.first).Seconds())
	b.tokens = min(limit.Size, b.tokens+limit.Refill*(second-b.second))
	b.second = second
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
