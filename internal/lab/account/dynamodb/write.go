package dynamodb

import (
	"context"
	"slices"

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
		t, err := d.table(in.TableName)
		if err != nil {
			return nil, err
		}
		item, err := ddbexpr.Normalize(in.Item)
		if err != nil {
			return nil, validation(err)
		}
		if err := t.checkItem(item); err != nil {
			return nil, err
		}
		e, err := texts{condition: in.ConditionExpression}.parse(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
		if err != nil {
			return nil, err
		}
		old, err := t.guard(item, e.condition, in.ReturnValuesOnConditionCheckFailure, in.ReturnValues)
		if err != nil {
			return nil, err
		}
		t.items[t.keyText(item)] = item
		d.wrote(item)
		return &dynamodb.PutItemOutput{Attributes: old}, nil
	})
}

// DeleteItem follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
func (c *Client) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, deleteItem, in, func(in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
		t, key, err := d.keyed(in.TableName, in.Key)
		if err != nil {
			return nil, err
		}
		e, err := texts{condition: in.ConditionExpression}.parse(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
		if err != nil {
			return nil, err
		}
		old, err := t.guard(key, e.condition, in.ReturnValuesOnConditionCheckFailure, in.ReturnValues)
		if err != nil {
			return nil, err
		}
		delete(t.items, t.keyText(key))
		return &dynamodb.DeleteItemOutput{Attributes: old}, nil
	})
}

// keyed gives the table and the key in the form in which it is stored.
func (d *Tables) keyed(name *string, key ddbexpr.Item) (*table, ddbexpr.Item, error) {
	t, err := d.table(name)
	if err != nil {
		return nil, nil, err
	}
	normal, err := ddbexpr.Normalize(key)
	if err != nil {
		return nil, nil, validation(err)
	}
	return t, normal, t.checkKey(normal)
}

// guard checks the condition of a put or a delete of the item with key's keys,
// and gives the item that was there if the request wants it back.
func (t *table) guard(key ddbexpr.Item, condition *ddbexpr.Condition, onFailure types.ReturnValuesOnConditionCheckFailure, back types.ReturnValue) (ddbexpr.Item, error) {
	old := t.items[t.keyText(key)]
	if err := allow(condition, old, onFailure); err != nil {
		return nil, err
	}
	switch back {
	case "", types.ReturnValueNone:
		return nil, nil
	case types.ReturnValueAllOld:
		return old, nil
	default:
		return nil, invalid("Return values set to invalid value")
	}
}

// UpdateItem follows https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
//
// An item that is not there is made, with its key and what the update sets.
func (c *Client) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	d := c.tables
	return call.Invoke(ctx, d.service, updateItem, in, func(in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
		t, key, err := d.keyed(in.TableName, in.Key)
		if err != nil {
			return nil, err
		}
		e, err := texts{condition: in.ConditionExpression, update: in.UpdateExpression}.parse(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
		if err != nil {
			return nil, err
		}
		old := t.items[t.keyText(key)]
		if err := allow(e.condition, old, in.ReturnValuesOnConditionCheckFailure); err != nil {
			return nil, err
		}
		updated, err := t.updated(key, old, e.update)
		if err != nil {
			return nil, err
		}
		back, err := returned(in.ReturnValues, old, updated, e.update)
		if err != nil {
			return nil, err
		}
		t.items[t.keyText(key)] = updated
		d.wrote(updated)
		return &dynamodb.UpdateItemOutput{Attributes: back}, nil
	})
}

func (t *table) updated(key, old ddbexpr.Item, u *ddbexpr.Update) (ddbexpr.Item, error) {
	from := old
	if from == nil {
		from = key
	}
	if u == nil {
		return from, nil
	}
	for _, name := range u.Changes() {
		if slices.Contains(t.keys(), name) {
			return nil, invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", name)
		}
	}
	updated, err := u.Apply(from)
	if err != nil {
		return nil, validation(err)
	}
	if ddbexpr.Size(updated) > maxItem {
		return nil, invalid("Item size to update has exceeded the maximum allowed size")
	}
	return updated, nil
}

// returned gives what an update answers with.
func returned(want types.ReturnValue, old, updated ddbexpr.Item, u *ddbexpr.Update) (ddbexpr.Item, error) {
	changed := func(of ddbexpr.Item) ddbexpr.Item {
		if u == nil {
			return nil
		}
		return u.Changed().Of(of)
	}
	switch want {
	case "", types.ReturnValueNone:
		return nil, nil
	case types.ReturnValueAllOld:
		return old, nil
	case types.ReturnValueAllNew:
		return updated, nil
	case types.ReturnValueUpdatedOld:
		return changed(old), nil
	case types.ReturnValueUpdatedNew:
		return changed(updated), nil
	default:
		return nil, invalid("Return values set to invalid value")
	}
}
