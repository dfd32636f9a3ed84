package slackactions

import (
	"sync"
	"time"
)

// A signature is valid from five minutes before its timestamp to five minutes
// after it, so it is remembered for ten. Only requests signed by Slack are
// remembered. When the memory is full, the oldest is dropped; a replay of that
// one still cannot decide twice, because a request is decided once.
const (
	remembered = 10 * time.Minute
	memorySize = 4096
)

// memory holds the signatures that were used.
type memory struct {
	mu    sync.Mutex
	until map[string]time.Time
	order []string // oldest first
}

func newMemory() *memory { return &memory{until: map[string]time.Time{}} }

// first tells whether this is the first use of the signature, and remembers it.
func (m *memory) first(signature string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.order) > 0 && (len(m.order) >= memorySize || !now.Before(m.until[m.order[0]])) {
		delete(m.until, m.order[0])
		m.order = m.order[1:]
	}
	if _, used := m.until[signature]; used {
		return false
	}
	m.until[signature] = now.Add(remembered)
	m.order = append(m.order, signature)
	return true
}
