package dynamodb

import (
	"context"
	"encoding/base64"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

// maxItem is the size of an item in bytes:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const maxItem = 400 << 10

// table is a DynamoDB table without secondary indexes.
type table struct {
	name     string
	hash     string // name of the partition key
	rangeKey string // name of the sort key; "" if there is none
	keyTypes map[string]string
	billing  types.BillingMode
	made     time.Time
	items    map[string]ddbexpr.Item // by keyText
}

var (
	createTable = call.Operation{
		Name: "CreateTable", Mutating: true,
		Needs: []string{"TableName"},
		Reads: []string{"AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput"},
	}
	describeTable = call.Operation{Name: "DescribeTable", Needs: []string{"TableName"}}
)

// AddTable makes a table whose keys are strings; rangeKey is "" for none.
func (d *Tables) AddTable(name, hash, rangeKey string) {
	defer d.service.Change()()
	keys := map[string]string{hash: "S"}
	if rangeKey != "" {
		keys[rangeKey] = "S"
	}
	d.tables[name] = &table{
		name: name, hash: hash, rangeKey: rangeKey, keyTypes: keys,
		billing: types.BillingModePayPerRequest, made: d.service.Now(), items: map[string]ddbexpr.Item{},
	}
}

// CreateTable follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
//
// The table is ACTIVE at once.
func (c *Client) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, createTable, in, func(in *dynamodb.CreateTableInput) (*dynamodb.CreateTableOutput, error) {
		if _, ok := d.tables[*in.TableName]; ok {
			return nil, &types.ResourceInUseException{Message: aws.String("Table already exists: " + *in.TableName)}
		}
		t, err := newTable(in)
		if err != nil {
			return nil, err
		}
		t.made = d.service.Now()
		d.tables[t.name] = t
		return &dynamodb.CreateTableOutput{TableDescription: t.describe(d)}, nil
	})
}

func newTable(in *dynamodb.CreateTableInput) (*table, error) {
	t := &table{name: *in.TableName, keyTypes: map[string]string{}, billing: in.BillingMode, items: map[string]ddbexpr.Item{}}
	if t.billing == "" {
		t.billing = types.BillingModeProvisioned
	}
	if (t.billing == types.BillingModeProvisioned) != (in.ProvisionedThroughput != nil) {
		return nil, invalid("One or more parameter values were invalid: ProvisionedThroughput must be specified exactly when BillingMode is PROVISIONED")
	}
	for _, d := range in.AttributeDefinitions {
		t.keyTypes[aws.ToString(d.AttributeName)] = string(d.AttributeType)
	}
	for i, k := range in.KeySchema {
		name := aws.ToString(k.AttributeName)
		switch {
		case i == 0 && k.KeyType == types.KeyTypeHash:
			t.hash = name
		case i == 1 && k.KeyType == types.KeyTypeRange:
			t.rangeKey = name
		default:
			return nil, invalid("Invalid KeySchema: one HASH key first, then at most one RANGE key")
		}
		if t.keyTypes[name] == "" {
			return nil, invalid("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s]", name)
		}
	}
	if len(in.KeySchema) == 0 || len(t.keyTypes) != len(in.KeySchema) {
		return nil, invalid("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return t, nil
}

// DescribeTable follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
func (c *Client) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, describeTable, in, func(in *dynamodb.DescribeTableInput) (*dynamodb.DescribeTableOutput, error) {
		t, err := d.table(in.TableName)
		if err != nil {
			return nil, err
		}
		return &dynamodb.DescribeTableOutput{Table: t.describe(d)}, nil
	})
}

func (t *table) describe(d *Tables) *types.TableDescription {
	out := &types.TableDescription{
		TableName: &t.name, TableStatus: types.TableStatusActive, TableArn: aws.String(d.service.ARN("dynamodb", "table/"+t.name)),
		CreationDateTime: &t.made, ItemCount: aws.Int64(int64(len(t.items))),
		BillingModeSummary: &types.BillingModeSummary{BillingMode: t.billing},
	}
	for i, name := range t.keys() {
		kind := types.KeyTypeHash
		if i == 1 {
			kind = types.KeyTypeRange
		}
		out.KeySchema = append(out.KeySchema, types.KeySchemaElement{AttributeName: aws.String(name), KeyType: kind})
		out.AttributeDefinitions = append(out.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(name), AttributeType: types.ScalarAttributeType(t.keyTypes[name]),
		})
	}
	return out
}

// keys gives the names of the keys, the partition key first.
func (t *table) keys() []string {
	if t.rangeKey == "" {
		return []string{t.hash}
	}
	return []string{t.hash, t.rangeKey}
}

// checkKey refuses a key that is not exactly the table's.
func (t *table) checkKey(key ddbexpr.Item) error {
	for _, name := range t.keys() {
		if key[name] == nil {
			return invalid("The provided key element does not match the schema")
		}
	}
	if len(key) != len(t.keys()) {
		return invalid("The provided key element does not match the schema")
	}
	return t.checkKeyTypes(key, "The provided key element does not match the schema")
}

// checkItem refuses an item that lacks a key, or has one of the wrong type.
func (t *table) checkItem(item ddbexpr.Item) error {
	for _, name := range t.keys() {
		if item[name] == nil {
			return invalid("One or more parameter values were invalid: Missing the key %s in the item", name)
		}
	}
	if err := t.checkKeyTypes(item, ""); err != nil {
		return err
	}
	if ddbexpr.Size(item) > maxItem {
		return invalid("Item size has exceeded the maximum allowed size")
	}
	return nil
}

func (t *table) checkKeyTypes(item ddbexpr.Item, otherwise string) error {
	for _, name := range t.keys() {
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

// keyText identifies an item within its table.
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

// keyOf gives the keys of an item alone.
func (t *table) keyOf(item ddbexpr.Item) ddbexpr.Item {
	key := ddbexpr.Item{}
	for _, name := range t.keys() {
		key[name] = item[name]
	}
	return key
}

// sorted gives all items by partition key, and by sort key within it. AWS's
// scan has no order that a caller may count on; this one is at least the same
// every time.
func (t *table) sorted() []ddbexpr.Item {
	items := make([]ddbexpr.Item, 0, len(t.items))
	for _, item := range t.items {
		items = append(items, item)
	}
	slices.SortFunc(items, t.order)
	return items
}

func (t *table) order(a, b ddbexpr.Item) int {
	for _, name := range t.keys() {
		if order, _ := ddbexpr.Compare(a[name], b[name]); order != 0 {
			return order
		}
	}
	return 0
}
