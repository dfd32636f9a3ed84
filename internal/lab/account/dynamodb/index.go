package dynamodb

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// Index is a global secondary index with string keys. An item that lacks one of the keys is not
// in the index:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
type Index struct {
	Name, Hash string
	Range      string               // name of the sort key; "" if there is none
	Projection types.ProjectionType // "" is ALL
	NonKeys    []string             // further attributes in the index; for INCLUDE only
}

func (i Index) keys() []string { return keyNames(i.Hash, i.Range) }

// holds reports whether the item is in the index.
func (i Index) holds(item ddbexpr.Item) bool {
	return !slices.ContainsFunc(i.keys(), func(name string) bool { return item[name] == nil })
}

// projects reports whether the index has the attribute.
func (i Index) projects(t *table, name string) bool {
	return i.Projection == "" || i.Projection == types.ProjectionTypeAll ||
		slices.Contains(t.positionIn(&i), name) || slices.Contains(i.NonKeys, name)
}

// projected returns the item as it is in the index.
func (i Index) projected(t *table, item ddbexpr.Item) ddbexpr.Item {
	out := ddbexpr.Item{}
	for name, v := range item {
		if i.projects(t, name) {
			out[name] = v
		}
	}
	return out
}

func (t *table) index(name string) (*Index, error) {
	for _, i := range t.indexes {
		if i.Name == name {
			return &i, nil
		}
	}
	return nil, invalid("The table does not have the specified index: %s", name)
}

// positionIn returns the keys that determine an item's position in the index: the index's own
// keys and then the table's, which are unique. For nil it returns the table's keys.
func (t *table) positionIn(i *Index) []string {
	if i == nil {
		return t.keys()
	}
	position := i.keys()
	for _, name := range t.keys() {
		if !slices.Contains(position, name) {
			position = append(position, name)
		}
	}
	return position
}

// checkIndexed rejects an item whose value cannot be an index's key.
func (t *table) checkIndexed(item ddbexpr.Item) error {
	for _, i := range t.indexes {
		for _, name := range i.keys() {
			v := item[name]
			switch {
			case v == nil:
			case ddbexpr.TypeOf(v) != t.keyTypes[name]:
				return invalid("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", name, t.keyTypes[name], ddbexpr.TypeOf(v), i.Name)
			case keyPart(v) == "":
				return invalid("One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: %s, IndexKey: %s", i.Name, name)
			}
		}
	}
	return nil
}

// checkProjected rejects a query of attributes that the index does not have.
func (i Index) checkProjected(t *table, e expressions) error {
	var names []string
	if e.filter != nil {
		names = append(names, e.filter.Mentions()...)
	}
	if e.projection != nil {
		names = append(names, e.projection.Mentions()...)
	}
	for _, name := range names {
		if !i.projects(t, name) {
			return invalid("One or more parameter values were invalid: Global secondary index %s does not project [%s]", i.Name, name)
		}
	}
	return nil
}
