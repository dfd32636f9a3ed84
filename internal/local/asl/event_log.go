package asl

import (
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// maxEvents is the maximum number of events in an execution's history.
// See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.
const maxEvents = 25000

// eventLog is the execution's history, to which all its branches write.
type eventLog struct {
	clock   Clock
	arn     string
	onEvent func(executionArn string, e history.Event)
	onFull  func()

	mutex  sync.Mutex
	events []history.Event
	path   []string
}

// add writes an event and returns its id. The last place is reserved for the event that ends the execution: if
// only that is left, add drops the event and stops the execution.
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

// iso formats a time as the context object does.
func iso(t time.Time) string { return millis(t).Format("2006-01-02T15:04:05.000Z") }
