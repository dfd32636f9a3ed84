package approval

import (
	"errors"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits of requests: a source is one person, and the total is for a whole team.
const (
	perSource     = rate.Limit(1) // a second
	sourceBurst   = 20
	inTotal       = rate.Limit(20)
	totalBurst    = 100
	sourcesKept   = 4096
	sourceForgets = sourceBurst * time.Second // an unused bucket is full after this time
)

// limits are token buckets: one for each source and one for all together. They hold
// for one process: behind a function URL, for one Lambda execution environment.
type limits struct {
	mu      sync.Mutex
	total   *rate.Limiter
	sources map[string]*bucket
	others  *rate.Limiter // shared by the sources beyond sourcesKept
}

type bucket struct {
	*rate.Limiter
	used time.Time
}

func newLimits() *limits {
	return &limits{
		total: rate.NewLimiter(inTotal, totalBurst), sources: map[string]*bucket{},
		others: rate.NewLimiter(perSource, sourceBurst),
	}
}

// allow takes from the source's bucket first, so that one source cannot empty the
// bucket for all.
func (l *limits) allow(source string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of(network(source), now).AllowN(now, 1) && l.total.AllowN(now, 1)
}

func (l *limits) of(source string, now time.Time) *rate.Limiter {
	b, known := l.sources[source]
	if !known && len(l.sources) >= sourcesKept {
		l.forget(now)
	}
	if !known && len(l.sources) >= sourcesKept {
		return l.others
	}
	if !known {
		b = &bucket{Limiter: rate.NewLimiter(perSource, sourceBurst)}
		l.sources[source] = b
	}
	b.used = now
	return b.Limiter
}

// forget drops the buckets that are full again.
func (l *limits) forget(now time.Time) {
	for source, b := range l.sources {
		if now.Sub(b.used) > sourceForgets {
			delete(l.sources, source)
		}
	}
}

// network is the unit that counts as one source: an IPv4 address or, for IPv6, the
// /64 network, which usually belongs to one customer.
func network(source string) string {
	a, err := netip.ParseAddr(source)
	if err != nil || a.Unmap().Is4() {
		return source
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return source
	}
	return p.String()
}

func isTooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}
