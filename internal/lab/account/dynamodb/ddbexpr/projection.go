package ddbexpr

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Projection is a selection of parts of an item.
type Projection struct{ root *branch }

// branch is a node below which parts are selected; whole means that everything below it is.
type branch struct {
	whole bool
	below map[step]*branch
}

// Projection parses a ProjectionExpression.
func (s *Scope) Projection(src string) (*Projection, error) {
	return run(s, "ProjectionExpression", src, func(p *parser) *Projection {
		paths := list(p, p.path)
		p.stop(apart(paths))
		return projectionOf(paths)
	})
}

func projectionOf(paths []Path) *Projection {
	root := &branch{below: map[step]*branch{}}
	for _, path := range paths {
		at := root
		for _, s := range path {
			if at.below[s] == nil {
				at.below[s] = &branch{below: map[step]*branch{}}
			}
			at = at.below[s]
		}
		at.whole = true
	}
	return &Projection{root: root}
}

// Mentions returns the top-level attributes of the selected parts.
func (p *Projection) Mentions() []string {
	var names []string
	for s := range p.root.below {
		names = append(names, s.name)
	}
	slices.Sort(names)
	return names
}

// Of returns the selected parts in the shape that they have in the item. Selected list elements
// move together.
func (p *Projection) Of(item Item) Item {
	picked, _ := p.root.pick(&types.AttributeValueMemberM{Value: item}).(*types.AttributeValueMemberM)
	if picked == nil {
		return Item{}
	}
	return picked.Value
}

// pick returns the selected part of v, or nil if there is none.
func (b *branch) pick(v types.AttributeValue) types.AttributeValue {
	if b.whole {
		return v
	}
	inMap, inList := Item{}, []types.AttributeValue(nil)
	for _, s := range slices.SortedFunc(maps.Keys(b.below), func(x, y step) int { return x.index - y.index }) {
		inner := s.of(v)
		if inner == nil {
			continue
		}
		if inner = b.below[s].pick(inner); inner == nil {
			continue
		}
		if s.list {
			inList = append(inList, inner)
		} else {
			inMap[s.name] = inner
		}
	}
	switch {
	case len(inList) > 0:
		return &types.AttributeValueMemberL{Value: inList}
	case len(inMap) > 0:
		return &types.AttributeValueMemberM{Value: inMap}
	default:
		return nil
	}
}
