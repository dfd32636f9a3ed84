package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// DynamoDB has the operations of DynamoDB that are called.
type DynamoDB struct {
	createTable        operation[dynamodb.CreateTableInput, dynamodb.CreateTableOutput, dynamodb.Options]
	deleteTable        operation[dynamodb.DeleteTableInput, dynamodb.DeleteTableOutput, dynamodb.Options]
	describeTable      operation[dynamodb.DescribeTableInput, dynamodb.DescribeTableOutput, dynamodb.Options]
	getItem            operation[dynamodb.GetItemInput, dynamodb.GetItemOutput, dynamodb.Options]
	listTagsOfResource operation[dynamodb.ListTagsOfResourceInput, dynamodb.ListTagsOfResourceOutput, dynamodb.Options]
	putItem            operation[dynamodb.PutItemInput, dynamodb.PutItemOutput, dynamodb.Options]
	query              operation[dynamodb.QueryInput, dynamodb.QueryOutput, dynamodb.Options]
	scan               operation[dynamodb.ScanInput, dynamodb.ScanOutput, dynamodb.Options]
	transactWriteItems operation[dynamodb.TransactWriteItemsInput, dynamodb.TransactWriteItemsOutput, dynamodb.Options]
	updateItem         operation[dynamodb.UpdateItemInput, dynamodb.UpdateItemOutput, dynamodb.Options]
	updateTable        operation[dynamodb.UpdateTableInput, dynamodb.UpdateTableOutput, dynamodb.Options]
	updateTimeToLive   operation[dynamodb.UpdateTimeToLiveInput, dynamodb.UpdateTimeToLiveOutput, dynamodb.Options]
}

// NewDynamoDB makes the client.
func NewDynamoDB(config aws.Config, options ...func(*dynamodb.Options)) DynamoDB {
	client := dynamodb.NewFromConfig(config, options...)
	return DynamoDB{
		createTable:        client.CreateTable,
		deleteTable:        client.DeleteTable,
		describeTable:      client.DescribeTable,
		getItem:            client.GetItem,
		listTagsOfResource: client.ListTagsOfResource,
		putItem:            client.PutItem,
		query:              client.Query,
		scan:               client.Scan,
		transactWriteItems: client.TransactWriteItems,
		updateItem:         client.UpdateItem,
		updateTable:        client.UpdateTable,
		updateTimeToLive:   client.UpdateTimeToLive,
	}
}

func (c DynamoDB) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput, o ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	return c.createTable(ctx, in, o...)
}

func (c DynamoDB) DeleteTable(ctx context.Context, in *dynamodb.DeleteTableInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteTableOutput, error) {
	return c.deleteTable(ctx, in, o...)
}

func (c DynamoDB) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput, o ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	return c.describeTable(ctx, in, o...)
}

func (c DynamoDB) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return c.getItem(ctx, in, o...)
}

func (c DynamoDB) ListTagsOfResource(ctx context.Context, in *dynamodb.ListTagsOfResourceInput, o ...func(*dynamodb.Options)) (*dynamodb.ListTagsOfResourceOutput, error) {
	return c.listTagsOfResource(ctx, in, o...)
}

func (c DynamoDB) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return c.putItem(ctx, in, o...)
}

func (c DynamoDB) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return c.query(ctx, in, o...)
}

func (c DynamoDB) Scan(ctx context.Context, in *dynamodb.ScanInput, o ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	return c.scan(ctx, in, o...)
}

func (c DynamoDB) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return c.transactWriteItems(ctx, in, o...)
}

func (c DynamoDB) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return c.updateItem(ctx, in, o...)
}

func (c DynamoDB) UpdateTable(ctx context.Context, in *dynamodb.UpdateTableInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateTableOutput, error) {
	return c.updateTable(ctx, in, o...)
}

func (c DynamoDB) UpdateTimeToLive(ctx context.Context, in *dynamodb.UpdateTimeToLiveInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error) {
	return c.updateTimeToLive(ctx, in, o...)
}
