package call

import (
	"math"
	"time"
)

// Limit is a token bucket: a request takes one token, and is throttled if there is none. Each
// second adds Refill tokens, up to Size.
type Limit struct{ Size, Refill float64 }

// Limits returns the name and the limit of the bucket that a call takes its token from; ""
// means no limit.
type Limits func(Call) (bucket string, limit Limit)

// bucket holds the tokens in a second, counted from its first request.
type bucket struct {
	tokens float64
	first  time.Time
	second float64
}

// admit takes a token for the call, or returns the service's throttling error.
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
