package dynamodb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

var conditional = []string{
	"ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues",
	"ReturnValues", "ReturnValuesOnConditionCheckFailure",
}

var (
	putItem = call.Operation{
		Name: "PutItem", Mutating: true,
		Needs: []string{"TableName", "Item"}, Reads: conditional,
	}
	updateItem = call.Operation{
		Name: "UpdateItem", Mutating: true,
		Needs: []string{"TableName", "Key"}, Reads: append([]string{"UpdateExpression"}, conditional...),
	}
	deleteItem = call.Operation{
		Name: "DeleteItem", Mutating: true,
		Needs: []string{"TableName", "Key"}, Reads: conditional,
	}
)

// PutItem follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
func (c *Client) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, putItem, in, func(in *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error) {
		a, err := d.put(&types.Put{
			TableName: in.TableName, Item: in.Item, ConditionExpression: in.ConditionExpression,
			ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
		})
		if err != nil {
			return nil, err
		}
		back, err := d.write(a, in.ReturnValues, replaced)
		return &dynamodb.PutItemOutput{Attributes: back}, err
	})
}

// DeleteItem follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
func (c *Client) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, deleteItem, in, func(in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
		a, err := d.remove(&types.Delete{
			TableName: in.TableName, Key: in.Key, ConditionExpression: in.ConditionExpression,
			ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
		})
		if err != nil {
			return nil, err
		}
		back, err := d.write(a, in.ReturnValues, replaced)
		return &dynamodb.DeleteItemOutput{Attributes: back}, err
	})
}

// UpdateItem follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
//
// An item that does not exist is created, with its key and what the update sets.
func (c *Client) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, updateItem, in, func(in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
		a, err := d.update(&types.Update{
			TableName: in.TableName, Key: in.Key, UpdateExpression: in.UpdateExpression, ConditionExpression: in.ConditionExpression,
			ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
		})
		if err != nil {
			return nil, err
		}
		back, err := d.write(a, in.ReturnValues, returned)
		return &dynamodb.UpdateItemOutput{Attributes: back}, err
	})
}

// write applies a single action, and returns what back selects.
func (d *Tables) write(a action, want types.ReturnValue, back func(types.ReturnValue, change) (ddbexpr.Item, error)) (ddbexpr.Item, error) {
	c, err := a.allowed()
	if err != nil {
		return nil, err
	}
	out, err := back(want, c)
	if err != nil {
		return nil, err
	}
	d.apply(c)
	return out, nil
}

// replaced returns the attributes in the answer to a put or a delete.
func replaced(want types.ReturnValue, c change) (ddbexpr.Item, error) {
	switch want {
	case "", types.ReturnValueNone:
		return nil, nil
	case types.ReturnValueAllOld:
		return c.old, nil
	default:
		return nil, invalid("Return values set to invalid value")
	}
}

// returned returns the attributes in the answer to an update.
func returned(want types.ReturnValue, c change) (ddbexpr.Item, error) {
	changed := func(of ddbexpr.Item) ddbexpr.Item {
		if c.e.update == nil {
			return nil
		}
		return c.e.update.Changed().Of(of)
	}
	switch want {
	case types.ReturnValueAllNew:
		return c.updated, nil
	case types.ReturnValueUpdatedOld:
		return changed(c.old), nil
	case types.ReturnValueUpdatedNew:
		return changed(c.updated), nil
	default:
		return replaced(want, c)
	}
}
