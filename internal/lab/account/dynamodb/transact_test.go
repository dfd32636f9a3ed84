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
)

// recorded makes an account that records effects, with the table ledger.
func recorded() *account.Account {
	a := account.New(account.Options{Record: true})
	a.AddTable("ledger", "pk", "sk")
	return a
}

func putOf(pk string) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{TableName: aws.String("ledger"), Item: key(pk, "-")}}
}

// add is an update that adds to a counter, if the counter has that value.
func add(pk, counted string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String("ledger"), Key: key(pk, "-"), UpdateExpression: aws.String("ADD n :one"),
		ConditionExpression: aws.String("n = :n"), ExpressionAttributeValues: attributes{":one": num("1"), ":n": num(counted)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

func deleteOf(pk string) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String("ledger"), Key: key(pk, "-")}}
}

func exists(pk string) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: aws.String("ledger"), Key: key(pk, "-"), ConditionExpression: aws.String("attribute_exists(pk)")}}
}

func transact(t *testing.T, db *account.DynamoDB, items ...types.TransactWriteItem) error {
	t.Helper()
	_, err := db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: items})
	return err
}

// whole is the table's content, by key: "counter=1 gone".
func whole(t *testing.T, db *account.DynamoDB) string {
	t.Helper()
	out, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("ledger"), ConsistentRead: aws.Bool(true)})
	accounttest.NoErr(t, err)
	var all []string
	for _, item := range out.Items {
		name := text(item["pk"])
		if item["n"] != nil {
			name += "=" + text(item["n"])
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

// codes returns the codes of a cancellation's reasons, and the reasons.
func codes(t *testing.T, err error) (all []string, reasons []types.CancellationReason) {
	t.Helper()
	accounttest.WantCode(t, err, "TransactionCanceledException")
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) {
		t.Fatalf("error is %v", err)
	}
	for _, r := range canceled.CancellationReasons {
		all = append(all, aws.ToString(r.Code))
	}
	return all, canceled.CancellationReasons
}

// counting makes a table with a counter and an item to delete.
func counting(t *testing.T, a *account.Account) *account.DynamoDB {
	t.Helper()
	put(t, a.DynamoDB(), attributes{"pk": str("counter"), "sk": str("-"), "n": num("1")})
	put(t, a.DynamoDB(), key("old", "-"))
	return a.DynamoDB()
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func TestATransactionWritesAllOrNothing(t *testing.T) {
	t.Parallel()
	db := counting(t, recorded())
	err := transact(t, db, putOf("new"), add("counter", "7"), deleteOf("old"), exists("nothing"))
	got, reasons := codes(t, err)
	if want := []string{"None", "ConditionalCheckFailed", "None", "ConditionalCheckFailed"}; !slices.Equal(got, want) {
		t.Errorf("the reasons are %v, want %v", got, want)
	}
	if text(reasons[1].Item["n"]) != "1" || aws.ToString(reasons[1].Message) == "" || reasons[0].Message != nil || reasons[3].Item != nil {
		t.Errorf("the reasons are %+v", reasons)
	}
	if got := whole(t, db); got != "counter=1 old" {
		t.Errorf("a transaction that was cancelled left %s", got)
	}
	put(t, db, key("there", "-"))
	accounttest.NoErr(t, transact(t, db, putOf("new"), add("counter", "1"), deleteOf("old"), exists("there")))
	if got := whole(t, db); got != "counter=2 new there" {
		t.Errorf("the transaction left %s", got)
	}
}

func TestATransactionIsOneCallWithEachItemThatItWrote(t *testing.T) {
	t.Parallel()
	a := recorded()
	db := counting(t, a)
	put(t, db, key("there", "-"))
	before := len(a.Calls())
	accounttest.NoErr(t, transact(t, db, deleteOf("old"), add("counter", "1"), exists("there"), deleteOf("nothing")))
	calls := a.Calls()[before:]
	if len(calls) != 1 || !calls[0].Mutating || !calls[0].Applied || calls[0].Operation != "TransactWriteItems" {
		t.Fatalf("recorded %+v", calls)
	}
	want := "[map[pk:map[S:old] sk:map[S:-]] map[n:map[N:2] pk:map[S:counter] sk:map[S:-]]]"
	if got := fmt.Sprint(calls[0].Effect.Items); got != want {
		t.Errorf("wrote %s, want %s", got, want)
	}
	_ = transact(t, db, putOf("new"), exists("nothing"))
	if c := a.Calls()[before+1]; c.Effect != nil || c.Applied || c.Err != "TransactionCanceledException" {
		t.Errorf("recorded %+v", c)
	}
}

func TestADeletionIsRecordedAsTheKey(t *testing.T) {
	t.Parallel()
	a := recorded()
	put(t, a.DynamoDB(), attributes{"pk": str("a"), "sk": str("b"), "x": num("1")})
	for _, want := range []string{"[map[pk:map[S:a] sk:map[S:b]]]", "[]"} { // the second call deletes nothing
		_, err := a.DynamoDB().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("ledger"), Key: key("a", "b")})
		accounttest.NoErr(t, err)
		calls := a.Calls()
		if got := fmt.Sprint(calls[len(calls)-1].Effect.Items); got != want {
			t.Errorf("wrote %s, want %s", got, want)
		}
	}
}

func TestAnUpdateThatDoesNotFitTheItemCancels(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	put(t, db, attributes{"pk": str("counter"), "sk": str("-"), "n": str("one")})
	update := add("counter", "1")
	update.Update.ConditionExpression, update.Update.ExpressionAttributeValues = nil, attributes{":one": num("1")}
	got, reasons := codes(t, transact(t, db, putOf("new"), update))
	if !slices.Equal(got, []string{"None", "ValidationError"}) || aws.ToString(reasons[1].Message) == "" || whole(t, db) != "counter=one" {
		t.Errorf("the reasons are %+v, and it left %s", reasons, whole(t, db))
	}
}

func TestTransactionsThatAreRefused(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	twoParts := putOf("a")
	twoParts.Delete = deleteOf("b").Delete
	ofKey := add("a", "1")
	ofKey.Update.UpdateExpression, ofKey.Update.ExpressionAttributeValues = aws.String("SET sk = :n"), attributes{":n": num("1")}
	var many, large []types.TransactWriteItem
	for i := range 101 {
		many = append(many, putOf(fmt.Sprint(i)))
	}
	for i := range 11 {
		item := putOf(fmt.Sprint(i))
		item.Put.Item["s"] = str(strings.Repeat("x", 390<<10))
		large = append(large, item)
	}
	for name, items := range map[string][]types.TransactWriteItem{
		"no action":           {},
		"101 actions":         many,
		"more than 4 MB":      large,
		"two of one item":     {putOf("a"), exists("a")},
		"two in one":          {twoParts},
		"none in one":         {{}},
		"an update of a key":  {ofKey},
		"a key that is wrong": {{Delete: &types.Delete{TableName: aws.String("ledger"), Key: attributes{"pk": str("a")}}}},
	} {
		err := transact(t, db, items...)
		if err == nil {
			t.Errorf("%s was accepted", name)
			continue
		}
		accounttest.WantCode(t, err, "ValidationException")
	}
	err := transact(t, db, putOf("a"), types.TransactWriteItem{Put: &types.Put{TableName: aws.String("other"), Item: key("a", "-")}})
	accounttest.WantCode(t, err, "ResourceNotFoundException")
	accounttest.NoErr(t, transact(t, db, many[:100]...))
}

func TestTransactionsThatAreNotSent(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	for name, part := range map[string]types.TransactWriteItem{
		"Put":            {Put: &types.Put{TableName: aws.String("ledger")}},
		"Update":         {Update: &types.Update{TableName: aws.String("ledger"), Key: key("a", "-")}},
		"Delete":         {Delete: &types.Delete{Key: key("a", "-")}},
		"ConditionCheck": {ConditionCheck: &types.ConditionCheck{TableName: aws.String("ledger"), Key: key("a", "-")}},
	} {
		var missing smithy.InvalidParamsError
		if err := transact(t, db, putOf("b"), part); !errors.As(err, &missing) || !strings.Contains(err.Error(), "TransactItems[1]."+name) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	if got := whole(t, db); got != "" {
		t.Errorf("the table holds %s", got)
	}
	_, err := db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{putOf("a")}, ClientRequestToken: aws.String("token"),
	})
	accounttest.WantUnsupported(t, err, "input field ClientRequestToken")
}

func TestFaultsApplyToATransactionAsAWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault account.Fault
		left  string
		err   string // recorded in Call.Err
	}{
		"lost before":           {account.Fault{Kind: account.TimeoutBefore}, "counter=1 old", "Timeout"},
		"lost after":            {account.Fault{Kind: account.TimeoutAfter}, "counter=2 new", "Timeout"},
		"stopped":               {account.Fault{Kind: account.StopBefore}, "counter=1 old", "Stopped"},
		"stopped after":         {account.Fault{Kind: account.StopAfter}, "counter=2 new", "Stopped"},
		"throttled":             {account.Fault{Kind: account.Throttle}, "counter=1 old", "ThrottlingException"},
		"denied":                {account.Fault{Kind: account.Deny}, "counter=1 old", "AccessDeniedException"},
		"conflict":              {account.Fault{Kind: account.Code, Code: "TransactionConflict"}, "counter=1 old", "TransactionCanceledException"},
		"other code":            {account.Fault{Kind: account.Code, Code: "TransactionInProgressException"}, "counter=1 old", "TransactionInProgressException"},
		"delayed":               {account.Fault{Kind: account.Delayed}, "counter=1 old", "Timeout"},
		"delayed, but answered": {account.Fault{Kind: account.Delayed, Answer: true}, "counter=1 old", ""},
	} {
		a := recorded()
		db := counting(t, a)
		c.fault.Operation, c.fault.Times = "TransactWriteItems", 1
		a.Inject(c.fault)
		survive(func() { _ = transact(t, db, putOf("new"), add("counter", "1"), deleteOf("old")) })
		if got := whole(t, db); got != c.left {
			t.Errorf("%s: left %s, want %s", name, got, c.left)
		}
		if got := a.Calls()[2]; got.Err != c.err || got.Applied != (c.left == "counter=2 new") {
			t.Errorf("%s: recorded %+v", name, got)
		}
		if c.fault.Kind == account.Delayed {
			accounttest.NoErr(t, a.ApplyDelayed())
			if got := whole(t, db); got != "counter=2 new" || len(a.Calls()[2].Effect.Items) != 3 {
				t.Errorf("%s: left %s in the end", name, got)
			}
		}
	}
}

func survive(do func()) {
	defer func() {
		if p := recover(); p != nil {
			if _, stopped := p.(account.Stopped); !stopped {
				panic(p)
			}
		}
	}()
	do()
}

func TestATransactionLosesToAQuickerWrite(t *testing.T) {
	t.Parallel()
	a := recorded()
	db := counting(t, a)
	a.Inject(account.Fault{Operation: "TransactWriteItems", Times: 1, Kind: account.Interfere, Do: func(account.Call) {
		accounttest.NoErr(t, transact(t, db, add("counter", "1")))
	}})
	got, reasons := codes(t, transact(t, db, putOf("new"), add("counter", "1")))
	if !slices.Equal(got, []string{"None", "ConditionalCheckFailed"}) || text(reasons[1].Item["n"]) != "2" {
		t.Errorf("the reasons are %+v", reasons)
	}
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
func TestAConflictIsTheReasonOfEachAction(t *testing.T) {
	t.Parallel()
	a := recorded()
	db := counting(t, a)
	a.Inject(account.Fault{Kind: account.Code, Code: "TransactionConflict", Times: 1})
	got, reasons := codes(t, transact(t, db, putOf("new"), add("counter", "1")))
	if !slices.Equal(got, []string{"TransactionConflict", "TransactionConflict"}) || aws.ToString(reasons[0].Message) != "Transaction is ongoing for the item" {
		t.Errorf("the reasons are %+v", reasons)
	}
	accounttest.NoErr(t, transact(t, db, putOf("new"), add("counter", "1")))
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func TestIAMDeniesAPartOfATransaction(t *testing.T) {
	t.Parallel()
	a := recorded()
	a.Inject(account.Fault{Kind: account.Deny})
	err := transact(t, a.DynamoDB(), exists("a"), putOf("b"))
	accounttest.WantCode(t, err, "AccessDeniedException")
	if want := "dynamodb:ConditionCheckItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/ledger"; !strings.Contains(err.Error(), want) {
		t.Errorf("error is %v, want %s in it", err, want)
	}
}

func TestOfConcurrentTransactionsOneSucceeds(t *testing.T) {
	t.Parallel()
	a := recorded()
	db := counting(t, a)
	errs := make(chan error, 10)
	for i := range cap(errs) {
		go func() {
			_, err := db.TransactWriteItems(context.WithoutCancel(t.Context()), &dynamodb.TransactWriteItemsInput{
				TransactItems: []types.TransactWriteItem{putOf(fmt.Sprint(i)), add("counter", "1")},
			})
			errs <- err
		}()
	}
	won := 0
	for range cap(errs) {
		if <-errs == nil {
			won++
		}
	}
	if got := whole(t, db); won != 1 || !strings.Contains(got, "counter=2 old") || len(strings.Fields(got)) != 3 {
		t.Errorf("%d transactions succeeded and left %s", won, got)
	}
}
