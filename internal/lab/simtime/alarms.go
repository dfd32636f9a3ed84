package simtime

import (
	"container/heap"
	"time"
)

// alarm is a time at which a sleeper wakes or a context's deadline passes.
type alarm struct {
	at      time.Time
	sleeper *waiting
	scope   *scope

	number uint64 // in the order of set
	place  int    // index in the heap; -1 if it is not in it
}

// alarms is a queue of alarms, ordered by time and then by the order of set.
type alarms struct {
	heap  alarmHeap
	count uint64 // number of alarms ever set
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

// first returns the earliest alarm, or nil. It drops the deadlines of contexts that ended
// for another reason.
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

// alarmHeap implements heap.Interface.
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

// Push implements heap.Interface.
func (h *alarmHeap) Push(x any) {
	a := x.(*alarm)
	a.place = len(*h)
	*h = append(*h, a)
}

// Pop implements heap.Interface.
func (h *alarmHeap) Pop() any {
	last := len(*h) - 1
	a := (*h)[last]
	a.place, (*h)[last] = -1, nil
	*h = (*h)[:last]
	return a
}
