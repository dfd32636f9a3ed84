package slackactions

import (
	"sync"
	"time"
)

// A signature can be used from five minutes before its timestamp to five
// minutes after it, so it is remembered for as long. Only Slack can fill the
// memory; when it is full, the oldest is forgotten, and that the decision is
// good for one use has to do.
const (
	remembered = 10 * time.Minute
	memorySize = 4096
)

// memory knows the signatures that were used.
type memory struct {
	mu    sync.Mutex
	until map[string]time.Time
	order []string // oldest first
}

func newMemory() *memory { return &memory{until: map[string]time.Time{}} }

// first tells whether the signature is used for the first time.
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
