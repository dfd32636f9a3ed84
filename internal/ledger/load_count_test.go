package ledger_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
)

// counting counts the calls, and the items that DynamoDB read for them, whether it
// returned them or not.
type counting struct {
	ledger.API
	mu sync.Mutex
	usage
}

// usage is a number of calls and of items read.
type usage struct{ calls, items int }

func (u usage) String() string { return fmt.Sprintf("%d calls, %d items", u.calls, u.items) }

func (c *counting) used(items int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	c.items += items
}

// since is what was used since then.
func (c *counting) since(then usage) usage { return usage{c.calls - then.calls, c.items - then.items} }

func (c *counting) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	c.used(1)
	return c.API.GetItem(ctx, in, o...)
}

func (c *counting) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	c.used(0)
	return c.API.PutItem(ctx, in, o...)
}

func (c *counting) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	c.used(0)
	return c.API.UpdateItem(ctx, in, o...)
}

func (c *counting) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	c.used(0)
	return c.API.TransactWriteItems(ctx, in, o...)
}

func (c *counting) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := c.API.Query(ctx, in, o...)
	if out != nil {
		c.used(int(out.ScannedCount))
	}
	return out, err
}

func (c *counting) Scan(ctx context.Context, in *dynamodb.ScanInput, o ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	out, err := c.API.Scan(ctx, in, o...)
	if out != nil {
		c.used(int(out.ScannedCount))
	}
	return out, err
}
