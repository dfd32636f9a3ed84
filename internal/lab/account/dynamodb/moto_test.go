package dynamodb_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// api are the methods that the in-memory account and the SDK's client both have.
type api interface {
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
}

// The in-memory account must give the same answers as moto, call by call.
func TestTransactionsAndIndexesAreAsOnMoto(t *testing.T) {
	t.Parallel()
	onMoto := dynamodb.NewFromConfig(moto.NewAccount(t).Config())
	memory := account.New(account.Options{}).DynamoDB()
	want, got := told(t, onMoto), told(t, memory)
	if !strings.Contains(want[1], "ConditionalCheckFailed") {
		t.Fatalf("no transaction was cancelled on moto: %s", want[1])
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("step %d: in memory\n%s\non moto\n%s", i+1, got[i], want[i])
		}
	}
}

// told runs transactions one after another, and returns the result of each as text.
func told(t *testing.T, db api) (steps []string) {
	t.Helper()
	_, err := db.CreateTable(t.Context(), ledgerWithIndex())
	accounttest.NoErr(t, err)
	counter := putOf("counter")
	counter.Put.Item["n"], counter.Put.Item["open"] = num("1"), str("yes")
	unconditional := add("counter", "2")
	unconditional.Update.ConditionExpression, unconditional.Update.ExpressionAttributeValues = nil, attributes{":one": num("1")}
	for _, items := range [][]types.TransactWriteItem{
		{counter, putOf("old")},
		{putOf("new"), add("counter", "7"), deleteOf("old"), exists("nothing")},
		{putOf("new"), putOf("new")},
		{putOf("new"), add("counter", "1"), deleteOf("old")},
		{exists("new"), unconditional, deleteOf("nothing")},
	} {
		_, err := db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: items})
		steps = append(steps, fmt.Sprintf("%s\nleft %s\nopen %s", came(err), scanned(t, db), queried(t, db)))
	}
	return steps
}

func ledgerWithIndex() *dynamodb.CreateTableInput {
	in := withIndex()
	in.TableName = aws.String("ledger")
	in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange})
	in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String("sk"), AttributeType: "S"})
	in.GlobalSecondaryIndexes[0].Projection = &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}
	return in
}

// came is an error as text: its code, and a cancellation's reasons.
func came(err error) string {
	var api smithy.APIError
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &api) {
		return fmt.Sprint(err) // nil, or an error that is not AWS's
	}
	words := []string{api.ErrorCode()}
	if errors.As(err, &canceled) {
		for _, r := range canceled.CancellationReasons {
			words = append(words, fmt.Sprintf("%s %s", *r.Code, items([]attributes{r.Item})))
		}
	}
	return strings.Join(words, "; ")
}

func scanned(t *testing.T, db api) string {
	t.Helper()
	out, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("ledger")})
	accounttest.NoErr(t, err)
	return items(out.Items)
}

func queried(t *testing.T, db api) string {
	t.Helper()
	out, err := db.Query(t.Context(), opens("open"))
	accounttest.NoErr(t, err)
	return items(out.Items)
}

// items formats items sorted by their text, because a scan has no order.
func items(all []attributes) string {
	var words []string
	for _, item := range all {
		fields := map[string]string{}
		for name, v := range item {
			fields[name] = text(v)
		}
		words = append(words, fmt.Sprint(fields))
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}
