package asl

import (
	"sync"
	"time"
)

// maxEvents is how many events an execution's history holds.
// See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.
const maxEvents = 25000

// history is what an execution's branches write to.
type history struct {
	clock   Clock
	arn     string
	onEvent func(executionArn string, e Event)
	onFull  func()

	mutex  sync.Mutex
	events []Event
	path   []string
}

// add writes an event and gives its id. The last place is kept for the event that ends the execution: when only
// that is left, the event is dropped and the execution told to stop.
func (h *history) add(e Event) int64 {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if len(h.events) >= maxEvents-1 {
		h.onFull()
		return int64(len(h.events))
	}
	return h.write(e)
}

// finish writes the event that ends the execution.
func (h *history) finish(e Event) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.write(e)
}

func (h *history) write(e Event) int64 {
	e.ID = int64(len(h.events)) + 1
	e.Timestamp = millis(h.clock.Now())
	h.events = append(h.events, e)
	if h.onEvent != nil {
		h.onEvent(h.arn, e)
	}
	return e.ID
}

func (h *history) entered(name string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.path = append(h.path, name)
}

func millis(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// iso is the form in which the context object has times.
func iso(t time.Time) string { return millis(t).Format("2006-01-02T15:04:05.000Z") }
