package dynamodb_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// indexed makes a ledger with an index of each projection type, with the keys open and since.
func indexed() *account.Account {
	a := account.New(account.Options{})
	index := func(name string, projection types.ProjectionType, nonKeys ...string) account.TableIndex {
		return account.TableIndex{Name: name, Hash: "open", Range: "since", Projection: projection, NonKeys: nonKeys}
	}
	a.AddTable("ledger", "pk", "sk", index("all", ""), index("keys", types.ProjectionTypeKeysOnly), index("some", types.ProjectionTypeInclude, "x"))
	return a
}

func opened(pk, since string) attributes {
	return attributes{"pk": str(pk), "sk": str("-"), "open": str("yes"), "since": str(since), "x": str("1"), "y": str("2")}
}

// opens queries the index for open items, in the order of since.
func opens(index string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: aws.String("ledger"), IndexName: &index,
		KeyConditionExpression: aws.String("#o = :yes"), ExpressionAttributeNames: map[string]string{"#o": "open"},
		ExpressionAttributeValues: attributes{":yes": str("yes")},
	}
}

// asked returns the partition keys on a page, and the page.
func asked(t *testing.T, db *account.DynamoDB, in *dynamodb.QueryInput) (string, *dynamodb.QueryOutput) {
	t.Helper()
	out, err := db.Query(t.Context(), in)
	accounttest.NoErr(t, err)
	var all []string
	for _, item := range out.Items {
		all = append(all, text(item["pk"]))
	}
	return strings.Join(all, ""), out
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
func TestAnIndexIsSparseAndInItsOwnOrder(t *testing.T) {
	t.Parallel()
	db := indexed().DynamoDB()
	for _, item := range []attributes{
		opened("a", "3"), opened("b", "1"), opened("c", "2"), opened("d", "2"), key("closed", "-"),
		{"pk": str("half"), "sk": str("-"), "open": str("yes")},
	} {
		put(t, db, item)
	}
	if got, _ := asked(t, db, opens("all")); got != "bcda" {
		t.Errorf("forwards: %s", got)
	}
	backwards := opens("all")
	backwards.ScanIndexForward = aws.Bool(false)
	if got, _ := asked(t, db, backwards); got != "adcb" {
		t.Errorf("backwards: %s", got)
	}
	_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("ledger"), Key: key("b", "-"), UpdateExpression: aws.String("REMOVE #o"), ExpressionAttributeNames: map[string]string{"#o": "open"},
	})
	accounttest.NoErr(t, err)
	if got, _ := asked(t, db, opens("all")); got != "cda" {
		t.Errorf("without the item that has left the index: %s", got)
	}
}

func TestPagesOfAnIndexContinueByItsKeysAndTheTables(t *testing.T) {
	t.Parallel()
	db := indexed().DynamoDB()
	for _, pk := range []string{"d", "b", "a", "c"} { // the same sort key: only the table's keys differ
		put(t, db, opened(pk, "1"))
	}
	in, got := opens("keys"), ""
	in.Limit = aws.Int32(3)
	page, first := asked(t, db, in)
	if len(first.LastEvaluatedKey) != 4 || text(first.LastEvaluatedKey["open"]) != "yes" {
		t.Errorf("the page ends at %v", first.LastEvaluatedKey)
	}
	got, in.ExclusiveStartKey = page, first.LastEvaluatedKey
	page, last := asked(t, db, in)
	if got += page; got != "abcd" || last.LastEvaluatedKey != nil {
		t.Errorf("the pages have %s, and end at %v", got, last.LastEvaluatedKey)
	}
	in.ExclusiveStartKey = key("a", "-")
	_, err := db.Query(t.Context(), in)
	accounttest.WantCode(t, err, "ValidationException")
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Projections
func TestAnIndexHasOnlyItsProjectedAttributes(t *testing.T) {
	t.Parallel()
	db := indexed().DynamoDB()
	put(t, db, opened("a", "1"))
	for name, want := range map[string]string{"all": "open pk since sk x y", "keys": "open pk since sk", "some": "open pk since sk x"} {
		_, out := asked(t, db, opens(name))
		var got []string
		for attribute := range out.Items[0] {
			got = append(got, attribute)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s projects %v, want %s", name, got, want)
		}
	}
	for name, attribute := range map[string]string{"keys": "x", "some": "y"} {
		for _, ask := range []func(*dynamodb.QueryInput){
			func(in *dynamodb.QueryInput) { in.ProjectionExpression = &attribute },
			func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String(attribute + " = :yes") },
		} {
			in := opens(name)
			ask(in)
			_, err := db.Query(t.Context(), in)
			accounttest.WantCode(t, err, "ValidationException")
		}
	}
	in := opens("some")
	in.ProjectionExpression, in.FilterExpression = aws.String("x"), aws.String("x <> :yes AND sk <> :yes")
	if _, out := asked(t, db, in); len(out.Items) != 1 || len(out.Items[0]) != 1 || text(out.Items[0]["x"]) != "1" {
		t.Errorf("chose %v", out.Items)
	}
}

func TestQueriesOfAnIndexThatAreRefused(t *testing.T) {
	t.Parallel()
	db := indexed().DynamoDB()
	for name, change := range map[string]func(*dynamodb.QueryInput){
		"a consistent read":        func(in *dynamodb.QueryInput) { in.ConsistentRead = aws.Bool(true) },
		"an index that is not":     func(in *dynamodb.QueryInput) { in.IndexName = aws.String("other") },
		"a filter of the sort key": func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String("since = :yes") },
		"the table's key": func(in *dynamodb.QueryInput) {
			in.KeyConditionExpression, in.ExpressionAttributeNames = aws.String("pk = :yes"), nil
		},
	} {
		in := opens("all")
		change(in)
		if _, err := db.Query(t.Context(), in); err == nil {
			t.Errorf("%s was accepted", name)
		} else {
			accounttest.WantCode(t, err, "ValidationException")
		}
	}
}

func TestKeysOfAnIndexAreStringsThatAreNotEmpty(t *testing.T) {
	t.Parallel()
	db := indexed().DynamoDB()
	for _, since := range []types.AttributeValue{num("1"), str("")} {
		item := opened("a", "1")
		item["since"] = since
		_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: item})
		accounttest.WantCode(t, err, "ValidationException")
		_, err = db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String("ledger"), Key: key("a", "-"), UpdateExpression: aws.String("SET since = :s"), ExpressionAttributeValues: attributes{":s": since},
		})
		accounttest.WantCode(t, err, "ValidationException")
	}
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
func TestAnIndexIsStaleUnderAFault(t *testing.T) {
	t.Parallel()
	a := indexed()
	put(t, a.DynamoDB(), opened("a", "1"))
	a.Inject(account.Fault{Operation: "Query", Kind: account.Stale, Behind: 1, Times: 1})
	accounttest.NoErr(t, transact(t, a.DynamoDB(), types.TransactWriteItem{Put: &types.Put{TableName: aws.String("ledger"), Item: opened("b", "2")}}, deleteOf("a")))
	for _, want := range []string{"a", "b"} {
		if got, _ := asked(t, a.DynamoDB(), opens("keys")); got != want {
			t.Errorf("the index has %s, want %s", got, want)
		}
	}
}

// withIndex is the CreateTable request for a table with an index.
func withIndex() *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName: aws.String("t"), BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: "S"}, {AttributeName: aws.String("open"), AttributeType: "S"},
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("open"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"x"}},
			KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("open"), KeyType: types.KeyTypeHash}},
		}},
	}
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndexDescription.html
func TestATableIsDescribedWithItsIndexes(t *testing.T) {
	t.Parallel()
	db := account.New(account.Options{}).DynamoDB()
	_, err := db.CreateTable(t.Context(), withIndex())
	accounttest.NoErr(t, err)
	for _, item := range []attributes{{"pk": str("a")}, {"pk": str("b"), "open": str("yes")}} {
		_, err = db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: item})
		accounttest.NoErr(t, err)
	}
	out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("t")})
	accounttest.NoErr(t, err)
	if len(out.Table.GlobalSecondaryIndexes) != 1 || len(out.Table.AttributeDefinitions) != 2 || len(out.Table.KeySchema) != 1 {
		t.Fatalf("table is %+v", out.Table)
	}
	i := out.Table.GlobalSecondaryIndexes[0]
	if *i.IndexName != "open" || i.IndexStatus != types.IndexStatusActive || *i.ItemCount != 1 || *i.KeySchema[0].AttributeName != "open" ||
		i.Projection.ProjectionType != types.ProjectionTypeInclude || i.Projection.NonKeyAttributes[0] != "x" || *i.IndexArn != *out.Table.TableArn+"/index/open" {
		t.Errorf("index is %+v", i)
	}
}

func TestIndexesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(in *dynamodb.CreateTableInput, i *types.GlobalSecondaryIndex){
		"a key that is not defined": func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) {
			in.AttributeDefinitions = in.AttributeDefinitions[:1]
		},
		"keys that are not asked for": func(_ *dynamodb.CreateTableInput, i *types.GlobalSecondaryIndex) {
			i.Projection.ProjectionType = types.ProjectionTypeKeysOnly
		},
		"a projection that is not": func(_ *dynamodb.CreateTableInput, i *types.GlobalSecondaryIndex) { i.Projection.ProjectionType = "" },
		"no key": func(_ *dynamodb.CreateTableInput, i *types.GlobalSecondaryIndex) {
			i.KeySchema = []types.KeySchemaElement{}
		},
		"throughput on demand": func(_ *dynamodb.CreateTableInput, i *types.GlobalSecondaryIndex) {
			i.ProvisionedThroughput = &types.ProvisionedThroughput{}
		},
		"one name twice": func(in *dynamodb.CreateTableInput, i *types.GlobalSecondaryIndex) {
			in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, *i)
		},
		"an empty list": func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) {
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{}
		},
	} {
		in := withIndex()
		change(in, &in.GlobalSecondaryIndexes[0])
		_, err := account.New(account.Options{}).DynamoDB().CreateTable(t.Context(), in)
		if err == nil {
			t.Errorf("%s was accepted", name)
			continue
		}
		accounttest.WantCode(t, err, "ValidationException")
	}
	db := account.New(account.Options{}).DynamoDB()
	in := withIndex()
	in.GlobalSecondaryIndexes[0].Projection = nil
	var missing smithy.InvalidParamsError
	if _, err := db.CreateTable(t.Context(), in); !errors.As(err, &missing) {
		t.Errorf("without a projection the error is %v", err)
	}
	in = withIndex()
	in.AttributeDefinitions[1].AttributeType = "N"
	_, err := db.CreateTable(t.Context(), in)
	accounttest.WantUnsupported(t, err, "key open of index open, which is no string")
}
