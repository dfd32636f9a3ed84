package asl

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// maxIterations is the maximum concurrency of an inline Map state.
// See https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html.
const maxIterations = 40

// iterations is one execution of a Map state.
type iterations struct {
	*visit
	*group
	items []json.RawMessage

	mutex sync.Mutex
	next  int   // the first item that no worker has taken
	last  int64 // the latest event of the workers that ran out of items
}

// mapState runs the processor for every item. There are as many workers as iterations may run at the same time;
// each takes the next item when its iteration has ended.
func (v *visit) mapState(ctx context.Context) (effect, error) {
	v.result = nil
	items, concurrency, err := v.mapItems()
	if err != nil {
		return effect{}, err
	}
	v.emit(history.Event{Type: "MapStateStarted", MapStateStarted: &history.MapStateStarted{Length: len(items)}})
	m := &iterations{visit: v, group: v.group(ctx, len(items)), items: items, next: concurrency, last: v.prev}
	workers := make([]func(), concurrency)
	for i := range workers {
		m.begin(i, v.prev)
	}
	for i := range workers {
		workers[i] = func() { m.work(i) }
	}
	if concurrency > 0 {
		v.x.clock.RunSideBySide(workers...)
	}
	return v.succeed(m.join(ctx, m.last))
}

// mapItems evaluates Items and MaxConcurrency.
func (v *visit) mapItems() (items []json.RawMessage, concurrency int, err error) {
	err = v.evaluate(func(ev *evaluator) error {
		array := v.input
		var err error
		if v.st.items != nil {
			if array, err = ev.value(v.st.items); err != nil {
				return err
			}
		}
		if json.Unmarshal(array, &items) != nil || items == nil {
			return &evaluationError{cause: "Map state input must be an array but was: " + string(array)}
		}
		concurrency, err = ev.whole(v.st.maxConcurrency, 0)
		return err
	})
	if concurrency == 0 || concurrency > maxIterations {
		concurrency = maxIterations
	}
	return items, min(concurrency, len(items)), err
}

// begin writes that an iteration begins; previous is its previous event.
func (m *iterations) begin(i int, previous int64) {
	child := m.child()
	child.item, child.mapName = &mapItem{Index: i, Value: m.items[i]}, m.st.name
	child.prev, child.last = previous, previous
	child.emit(history.Event{Type: "MapIterationStarted", MapIterationStarted: &history.MapIteration{Name: m.st.name, Index: i}})
	m.children[i] = child
}

// work runs iterations, beginning with item i, until no item is left or one fails.
func (m *iterations) work(i int) {
	for {
		child := m.children[i]
		if !m.iterate(child, i) {
			return
		}
		child.note(history.Event{Type: "MapIterationSucceeded",
			MapIterationSucceeded: &history.MapIteration{Name: m.st.name, Index: i}})
		m.children[i] = nil
		var more bool
		if i, more = m.take(child.last); !more {
			return
		}
		m.begin(i, child.prev)
	}
}

func (m *iterations) iterate(child *frame, i int) bool {
	input, err := m.itemInput(child)
	if err != nil {
		m.lost(child, err)
		return false
	}
	m.group.run(i, m.st.programs[0], input)
	return m.results[i] != nil
}

// itemInput is the item, or the result of ItemSelector.
func (m *iterations) itemInput(child *frame) (json.RawMessage, error) {
	if m.st.itemSelector == nil {
		return child.item.Value, nil
	}
	selecting := *m.visit
	selecting.frame = child
	var input json.RawMessage
	err := selecting.evaluate(func(ev *evaluator) (err error) {
		input, err = ev.value(m.st.itemSelector)
		return err
	})
	if err != nil {
		return nil, err
	}
	if fail := tooLarge("state '"+m.st.name+"' has an item with", input); fail != nil {
		return nil, fail
	}
	return input, nil
}

// take returns the next item. If there is none, it records the worker's last event.
func (m *iterations) take(last int64) (int, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.next >= len(m.items) || m.ctx.Err() != nil {
		m.last = max(m.last, last)
		return 0, false
	}
	m.next++
	return m.next - 1, true
}
