package ledger_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
)

// reads is an API that counts the reads, and keeps those that may be answered from before
// a write that has succeeded.
type reads struct {
	ledger.API
	made  map[string]int
	stale []string
}

// note takes a read; one of an index cannot be consistent.
func (r *reads) note(operation string, consistent *bool, index *string) {
	r.made[operation]++
	if index == nil && !aws.ToBool(consistent) {
		r.stale = append(r.stale, operation)
	}
}

func (r *reads) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	r.note("GetItem", in.ConsistentRead, nil)
	return r.API.GetItem(ctx, in, o...)
}

func (r *reads) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	r.note("Query", in.ConsistentRead, in.IndexName)
	return r.API.Query(ctx, in, o...)
}

func (r *reads) Scan(ctx context.Context, in *dynamodb.ScanInput, o ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	r.note("Scan", in.ConsistentRead, in.IndexName)
	return r.API.Scan(ctx, in, o...)
}

// Who holds a thing, who has a lock and what was decided is acted on at once: a read that
// may be older than the last write would open what another incident holds.
func TestEveryReadIsConsistent(t *testing.T) {
	t.Parallel()
	all := map[string]int{}
	for _, c := range calls {
		r := &reads{API: newAccount(t).DynamoDB(), made: map[string]int{}}
		_ = c.call(t.Context(), ledger.New(r, table)) // some refuse a ledger that is empty
		if len(r.stale) > 0 {
			t.Errorf("%s makes reads that can be stale: %v", c.method, r.stale)
		}
		for operation, n := range r.made {
			all[operation] += n
		}
	}
	if all["GetItem"] == 0 || all["Query"] == 0 || all["Scan"] == 0 {
		t.Errorf("only %v were made, and so not every kind of read was looked at", all)
	}
}
