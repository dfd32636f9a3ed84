package simaws

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws/ddbexpr"
)

// DescribeAllNetworkACLs gives every network ACL as it stands, in the shape of
// the elements of NetworkAcls that "aws ec2 describe-network-acls" prints.
func (a *Account) DescribeAllNetworkACLs() []any {
	a.mu.Lock()
	defer a.mu.Unlock()
	return printed(a.network.acls.all())
}

// DescribeAllSnapshots gives every snapshot as it stands, in the shape of the
// elements of Snapshots that "aws ec2 describe-snapshots" prints.
func (a *Account) DescribeAllSnapshots() []any {
	a.mu.Lock()
	defer a.mu.Unlock()
	var now []*ec2types.Snapshot
	for _, s := range a.storage.snapshots.all() {
		d := s.describe(a)
		now = append(now, &d)
	}
	return printed(now)
}

// DescribeAllItems gives a table's items by key in DynamoDB JSON, as "aws
// dynamodb scan" prints them; of a table that is not there, none.
func (a *Account) DescribeAllItems(table string) []any {
	a.mu.Lock()
	defer a.mu.Unlock()
	items := []any{}
	t, ok := a.tables[table]
	if !ok {
		return items
	}
	for _, item := range t.sorted() {
		items = append(items, itemJSON(item))
	}
	return items
}

func printed[T any](resources []*T) []any {
	out := []any{}
	for _, r := range resources {
		out = append(out, cliValue(reflect.ValueOf(r)))
	}
	return out
}

// cliValue turns a value of the SDK's into what the command line prints of it:
// the same names, no member that AWS did not send.
func cliValue(v reflect.Value) any {
	if t, ok := v.Interface().(time.Time); ok {
		return t.UTC().Format(time.RFC3339Nano)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return cliValue(v.Elem())
	case reflect.Struct:
		members := map[string]any{}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.IsExported() && !unsent(v.Field(i)) {
				members[field.Name] = cliValue(v.Field(i))
			}
		}
		return members
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, cliValue(v.Index(i)))
		}
		return list
	default:
		return v.Interface()
	}
}

// unsent tells a member that is not there from one that is empty.
func unsent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	default:
		return false
	}
}

func itemJSON(item ddbexpr.Item) map[string]any {
	out := map[string]any{}
	for name, v := range item {
		out[name] = attributeJSON(v)
	}
	return out
}

// attributeJSON: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
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
		panic(fmt.Sprintf("simaws: stored a value of type %T", v))
	}
}
