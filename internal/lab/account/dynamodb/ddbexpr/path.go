package ddbexpr

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// step is one element of a document path: a map key or a list index.
type step struct {
	name  string
	index int // if list is true
	list  bool
}

// Path is a document path to a value in an item.
type Path []step

// Name is the path's top-level attribute.
func (p Path) Name() string { return p[0].name }

// String is the path as in DynamoDB's error messages: [a, b, [0]].
func (p Path) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		parts[i] = s.name
		if s.list {
			parts[i] = "[" + strconv.Itoa(s.index) + "]"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// find returns the value at the path, or nil.
func (p Path) find(item Item) types.AttributeValue {
	v := types.AttributeValue(&types.AttributeValueMemberM{Value: item})
	for _, s := range p {
		if v = s.of(v); v == nil {
			return nil
		}
	}
	return v
}

func (s step) of(v types.AttributeValue) types.AttributeValue {
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		if !s.list {
			return v.Value[s.name]
		}
	case *types.AttributeValueMemberL:
		if s.list && s.index < len(v.Value) {
			return v.Value[s.index]
		}
	}
	return nil
}

// apart rejects paths of which one contains the other, or that use the same value both as a map
// and as a list.
func apart(paths []Path) error {
	for i, p := range paths {
		for _, q := range paths[i+1:] {
			shared := 0
			for shared < min(len(p), len(q)) && p[shared] == q[shared] {
				shared++
			}
			if shared == min(len(p), len(q)) {
				return errorf("Two document paths overlap with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", p, q)
			}
			if p[shared].list != q[shared].list {
				return errorf("Two document paths conflict with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", p, q)
			}
		}
	}
	return nil
}

func (p Path) equal(q Path) bool { return slices.Equal(p, q) }
