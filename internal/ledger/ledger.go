package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is what the package calls of the SDK's client.
type API interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
}

// Ledger reads and writes one table. It is safe for use by several goroutines.
type Ledger struct {
	// Clock is for recordedAt, the one time that callers do not give.
	Clock quarantine.Clock

	api   API
	table string
}

// New makes a Ledger over the SDK's client, or over anything that behaves like
// it, with the system's clock.
func New(api API, table string) *Ledger {
	return &Ledger{Clock: quarantine.SystemClock{}, api: api, table: table}
}

var (
	_ API = (*dynamodb.Client)(nil)

	_ quarantine.Quarantines    = (*Ledger)(nil)
	_ quarantine.EvidenceLedger = (*Ledger)(nil)
	_ quarantine.Approvals      = (*Ledger)(nil)
)
