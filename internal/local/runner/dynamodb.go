package runner

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// DynamoDB has the operations of the definition's DynamoDB integration.
type DynamoDB interface {
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
}

// item is an item, a key or a set of expression values in DynamoDB's JSON.
type item map[string]types.AttributeValue

// UnmarshalJSON reads {"name": {"S": "value"}}. It refuses attributes that the
// SDK would not write back as they were read, because the SDK ignores a part of
// them: attributes with two types, an unknown type or no type.
func (i *item) UnmarshalJSON(b []byte) (err error) {
	if *i, err = attributevalue.UnmarshalMapJSON(b); err != nil {
		return err
	}
	written, err := attributevalue.MarshalMapJSON(*i)
	if err != nil {
		return err
	}
	var given, understood any
	if err := errors.Join(json.Unmarshal(b, &given), json.Unmarshal(written, &understood)); err != nil || !reflect.DeepEqual(given, understood) {
		return errors.New(`an attribute is one type with its value, as in {"S": "text"}`)
	}
	return nil
}

// updateItem is dynamodb:updateItem, with the fields that the definition uses.
func (s *StepFunctions) updateItem(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error) {
	var args struct {
		TableName, UpdateExpression, ConditionExpression *string
		Key, ExpressionAttributeValues                   item
		ExpressionAttributeNames                         map[string]string
		ReturnValues                                     types.ReturnValue
	}
	if err := strict(arguments, &args); err != nil {
		return nil, err
	}
	out, err := s.DynamoDB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: args.TableName, Key: args.Key,
		UpdateExpression: args.UpdateExpression, ConditionExpression: args.ConditionExpression,
		ExpressionAttributeNames: args.ExpressionAttributeNames, ExpressionAttributeValues: args.ExpressionAttributeValues,
		ReturnValues: args.ReturnValues,
	})
	if err != nil {
		return nil, dynamoError(ctx, err)
	}
	return attributes(out.Attributes)
}

// putItem is dynamodb:putItem, with the fields that the definition uses.
func (s *StepFunctions) putItem(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error) {
	var args struct {
		TableName *string
		Item      item
	}
	if err := strict(arguments, &args); err != nil {
		return nil, err
	}
	out, err := s.DynamoDB.PutItem(ctx, &dynamodb.PutItemInput{TableName: args.TableName, Item: args.Item})
	if err != nil {
		return nil, dynamoError(ctx, err)
	}
	return attributes(out.Attributes)
}

// attributes is the integration's result, with sorted names.
func attributes(a map[string]types.AttributeValue) (json.RawMessage, error) {
	if a == nil {
		return json.RawMessage(`{}`), nil
	}
	encoded, err := attributevalue.MarshalMapJSON(a)
	if err != nil {
		return nil, err
	}
	var sorted map[string]any // MarshalMapJSON writes in the map's order, which varies
	if err := json.Unmarshal(encoded, &sorted); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"Attributes": sorted})
}

// dynamoError names an error like the integration does: DynamoDB. and the
// exception's name. Errors without an exception in DynamoDB's model become
// DynamoDB.AmazonDynamoDBException, and a missing answer SdkClientException.
func dynamoError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return &asl.TaskError{Name: "DynamoDB.SdkClientException", Cause: err.Error()}
	}
	name := api.ErrorCode()
	switch name {
	case "AccessDeniedException", "ValidationException", "UnrecognizedClientException":
		name = "AmazonDynamoDBException"
	case "InternalServerError":
		name = "InternalServerErrorException"
	}
	return &asl.TaskError{Name: "DynamoDB." + name, Cause: api.ErrorMessage() + " (Service: AmazonDynamoDBv2; Error Code: " + api.ErrorCode() + ")"}
}
