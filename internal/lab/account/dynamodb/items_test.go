package dynamodb_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// counted returns how many items a query for the value of an attribute reads.
func counted(t *testing.T, a *account.Account, index *string, attribute, value string) int32 {
	t.Helper()
	out, err := a.DynamoDB().Query(t.Context(), &dynamodb.QueryInput{
		TableName: aws.String("t"), IndexName: index, KeyConditionExpression: aws.String(attribute + " = :v"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": &types.AttributeValueMemberS{Value: value}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.ScannedCount
}

func TestItemsAreFoundByPartitionAndLeaveItWithTheirKey(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.AddTable("t", "pk", "sk", account.TableIndex{Name: "by", Hash: "listed"})
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	var all []map[string]types.AttributeValue
	for i := range 100 {
		all = append(all, map[string]types.AttributeValue{"pk": text(fmt.Sprint("p", i/10)), "sk": text(fmt.Sprint(i)), "listed": text(fmt.Sprint("l", i%4))})
	}
	a.AddItems("t", slices.Values(all))
	a.AddItems("t", slices.Values(all[:50])) // in place of the same
	by := aws.String("by")
	if p, l := counted(t, a, nil, "pk", "p3"), counted(t, a, by, "listed", "l1"); p != 10 || l != 25 {
		t.Errorf("%d in the partition and %d in the index's, want 10 and 25", p, l)
	}
	moved := map[string]types.AttributeValue{"pk": text("p0"), "sk": text("1"), "listed": text("l2")} // was l1
	if _, err := a.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: moved}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.DynamoDB().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("t"), Key: map[string]types.AttributeValue{"pk": text("p0"), "sk": text("5")}}); err != nil {
		t.Fatal(err)
	}
	if p, one, two := counted(t, a, nil, "pk", "p0"), counted(t, a, by, "listed", "l1"), counted(t, a, by, "listed", "l2"); p != 9 || one != 23 || two != 26 {
		t.Errorf("%d in the partition, %d and %d in the index's, want 9, 23 and 26", p, one, two)
	}
	d, err := a.DynamoDB().DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("t")})
	if err != nil || *d.Table.ItemCount != 99 || *d.Table.GlobalSecondaryIndexes[0].ItemCount != 99 {
		t.Errorf("described as %+v: %v", d, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("an item without its key was taken")
		}
	}()
	a.AddItems("t", slices.Values([]map[string]types.AttributeValue{{"pk": text("p")}}))
}
