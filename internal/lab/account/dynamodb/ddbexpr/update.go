package ddbexpr

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Apply returns the item after the update, and does not modify the given one.
func (u *Update) Apply(item Item) (Item, error) {
	next, err := Normalize(item) // a deep copy; a stored item is normalized already
	if err != nil {
		return nil, err
	}
	values := make([]types.AttributeValue, len(u.sets))
	for i, s := range u.sets {
		if values[i], err = s.from.eval(item); err != nil {
			return nil, err
		}
	}
	for _, i := range inOrder(u.sets) {
		if err := put(next, u.sets[i].to, values[i]); err != nil {
			return nil, err
		}
	}
	for _, c := range u.adds {
		if err := c.add(next); err != nil {
			return nil, err
		}
	}
	for _, c := range u.deletes {
		if err := c.subtract(next); err != nil {
			return nil, err
		}
	}
	for _, path := range backToFront(u.removes) {
		if err := remove(next, path); err != nil {
			return nil, err
		}
	}
	return Normalize(next) // a copy: values may be shared with the request
}

// inOrder returns the indexes of the assignments ordered by path, so that elements beyond the
// end of a list are appended in the order of their indexes.
func inOrder(sets []assignment) []int {
	order := make([]int, len(sets))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return comparePaths(sets[i].to, sets[j].to) })
	return order
}

// backToFront orders the paths so that later elements of a list are removed first and the
// indexes of the others stay valid.
func backToFront(paths []Path) []Path {
	sorted := slices.Clone(paths)
	slices.SortStableFunc(sorted, func(p, q Path) int { return comparePaths(q, p) })
	return sorted
}

func comparePaths(p, q Path) int {
	return slices.CompareFunc(p, q, func(a, b step) int { return a.index - b.index })
}

func badPath() error {
	return errorf("The document path provided in the update expression is invalid for update")
}

// parent returns the map or list that contains the path's last step.
func parent(item Item, path Path) (types.AttributeValue, step) {
	last := len(path) - 1
	if last == 0 {
		return &types.AttributeValueMemberM{Value: item}, path[0]
	}
	return path[:last].find(item), path[last]
}

func put(item Item, path Path, v types.AttributeValue) error {
	in, last := parent(item, path)
	switch in := in.(type) {
	case *types.AttributeValueMemberM:
		if !last.list {
			in.Value[last.name] = v
			return nil
		}
	case *types.AttributeValueMemberL:
		if last.list && last.index < len(in.Value) {
			in.Value[last.index] = v
			return nil
		}
		if last.list {
			in.Value = append(in.Value, v)
			return nil
		}
	}
	return badPath()
}

func remove(item Item, path Path) error {
	in, last := parent(item, path)
	switch in := in.(type) {
	case *types.AttributeValueMemberM:
		if !last.list {
			delete(in.Value, last.name)
			return nil
		}
	case *types.AttributeValueMemberL:
		if last.list {
			if last.index < len(in.Value) {
				in.Value = slices.Delete(in.Value, last.index, last.index+1)
			}
			return nil
		}
	}
	return badPath()
}

// add adds to a number, or adds members to a set; a missing attribute is created.
func (c change) add(item Item) error {
	name, by := c.path.Name(), c.by.v
	was, ok := item[name]
	if !ok {
		item[name] = by
		return nil
	}
	if TypeOf(was) != TypeOf(by) {
		return wrongType()
	}
	if TypeOf(by) == "N" {
		sum, err := addNumbers(was, by, false)
		item[name] = sum
		return err
	}
	members := elements(was)
	for _, m := range elements(by) {
		if !has(members, m) {
			members = append(members, m)
		}
	}
	item[name] = setOf(TypeOf(by), members)
	return nil
}

// subtract removes members from a set, and the set itself if it becomes empty.
func (c change) subtract(item Item) error {
	name, by := c.path.Name(), c.by.v
	was, ok := item[name]
	if !ok {
		return nil
	}
	if TypeOf(was) != TypeOf(by) {
		return wrongType()
	}
	gone := elements(by)
	left := slices.DeleteFunc(elements(was), func(m types.AttributeValue) bool { return has(gone, m) })
	if len(left) == 0 {
		delete(item, name)
		return nil
	}
	item[name] = setOf(TypeOf(was), left)
	return nil
}
