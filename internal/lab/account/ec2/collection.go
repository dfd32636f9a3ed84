package ec2

import (
	"fmt"
	"slices"
)

// collection keeps resources by ID, in the order in which they were added. A position is never
// reused, so that a page token stays valid while resources are added and removed.
type collection[T any] struct {
	order []string
	byID  map[string]*T
}

func newCollection[T any]() collection[T] {
	return collection[T]{byID: map[string]*T{}}
}

// add panics if the ID exists, which can only be a mistake in the test.
func (c *collection[T]) add(id string, item *T) {
	if _, taken := c.byID[id]; taken {
		panic(fmt.Sprintf("account: there is a resource %q already", id))
	}
	c.order = append(c.order, id)
	c.byID[id] = item
}

func (c *collection[T]) get(id string) (*T, bool) {
	item, ok := c.byID[id]
	return item, ok
}

func (c *collection[T]) remove(id string) { delete(c.byID, id) }

// all returns the existing resources, oldest first.
func (c *collection[T]) all() []*T {
	items := make([]*T, 0, len(c.byID))
	for _, id := range c.order {
		if item, ok := c.byID[id]; ok {
			items = append(items, item)
		}
	}
	return items
}

// copy returns a collection with copies of the resources.
func (c *collection[T]) copy(copyOf func(*T) *T) collection[T] {
	out := collection[T]{order: slices.Clone(c.order), byID: make(map[string]*T, len(c.byID))}
	for id, item := range c.byID {
		out.byID[id] = copyOf(item)
	}
	return out
}
