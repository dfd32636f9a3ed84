package simtime

import (
	"container/heap"
	"time"
)

// alarm is a moment at which something is due: a sleeper wakes, or a context ends.
type alarm struct {
	at      time.Time
	sleeper *waiting
	scope   *scope

	number uint64 // in the order of setting
	place  int    // in the heap; -1 when it is not there
}

// alarms are what is due, the earliest first, and of one moment what was set first.
type alarms struct {
	heap  alarmHeap
	count uint64 // ever set
}

func (as *alarms) set(a *alarm) {
	as.count++
	a.number = as.count
	heap.Push(&as.heap, a)
}

func (as *alarms) stop(a *alarm) {
	if a.place >= 0 {
		heap.Remove(&as.heap, a.place)
	}
}

// first is the earliest, or nil. The deadline of a context that has ended by
// something else is forgotten.
func (as *alarms) first() *alarm {
	for len(as.heap) > 0 {
		a := as.heap[0]
		if a.scope == nil || a.scope.Err() == nil {
			return a
		}
		heap.Pop(&as.heap)
	}
	return nil
}

// alarmHeap is for package heap alone.
type alarmHeap []*alarm

func (h alarmHeap) Len() int { return len(h) }

func (h alarmHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].number < h[j].number
}

func (h alarmHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push is for package heap.
func (h *alarmHeap) Push(x any) {
	a := x.(*alarm)
	a.place = len(*h)
	*h = append(*h, a)
}

// Pop is for package heap.
func (h *alarmHeap) Pop() any {
	last := len(*h) - 1
	a := (*h)[last]
	a.place, (*h)[last] = -1, nil
	*h = (*h)[:last]
	return a
}
