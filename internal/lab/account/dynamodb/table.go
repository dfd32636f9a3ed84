package dynamodb

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// maxItem is the maximum size of an item in bytes:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const maxItem = 400 << 10

// table is a DynamoDB table.
type table struct {
	name     string
	hash     string            // name of the partition key
	rangeKey string            // name of the sort key; "" if there is none
	keyTypes map[string]string // including the keys of the indexes
	indexes  []Index
	billing  types.BillingMode
	made     time.Time
	items    *items
}

var (
	createTable = call.Operation{
		Name: "CreateTable", Mutating: true,
		Needs: []string{"TableName"},
		Reads: []string{"AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes"},
	}
	describeTable = call.Operation{Name: "DescribeTable", Needs: []string{"TableName"}}
)

// AddTable creates a table with string keys; rangeKey is "" for none.
func (d *Tables) AddTable(name, hash, rangeKey string, indexes ...Index) {
	defer d.service.Change()()
	keys := map[string]string{}
	for _, key := range keyNames(hash, rangeKey) {
		keys[key] = "S"
	}
	for _, i := range indexes {
		for _, key := range i.keys() {
			keys[key] = "S"
		}
	}
	d.tables[name] = &table{
		name: name, hash: hash, rangeKey: rangeKey, keyTypes: keys, indexes: indexes,
		billing: types.BillingModePayPerRequest, made: d.service.Now(), items: newItems(),
	}
}

// AddDefined creates the table that a CreateTable request defines. It panics if
// DynamoDB would reject the request.
func (d *Tables) AddDefined(in *dynamodb.CreateTableInput) {
	defer d.service.Change()()
	t, err := d.newTable(in)
	if err != nil {
		panic(err)
	}
	t.made = d.service.Now()
	d.tables[t.name] = t
}

// CreateTable follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
//
// The table is ACTIVE immediately.
func (c *Client) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, createTable, in, func(in *dynamodb.CreateTableInput) (*dynamodb.CreateTableOutput, error) {
		if _, ok := d.tables[*in.TableName]; ok {
			return nil, &types.ResourceInUseException{Message: aws.String("Table already exists: " + *in.TableName)}
		}
		t, err := d.newTable(in)
		if err != nil {
			return nil, err
		}
		t.made = d.service.Now()
		d.tables[t.name] = t
		return &dynamodb.CreateTableOutput{TableDescription: t.describe(d)}, nil
	})
}

func (d *Tables) newTable(in *dynamodb.CreateTableInput) (*table, error) {
	t := &table{name: *in.TableName, keyTypes: map[string]string{}, billing: in.BillingMode, items: newItems()}
	if t.billing == "" {
		t.billing = types.BillingModeProvisioned
	}
	if (t.billing == types.BillingModeProvisioned) != (in.ProvisionedThroughput != nil) {
		return nil, invalid("One or more parameter values were invalid: ProvisionedThroughput must be specified exactly when BillingMode is PROVISIONED")
	}
	for _, d := range in.AttributeDefinitions {
		t.keyTypes[aws.ToString(d.AttributeName)] = string(d.AttributeType)
	}
	var err error
	if t.hash, t.rangeKey, err = t.schema(in.KeySchema); err != nil {
		return nil, err
	}
	if t.indexes, err = d.newIndexes(t, in.GlobalSecondaryIndexes); err != nil {
		return nil, err
	}
	if len(t.keyTypes) != len(t.allKeys()) {
		return nil, invalid("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return t, nil
}

// schema returns the keys of the table or an index. They must be defined as attributes.
func (t *table) schema(keys []types.KeySchemaElement) (hash, rangeKey string, err error) {
	for i, k := range keys {
		name := aws.ToString(k.AttributeName)
		switch {
		case i == 0 && k.KeyType == types.KeyTypeHash:
			hash = name
		case i == 1 && k.KeyType == types.KeyTypeRange && name != hash:
			rangeKey = name
		default:
			return "", "", invalid("Invalid KeySchema: one HASH key first, then at most one RANGE key")
		}
		if t.keyTypes[name] == "" {
			return "", "", invalid("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s]", name)
		}
	}
	if hash == "" {
		return "", "", invalid("Invalid KeySchema: one HASH key first, then at most one RANGE key")
	}
	return hash, rangeKey, nil
}

// allKeys returns the table's keys, followed by those of its indexes.
func (t *table) allKeys() []string {
	all := t.keys()
	for _, i := range t.indexes {
		for _, name := range i.keys() {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
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
