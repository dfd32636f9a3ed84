package ledger_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

func number(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(n)} }

// newer puts an item of a newer version where one is about to be written.
type newer struct {
	ledger.API
	t      *testing.T
	before []any // the table's items, once they are there
	items  func() []any
}

func (n *newer) put(keys ...attributes) {
	n.t.Helper()
	for _, k := range keys {
		_, err := n.API.PutItem(n.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: attributes{
			"pk": k["pk"], "sk": k["sk"], "version": number(quarantine.ItemVersion + 1), "unknown": str("of the newer release"),
		}})
		if err != nil {
			n.t.Fatal(err)
		}
	}
	n.before = n.items()
}

func (n *newer) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	n.put(in.Key)
	return n.API.UpdateItem(ctx, in, o...)
}

func (n *newer) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	n.put(in.Item)
	return n.API.PutItem(ctx, in, o...)
}

func (n *newer) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	for _, part := range in.TransactItems {
		switch {
		case part.Update != nil:
			n.put(part.Update.Key)
		case part.Put != nil:
			n.put(part.Put.Item)
		case part.Delete != nil:
			n.put(part.Delete.Key)
		}
	}
	return n.API.TransactWriteItems(ctx, in, o...)
}

func TestNoMethodWritesOverAnItemOfANewerRelease(t *testing.T) {
	t.Parallel()
	written := 0
	for _, c := range calls {
		a := newAccount(t)
		n := &newer{API: a.DynamoDB(), t: t, items: func() []any { return a.DescribeAllItems(table) }}
		l := ledger.New(n, table)
		l.Clock = clocktest.At(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
		err := c.call(t.Context(), l)
		if n.before == nil {
			continue // it only reads
		}
		written++
		// What is only ever added is there already: that is no failure of it.
		if added := c.operation == "PutItem"; !added && !quarantine.Is(err, quarantine.NewerVersion) {
			t.Errorf("%s: %v, want NewerVersion", c.method, err)
		}
		if diff := cmp.Diff(n.before, a.DescribeAllItems(table)); diff != "" {
			t.Errorf("%s changed an item of a newer release (-before +now):\n%s", c.method, diff)
		}
	}
	if written < 25 {
		t.Errorf("only %d methods wrote", written)
	}
}

func TestAnItemOfANewerReleaseIsReadAsFarAsItIsKnownAndItsIncidentSaysSo(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	l := ledger.New(a.DynamoDB(), table)
	_, claim := loaded(t, a.DynamoDB(), l, clocktest.At(loadStart))
	known, err := l.Incident(t.Context(), claim.Incident)
	if err != nil || known.Newer != 0 {
		t.Fatalf("newer %d, %v", known.Newer, err)
	}
	_, err = a.DynamoDB().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(table), Key: attributes{"pk": str("INCIDENT#" + claim.Incident), "sk": str("INCIDENT")},
		UpdateExpression: aws.String("SET version = :v, later = :later"), ExpressionAttributeValues: attributes{":v": number(9), ":later": str("x")},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := l.Incident(t.Context(), claim.Incident)
	if err != nil || got.Newer != 9 {
		t.Fatalf("newer %d, %v", got.Newer, err)
	}
	if got.Newer = 0; cmp.Diff(known, got) != "" {
		t.Errorf("what is known of it reads otherwise:\n%s", cmp.Diff(known, got))
	}
}

func TestEachItemThatIsWrittenSaysItsVersion(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	l := ledger.New(a.DynamoDB(), table)
	loaded(t, a.DynamoDB(), l, clocktest.At(loadStart))
	items, err := a.DynamoDB().Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String(table)})
	if err != nil || len(items.Items) < 10 {
		t.Fatalf("%d items, %v", len(items.Items), err)
	}
	for _, i := range items.Items {
		v, _ := i["version"].(*types.AttributeValueMemberN)
		if v == nil || v.Value != strconv.Itoa(quarantine.ItemVersion) {
			t.Errorf("%v/%v has the version %v", i["pk"], i["sk"], i["version"])
		}
	}
}
