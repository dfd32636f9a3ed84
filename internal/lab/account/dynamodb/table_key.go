package dynamodb

import (
	"encoding/base64"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// keys returns the names of the keys, the partition key first.
func (t *table) keys() []string { return keyNames(t.hash, t.rangeKey) }

func keyNames(hash, rangeKey string) []string {
	if rangeKey == "" {
		return []string{hash}
	}
	return []string{hash, rangeKey}
}

// checkKey rejects a key that does not have exactly the table's key attributes.
func (t *table) checkKey(key ddbexpr.Item) error { return t.checkExactly(key, t.keys()) }

// checkExactly rejects a key that does not have exactly these attributes.
func (t *table) checkExactly(key ddbexpr.Item, names []string) error {
	for _, name := range names {
		if key[name] == nil {
			return invalid("The provided key element does not match the schema")
		}
	}
	if len(key) != len(names) {
		return invalid("The provided key element does not match the schema")
	}
	return t.checkKeyTypes(key, names, "The provided key element does not match the schema")
}

// checkItem rejects an item without a key or with a key of the wrong type.
func (t *table) checkItem(item ddbexpr.Item) error {
	for _, name := range t.keys() {
		if item[name] == nil {
			return invalid("One or more parameter values were invalid: Missing the key %s in the item", name)
		}
	}
	if err := t.checkKeyTypes(item, t.keys(), ""); err != nil {
		return err
	}
	if err := t.checkIndexed(item); err != nil {
		return err
	}
	if ddbexpr.Size(item) > maxItem {
		return invalid("Item size has exceeded the maximum allowed size")
	}
	return nil
}

func (t *table) checkKeyTypes(item ddbexpr.Item, names []string, otherwise string) error {
	for _, name := range names {
		if got := ddbexpr.TypeOf(item[name]); got != t.keyTypes[name] {
			if otherwise != "" {
				return invalid("%s", otherwise)
			}
			return invalid("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", name, t.keyTypes[name], got)
		}
		if keyPart(item[name]) == "" {
			return invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", name)
		}
	}
	return nil
}

// keyText is an item's unique identifier within its table.
func (t *table) keyText(item ddbexpr.Item) string {
	text := ""
	for _, name := range t.keys() {
		text += base64.StdEncoding.EncodeToString([]byte(keyPart(item[name]))) + "."
	}
	return text
}

func keyPart(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return string(v.Value)
	default:
		return ""
	}
}

// keyOf returns an item's key attributes.
func (t *table) keyOf(item ddbexpr.Item) ddbexpr.Item { return only(t.keys(), item) }

func only(names []string, item ddbexpr.Item) ddbexpr.Item {
	key := ddbexpr.Item{}
	for _, name := range names {
		key[name] = item[name]
	}
	return key
}

// sorted returns all items by partition key and then by sort key. The order of an AWS scan is
// undefined; this order is deterministic.
func (t *table) sorted() []ddbexpr.Item {
	items := make([]ddbexpr.Item, 0, t.items.count)
	for _, partition := range t.items.table {
		items = slices.AppendSeq(items, maps.Values(partition))
	}
	slices.SortFunc(items, func(a, b ddbexpr.Item) int { return orderBy(t.keys(), a, b) })
	return items
}

func orderBy(names []string, a, b ddbexpr.Item) int {
	for _, name := range names {
		if order, _ := ddbexpr.Compare(a[name], b[name]); order != 0 {
			return order
		}
	}
	return 0
}
