package asl

import (
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// maxEvents is how many events an execution's history holds.
// See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.
const maxEvents = 25000

// eventLog is the history that an execution's branches write.
type eventLog struct {
	clock   Clock
	arn     string
	onEvent func(executionArn string, e history.Event)
	onFull  func()

	mutex  sync.Mutex
	events []history.Event
	path   []string
}

// add writes an event and gives its id. The last place is kept for the event that ends the execution: when only
// that is left, the event is dropped and the execution told to stop.
func (l *eventLog) add(e history.Event) int64 {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(l.events) >= maxEvents-1 {
		l.onFull()
		return int64(len(l.events))
	}
	return l.write(e)
}

// finish writes the event that ends the execution.
func (l *eventLog) finish(e history.Event) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.write(e)
}

func (l *eventLog) write(e history.Event) int64 {
	e.ID = int64(len(l.events)) + 1
	e.Timestamp = millis(l.clock.Now())
	l.events = append(l.events, e)
	if l.onEvent != nil {
		l.onEvent(l.arn, e)
	}
	return e.ID
}

func (l *eventLog) entered(name string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.path = append(l.path, name)
}

func millis(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// iso is the form in which the context object has times.
func iso(t time.Time) string { return millis(t).Format("2006-01-02T15:04:05.000Z") }
