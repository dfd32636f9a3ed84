package ec2

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// lookup returns the resources with the IDs, or EC2's error for the first ID that is malformed or
// does not exist.
func lookup[T any](k Kind, from *collection[T], ids []string) ([]*T, error) {
	for _, id := range ids {
		if !k.WellFormed(id) {
			return nil, call.Fail(k.badForm, "Invalid id: \"%s\" (expecting \"%s-...\")", id, k.Prefix)
		}
	}
	var items []*T
	for _, id := range ids {
		item, ok := from.get(id)
		if !ok {
			return nil, k.missing(id)
		}
		items = append(items, item)
	}
	return items, nil
}

// search is the part that all Describe operations share.
type search[T any] struct {
	kind  Kind
	from  *collection[T]
	id    func(*T) *string
	tags  tagged[T]
	known filters[T]
}

func (s search[T]) run(r *Resources, op call.Operation, req pageRequest, asked []types.Filter) ([]T, *string, error) {
	items := s.from.all()
	if len(req.ids) > 0 {
		var err error
		if items, err = lookup(s.kind, s.from, req.ids); err != nil {
			return nil, nil, err
		}
	}
	items, err := s.known.keep(r.service, op, s.tags, asked, items)
	if err != nil {
		return nil, nil, err
	}
	idOf := func(item *T) string { return aws.ToString(s.id(item)) }
	items, next, err := page(r.opts.PageSize, op, req, s.from.order, idOf, items)
	if err != nil {
		return nil, nil, err
	}
	found := make([]T, 0, len(items))
	for _, item := range items {
		found = append(found, *item)
	}
	return found, next, nil
}
