package dynamodb

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// maxRead is the maximum size in bytes of the items that a query or a scan reads for one page:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
const maxRead = 1 << 20

// read is a query, or a scan if e has no key condition.
type read struct {
	table     *table
	index     *Index // nil for the table itself
	e         expressions
	limit     *int32
	after     ddbexpr.Item // ExclusiveStartKey
	backwards bool
}

type readPage struct {
	items   []ddbexpr.Item
	scanned int32
	last    ddbexpr.Item // LastEvaluatedKey; nil on the last page
}

// page reads items up to the limit, which includes items that the filter drops, or up to the
// maximum size of a page.
func (r read) page() (readPage, error) {
	if r.limit != nil && *r.limit < 1 {
		return readPage{}, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", *r.limit)
	}
	items, err := r.candidates()
	if err != nil {
		return readPage{}, err
	}
	p, bytes := readPage{items: []ddbexpr.Item{}}, 0
	for i, item := range items {
		p.scanned++
		bytes += ddbexpr.Size(item)
		if r.e.filter == nil || r.e.filter.Matches(item) {
			p.items = append(p.items, r.e.project(item))
		}
		// At the limit there is a LastEvaluatedKey even after the last item, because DynamoDB does not
		// look further.
		full := bytes >= maxRead && i < len(items)-1
		if full || p.scanned == aws.ToInt32(r.limit) {
			p.last = only(r.position(), item)
			break
		}
	}
	return p, nil
}

// candidates returns the items that are still to be read, in order.
func (r read) candidates() ([]ddbexpr.Item, error) {
	items, err := r.inOrder()
	if err != nil {
		return nil, err
	}
	if r.backwards {
		slices.Reverse(items)
	}
	if r.after == nil {
		return items, nil
	}
	start, err := ddbexpr.Normalize(r.after)
	if err != nil || r.table.checkExactly(start, r.position()) != nil {
		return nil, invalid("The provided starting key is invalid: The provided key element does not match the schema")
	}
	return slices.DeleteFunc(items, func(item ddbexpr.Item) bool {
		order := orderBy(r.position(), item, start)
		if r.backwards {
			order = -order
		}
		return order <= 0
	}), nil
}

// position returns the keys by which items are ordered.
func (r read) position() []string { return r.table.positionIn(r.index) }

// inOrder returns the items that a query's key condition names, or all, in order; as the
// index has them if there is one.
func (r read) inOrder() ([]ddbexpr.Item, error) {
	if r.e.key == nil {
		return r.table.sorted(), nil
	}
	hash, err := r.partition()
	if err != nil {
		return nil, err
	}
	var items []ddbexpr.Item
	for item := range r.table.partition(r.index, hash) {
		if !r.e.key.Matches(item) {
			continue
		}
		if r.index != nil {
			item = r.index.projected(r.table, item)
		}
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b ddbexpr.Item) int { return orderBy(r.position(), a, b) })
	return items, nil
}

// partition is the text of the partition key in a query's key condition, which is normalized.
func (r read) partition() (string, error) {
	keys := r.table.keys()
	if r.index != nil {
		keys = r.index.keys()
	}
	compared, err := r.e.key.KeyRange(keys[0], append(keys, "")[1])
	if err != nil {
		return "", validation(err)
	}
	return keyPart(compared[keys[0]][0]), nil
}
