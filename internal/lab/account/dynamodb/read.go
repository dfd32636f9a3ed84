package dynamodb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

var (
	getItem = call.Operation{
		Name: "GetItem", Needs: []string{"TableName", "Key"},
		Reads: []string{"ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"},
	}
	query = call.Operation{
		Name: "Query", Needs: []string{"TableName"},
		Reads: []string{"KeyConditionExpression", "ScanIndexForward", "ConsistentRead", "FilterExpression", "ProjectionExpression",
			"ExpressionAttributeNames", "ExpressionAttributeValues", "Limit", "ExclusiveStartKey", "IndexName"},
	}
	scan = call.Operation{
		Name: "Scan", Needs: []string{"TableName"},
		Reads: []string{"ConsistentRead", "FilterExpression", "ProjectionExpression",
			"ExpressionAttributeNames", "ExpressionAttributeValues", "Limit", "ExclusiveStartKey"},
	}
)

// GetItem follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
//
// If there is no such item, the answer has no Item.
func (c *Client) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, getItem, in, func(in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
		t, key, err := d.keyed(in.TableName, in.Key)
		if err != nil {
			return nil, err
		}
		e, err := texts{projection: in.ProjectionExpression}.parse(in.ExpressionAttributeNames, nil)
		if err != nil {
			return nil, err
		}
		item := t.item(key)
		if item == nil {
			return &dynamodb.GetItemOutput{}, nil
		}
		return &dynamodb.GetItemOutput{Item: e.project(item)}, nil
	})
}

func (e expressions) project(item ddbexpr.Item) ddbexpr.Item {
	if e.projection == nil {
		return item
	}
	return e.projection.Of(item)
}

// Query follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
func (c *Client) Query(ctx context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, query, in, func(in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
		t, err := d.table(in.TableName)
		if err != nil {
			return nil, err
		}
		if in.KeyConditionExpression == nil {
			return nil, invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
		}
		e, err := texts{key: in.KeyConditionExpression, filter: in.FilterExpression, projection: in.ProjectionExpression}.
			parse(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
		if err != nil {
			return nil, err
		}
		i, err := t.queried(in, e)
		if err != nil {
			return nil, err
		}
		r := read{table: t, index: i, e: e, limit: in.Limit, after: in.ExclusiveStartKey, backwards: !aws.ToBool(in.ScanIndexForward) && in.ScanIndexForward != nil}
		p, err := r.page()
		if err != nil {
			return nil, err
		}
		return &dynamodb.QueryOutput{Items: p.items, Count: int32(len(p.items)), ScannedCount: p.scanned, LastEvaluatedKey: p.last}, nil
	})
}

// Scan follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
func (c *Client) Scan(ctx context.Context, in *dynamodb.ScanInput, _ ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, scan, in, func(in *dynamodb.ScanInput) (*dynamodb.ScanOutput, error) {
		t, err := d.table(in.TableName)
		if err != nil {
			return nil, err
		}
		e, err := texts{filter: in.FilterExpression, projection: in.ProjectionExpression}.
			parse(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
		if err != nil {
			return nil, err
		}
		p, err := read{table: t, e: e, limit: in.Limit, after: in.ExclusiveStartKey}.page()
		if err != nil {
			return nil, err
		}
		return &dynamodb.ScanOutput{Items: p.items, Count: int32(len(p.items)), ScannedCount: p.scanned, LastEvaluatedKey: p.last}, nil
	})
}

// queried validates a query and returns its index; nil for the table itself.
func (t *table) queried(in *dynamodb.QueryInput, e expressions) (*Index, error) {
	if in.IndexName == nil {
		return nil, t.checkQuery(e, t.hash, t.rangeKey)
	}
	i, err := t.index(*in.IndexName)
	if err != nil {
		return nil, err
	}
	if aws.ToBool(in.ConsistentRead) {
		return nil, invalid("Consistent reads are not supported on global secondary indexes")
	}
	if err := t.checkQuery(e, i.Hash, i.Range); err != nil {
		return nil, err
	}
	return i, i.checkProjected(t, e)
}

func (t *table) checkQuery(e expressions, hash, rangeKey string) error {
	compared, err := e.key.KeyRange(hash, rangeKey)
	if err != nil {
		return validation(err)
	}
	for name, values := range compared {
		for _, v := range values {
			if ddbexpr.TypeOf(v) != t.keyTypes[name] {
				return invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
			}
			if keyPart(v) == "" {
				return invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", name)
			}
		}
	}
	if e.filter == nil {
		return nil
	}
	for _, name := range e.filter.Mentions() {
		for _, key := range keyNames(hash, rangeKey) {
			if name == key {
				return invalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", key)
			}
		}
	}
	return nil
}
