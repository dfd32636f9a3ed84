package dynamodb

import (
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// DescribeAllItems returns a table's items, ordered by key, in DynamoDB JSON, as "aws dynamodb
// scan" prints them; none for a table that does not exist.
func (d *Tables) DescribeAllItems(table string) []any {
	d.service.Lock()
	defer d.service.Unlock()
	items := []any{}
	t, ok := d.tables[table]
	if !ok {
		return items
	}
	for _, item := range t.sorted() {
		items = append(items, itemJSON(item))
	}
	return items
}

// wrote records the item that the call in progress wrote. The caller holds the lock.
func (d *Tables) wrote(item ddbexpr.Item) {
	d.service.Wrote(func() map[string]any { return itemJSON(item) })
}

func itemJSON(item ddbexpr.Item) map[string]any {
	out := map[string]any{}
	for name, v := range item {
		out[name] = attributeJSON(v)
	}
	return out
}

// attributeJSON is a value in DynamoDB JSON:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
func attributeJSON(v types.AttributeValue) map[string]any {
	return map[string]any{ddbexpr.TypeOf(v): bareJSON(v)}
}

func bareJSON(v types.AttributeValue) any {
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		return itemJSON(v.Value)
	case *types.AttributeValueMemberL:
		list := []any{}
		for _, e := range v.Value {
			list = append(list, attributeJSON(e))
		}
		return list
	case *types.AttributeValueMemberB:
		return base64.StdEncoding.EncodeToString(v.Value)
	case *types.AttributeValueMemberBS:
		list := []any{}
		for _, b := range v.Value {
			list = append(list, base64.StdEncoding.EncodeToString(b))
		}
		return list
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberSS:
		return v.Value
	case *types.AttributeValueMemberNS:
		return v.Value
	case *types.AttributeValueMemberBOOL:
		return v.Value
	case *types.AttributeValueMemberNULL:
		return v.Value
	default:
		panic(fmt.Sprintf("account: stored a value of type %T", v))
	}
}
