package dynamodb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

type attributes = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

// ledger makes a table with a partition key and a sort key.
func ledger(t *testing.T) *account.DynamoDB {
	t.Helper()
	a := account.New(account.Options{})
	a.AddTable("ledger", "pk", "sk")
	return a.DynamoDB()
}

func put(t *testing.T, db *account.DynamoDB, item attributes) {
	t.Helper()
	_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: item})
	accounttest.NoErr(t, err)
}

func key(pk, sk string) attributes { return attributes{"pk": str(pk), "sk": str(sk)} }

func text(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	default:
		return fmt.Sprint(v)
	}
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
func TestAConditionalPutHappensOnce(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	lock := func(owner string) (*dynamodb.PutItemOutput, error) {
		return db.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: aws.String("ledger"), Item: attributes{"pk": str("lock"), "sk": str("-"), "owner": str(owner)},
			ConditionExpression: aws.String("attribute_not_exists(pk)"), ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
	}
	_, err := lock("first")
	accounttest.NoErr(t, err)
	_, err = lock("second")
	accounttest.WantCode(t, err, "ConditionalCheckFailedException")
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) || text(failed.Item["owner"]) != "first" {
		t.Errorf("error is %#v", failed)
	}
}

func TestPutReplacesTheWholeItem(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	put(t, db, attributes{"pk": str("a"), "sk": str("b"), "x": num("1.50")})
	out, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String("ledger"), Item: attributes{"pk": str("a"), "sk": str("b"), "y": num("2")}, ReturnValues: types.ReturnValueAllOld,
	})
	accounttest.NoErr(t, err)
	got, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("ledger"), Key: key("a", "b"), ConsistentRead: aws.Bool(true)})
	accounttest.NoErr(t, err)
	if text(out.Attributes["x"]) != "1.5" || got.Item["x"] != nil || text(got.Item["y"]) != "2" {
		t.Errorf("old %v, new %v", out.Attributes, got.Item)
	}
	got, err = db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("ledger"), Key: key("a", "nothing")})
	accounttest.NoErr(t, err)
	if got.Item != nil {
		t.Errorf("a missing item is %v", got.Item)
	}
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
func TestUpdateItem(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	update := func(expression string, values attributes, back types.ReturnValue) attributes {
		in := &dynamodb.UpdateItemInput{TableName: aws.String("ledger"), Key: key("a", "b"), UpdateExpression: &expression, ReturnValues: back}
		if values != nil {
			in.ExpressionAttributeValues = values
		}
		out, err := db.UpdateItem(t.Context(), in)
		accounttest.NoErr(t, err)
		return out.Attributes
	}
	if got := update("SET n = :n, m = :m", attributes{":n": num("1"), ":m": &types.AttributeValueMemberM{Value: attributes{"x": num("1"), "y": num("2")}}}, types.ReturnValueAllNew); len(got) != 4 {
		t.Errorf("the update of a missing item made %v", got)
	}
	if got := update("ADD n :n", attributes{":n": num("1")}, types.ReturnValueUpdatedOld); len(got) != 1 || text(got["n"]) != "1" {
		t.Errorf("UPDATED_OLD is %v", got)
	}
	got := update("SET m.x = :n", attributes{":n": num("5")}, types.ReturnValueUpdatedNew)
	if m := got["m"].(*types.AttributeValueMemberM); len(got) != 1 || len(m.Value) != 1 || text(m.Value["x"]) != "5" {
		t.Errorf("UPDATED_NEW is %v", got)
	}
	if got := update("REMOVE n", nil, types.ReturnValueAllOld); text(got["n"]) != "2" {
		t.Errorf("ALL_OLD is %v", got)
	}
	if got := update("REMOVE m", nil, ""); got != nil {
		t.Errorf("NONE is %v", got)
	}
}

func TestDeleteItem(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	put(t, db, attributes{"pk": str("a"), "sk": str("b"), "x": num("1")})
	remove := func(condition *string) (attributes, error) {
		in := &dynamodb.DeleteItemInput{TableName: aws.String("ledger"), Key: key("a", "b"), ConditionExpression: condition, ReturnValues: types.ReturnValueAllOld}
		if condition != nil {
			in.ExpressionAttributeValues = attributes{":x": num("2")}
		}
		out, err := db.DeleteItem(t.Context(), in)
		if err != nil {
			return nil, err
		}
		return out.Attributes, nil
	}
	_, err := remove(aws.String("x = :x"))
	accounttest.WantCode(t, err, "ConditionalCheckFailedException")
	old, err := remove(nil)
	accounttest.NoErr(t, err)
	again, err := remove(nil) // deleting again is no error
	accounttest.NoErr(t, err)
	if text(old["x"]) != "1" || again != nil {
		t.Errorf("deleted %v, and then %v", old, again)
	}
}

func TestItemsThatAreRefused(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	for name, item := range map[string]attributes{
		"no sort key":      {"pk": str("a")},
		"key of no type":   {"pk": num("1"), "sk": str("b")},
		"empty key":        {"pk": str(""), "sk": str("b")},
		"empty set":        {"pk": str("a"), "sk": str("b"), "s": &types.AttributeValueMemberSS{}},
		"more than 400 KB": {"pk": str("a"), "sk": str("b"), "s": str(strings.Repeat("x", 400<<10))},
	} {
		_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: item})
		if err == nil {
			t.Errorf("%s was accepted", name)
			continue
		}
		accounttest.WantCode(t, err, "ValidationException")
	}
	put(t, db, attributes{"pk": str("a"), "sk": str("b"), "s": str(strings.Repeat("x", 400<<10-20))})
	_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("ledger"), Key: key("a", "b"), UpdateExpression: aws.String("SET more = :v"),
		ExpressionAttributeValues: attributes{":v": str(strings.Repeat("x", 20))},
	})
	accounttest.WantCode(t, err, "ValidationException")
	_, err = db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("ledger"), Key: key("a", "b"), UpdateExpression: aws.String("SET sk = :v"), ExpressionAttributeValues: attributes{":v": str("c")},
	})
	accounttest.WantCode(t, err, "ValidationException")
	for _, k := range []attributes{{"pk": str("a")}, {"pk": str("a"), "sk": num("1")}, {"pk": str("a"), "sk": str("b"), "x": str("c")}} {
		_, err = db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("ledger"), Key: k})
		accounttest.WantCode(t, err, "ValidationException")
	}
	_, err = db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("other"), Key: key("a", "b")})
	var none *types.ResourceNotFoundException
	if !errors.As(err, &none) {
		t.Errorf("for a missing table the error is %v", err)
	}
	_, err = db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: key("a", "b"), Expected: map[string]types.ExpectedAttributeValue{"pk": {}}})
	accounttest.WantUnsupported(t, err, "input field Expected")
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
func TestQuery(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	for _, sk := range []string{"event#3", "event#1", "meta", "event#2", "event#4"} {
		put(t, db, attributes{"pk": str("a"), "sk": str(sk), "odd": &types.AttributeValueMemberBOOL{Value: strings.ContainsAny(sk, "13")}})
	}
	put(t, db, key("b", "event#9"))
	base := dynamodb.QueryInput{
		TableName: aws.String("ledger"), KeyConditionExpression: aws.String("pk = :a AND begins_with(sk, :e)"),
		ExpressionAttributeValues: attributes{":a": str("a"), ":e": str("event#")},
	}
	run := func(change func(*dynamodb.QueryInput)) (string, *dynamodb.QueryOutput) {
		in := base
		change(&in)
		out, err := db.Query(t.Context(), &in)
		accounttest.NoErr(t, err)
		var got []string
		for _, item := range out.Items {
			got = append(got, text(item["sk"])[len("event#"):])
		}
		return strings.Join(got, ""), out
	}
	if got, _ := run(func(*dynamodb.QueryInput) {}); got != "1234" {
		t.Errorf("forwards: %s", got)
	}
	if got, _ := run(func(in *dynamodb.QueryInput) { in.ScanIndexForward = aws.Bool(false) }); got != "4321" {
		t.Errorf("backwards: %s", got)
	}
	odd := func(in *dynamodb.QueryInput) {
		in.FilterExpression, in.Limit = aws.String("odd = :t"), aws.Int32(2)
		in.ExpressionAttributeValues = attributes{":a": str("a"), ":e": str("event#"), ":t": &types.AttributeValueMemberBOOL{Value: true}}
	}
	got, first := run(odd)
	if got != "1" || first.ScannedCount != 2 || first.Count != 1 || text(first.LastEvaluatedKey["sk"]) != "event#2" {
		t.Errorf("the limit must include the items that the filter drops: %s %+v", got, first)
	}
	got, then := run(func(in *dynamodb.QueryInput) { odd(in); in.ExclusiveStartKey = first.LastEvaluatedKey })
	if got != "3" || then.LastEvaluatedKey == nil {
		t.Errorf("second page: %s %v", got, then.LastEvaluatedKey)
	}
	got, last := run(func(in *dynamodb.QueryInput) { odd(in); in.ExclusiveStartKey = then.LastEvaluatedKey })
	if got != "" || last.LastEvaluatedKey != nil {
		t.Errorf("last page: %s %v", got, last.LastEvaluatedKey)
	}
	if got, _ := run(func(in *dynamodb.QueryInput) {
		in.ScanIndexForward, in.ExclusiveStartKey = aws.Bool(false), key("a", "event#3")
	}); got != "21" {
		t.Errorf("backwards from 3: %s", got)
	}
	for _, change := range []func(*dynamodb.QueryInput){
		func(in *dynamodb.QueryInput) { in.KeyConditionExpression = nil },
		func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(0) },
		func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = attributes{"pk": str("a")} },
		func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String("sk = :e") },
		func(in *dynamodb.QueryInput) {
			in.ExpressionAttributeValues = attributes{":a": num("1"), ":e": str("e")}
		},
		func(in *dynamodb.QueryInput) {
			in.ExpressionAttributeValues = attributes{":a": str("a"), ":e": str("")}
		},
	} {
		in := base
		change(&in)
		_, err := db.Query(t.Context(), &in)
		accounttest.WantCode(t, err, "ValidationException")
	}
}

func TestScanInPages(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	for n := range 6 { // of 300 KB each: a page is 1 MB
		put(t, db, attributes{"pk": str(fmt.Sprint(n)), "sk": str("-"), "s": str(strings.Repeat("x", 300<<10))})
	}
	var sizes []int
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{TableName: aws.String("ledger"), ProjectionExpression: aws.String("pk")})
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		accounttest.NoErr(t, err)
		sizes = append(sizes, len(out.Items))
		if len(out.Items[0]) != 1 {
			t.Errorf("projected %v", out.Items[0])
		}
	}
	if fmt.Sprint(sizes) != "[4 2]" {
		t.Errorf("pages of %v", sizes)
	}
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
func TestTables(t *testing.T) {
	t.Parallel()
	db := account.New(account.Options{}).DynamoDB()
	in := dynamodb.CreateTableInput{
		TableName: aws.String("t"), BillingMode: types.BillingModeProvisioned, ProvisionedThroughput: &types.ProvisionedThroughput{},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("at"), KeyType: types.KeyTypeRange}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "S"}, {AttributeName: aws.String("at"), AttributeType: "N"}},
	}
	_, err := db.CreateTable(t.Context(), &in)
	accounttest.NoErr(t, err)
	out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("t")})
	accounttest.NoErr(t, err)
	if out.Table.TableStatus != types.TableStatusActive || len(out.Table.KeySchema) != 2 || out.Table.AttributeDefinitions[1].AttributeType != "N" {
		t.Errorf("table is %+v", out.Table)
	}
	_, err = db.CreateTable(t.Context(), &in)
	accounttest.WantCode(t, err, "ResourceInUseException")

	for name, change := range map[string]func(*dynamodb.CreateTableInput){
		"key that is not defined":     func(in *dynamodb.CreateTableInput) { in.AttributeDefinitions = in.AttributeDefinitions[:1] },
		"definition that is not used": func(in *dynamodb.CreateTableInput) { in.KeySchema = in.KeySchema[:1] },
		"two hash keys": func(in *dynamodb.CreateTableInput) {
			in.KeySchema = []types.KeySchemaElement{in.KeySchema[0], in.KeySchema[0]}
		},
		"no throughput": func(in *dynamodb.CreateTableInput) { in.ProvisionedThroughput = nil },
	} {
		other := in
		other.TableName = aws.String("other")
		change(&other)
		if _, err := db.CreateTable(t.Context(), &other); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	for _, n := range []string{"10", "9", "1e1"} { // ordered as numbers, not as text
		_, err = db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: attributes{"id": str("a"), "at": num(n)}})
		accounttest.NoErr(t, err)
	}
	all, err := db.Query(t.Context(), &dynamodb.QueryInput{TableName: aws.String("t"), KeyConditionExpression: aws.String("id = :a"), ExpressionAttributeValues: attributes{":a": str("a")}})
	accounttest.NoErr(t, err)
	if len(all.Items) != 2 || text(all.Items[0]["at"]) != "9" {
		t.Errorf("items are %v", all.Items)
	}
}

func TestAProvisionedTableHasItsOwnThrottlingError(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	_, err := a.DynamoDB().CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("t"), ProvisionedThroughput: &types.ProvisionedThroughput{},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "S"}},
	})
	accounttest.NoErr(t, err)
	a.Inject(account.Fault{Kind: account.Throttle})
	_, err = a.DynamoDB().GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("t"), Key: attributes{"id": str("a")}})
	accounttest.WantCode(t, err, "ProvisionedThroughputExceededException")
}
