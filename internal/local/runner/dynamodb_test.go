package runner_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// table records its requests, and answers every update with the same attributes.
type table struct {
	update     *dynamodb.UpdateItemInput
	put        *dynamodb.PutItemInput
	attributes map[string]types.AttributeValue
	call       func(context.Context) // may be nil
}

func (t *table) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	if t.update = in; t.call != nil {
		t.call(ctx)
	}
	return &dynamodb.UpdateItemOutput{Attributes: t.attributes}, nil
}

func (t *table) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	if t.put = in; t.call != nil {
		t.call(ctx)
	}
	return &dynamodb.PutItemOutput{Attributes: t.attributes}, nil
}

// every has an attribute of every type.
var every = map[string]types.AttributeValue{
	"text":    &types.AttributeValueMemberS{Value: "a \"b\" <c> ✓"},
	"nothing": &types.AttributeValueMemberS{Value: ""},
	"number":  &types.AttributeValueMemberN{Value: "12345678901234567890123456789012345678"},
	"binary":  &types.AttributeValueMemberB{Value: []byte{0, 1, 0xfe, 0xff}},
	"yes":     &types.AttributeValueMemberBOOL{Value: true},
	"null":    &types.AttributeValueMemberNULL{Value: true},
	"texts":   &types.AttributeValueMemberSS{Value: []string{"b", "a"}},
	"numbers": &types.AttributeValueMemberNS{Value: []string{"1", "-2.5"}},
	"blobs":   &types.AttributeValueMemberBS{Value: [][]byte{{1}, {2, 3}}},
	"list":    &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "a"}, &types.AttributeValueMemberN{Value: "1"}}},
	"map":     &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"z": &types.AttributeValueMemberBOOL{}, "a": &types.AttributeValueMemberN{Value: "0"}}},
}

const everyJSON = `{
	"binary":{"B":"AAH+/w=="},"blobs":{"BS":["AQ==","AgM="]},
	"list":{"L":[{"S":"a"},{"N":"1"}]},"map":{"M":{"a":{"N":"0"},"z":{"BOOL":false}}},
	"nothing":{"S":""},"null":{"NULL":true},
	"number":{"N":"12345678901234567890123456789012345678"},"numbers":{"NS":["1","-2.5"]},
	"text":{"S":"a \"b\" \u003cc\u003e ✓"},"texts":{"SS":["b","a"]},"yes":{"BOOL":true}}`

var plain = cmpopts.IgnoreUnexported(
	dynamodb.UpdateItemInput{}, dynamodb.PutItemInput{},
	types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberB{}, types.AttributeValueMemberBOOL{},
	types.AttributeValueMemberNULL{}, types.AttributeValueMemberSS{}, types.AttributeValueMemberNS{}, types.AttributeValueMemberBS{},
	types.AttributeValueMemberL{}, types.AttributeValueMemberM{})

func TestAttributesOfEveryTypePassBothWays(t *testing.T) {
	t.Parallel()
	d := sit(t, task("dynamodb:putItem", `{"TableName":"ledger","Item":`+everyJSON+`}`))
	there := &table{attributes: every}
	d.DynamoDB = there
	x := d.result(t, `{}`)
	if diff := cmp.Diff(&dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: every}, there.put, plain); diff != "" {
		t.Errorf("what DynamoDB got (-want +got):\n%s", diff)
	}
	wantOutput(t, x, `{"Attributes":`+compact(t, everyJSON)+`}`)
}

func TestTheResultsNamesAreInOrderEveryTime(t *testing.T) {
	t.Parallel()
	for range 20 { // the order of a map varies
		d := sit(t, task("dynamodb:updateItem", `{"TableName":"ledger","Key":{"pk":{"S":"a"}}}`))
		d.DynamoDB = &table{attributes: every}
		wantOutput(t, d.result(t, `{}`), `{"Attributes":`+compact(t, everyJSON)+`}`)
	}
}

func TestAnUpdateIsPassedUnchanged(t *testing.T) {
	t.Parallel()
	key := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "a"}}
	for name, c := range map[string]struct {
		arguments string
		want      dynamodb.UpdateItemInput
	}{
		"with everything": {
			`{"TableName":"ledger","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET #n = :n","ConditionExpression":"attribute_not_exists(#n)",
			  "ExpressionAttributeNames":{"#n":"number"},"ExpressionAttributeValues":{":n":{"N":"1"}},"ReturnValues":"ALL_NEW"}`,
			dynamodb.UpdateItemInput{
				TableName: aws.String("ledger"), Key: key,
				UpdateExpression: aws.String("SET #n = :n"), ConditionExpression: aws.String("attribute_not_exists(#n)"),
				ExpressionAttributeNames:  map[string]string{"#n": "number"},
				ExpressionAttributeValues: map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: "1"}},
				ReturnValues:              types.ReturnValueAllNew,
			},
		},
		"what is left out stays out": {
			`{"TableName":"ledger","Key":{"pk":{"S":"a"}}}`,
			dynamodb.UpdateItemInput{TableName: aws.String("ledger"), Key: key},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sit(t, task("dynamodb:updateItem", c.arguments))
			there := &table{}
			d.DynamoDB = there
			wantOutput(t, d.result(t, `{}`), `{}`)
			if diff := cmp.Diff(&c.want, there.update, plain); diff != "" {
				t.Errorf("what DynamoDB got (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInvalidArgumentsAreRefusedBeforeTheCall(t *testing.T) {
	t.Parallel()
	const unknown, attribute = "no service on this computer takes the argument ", `the task's arguments: an attribute is one type with its value, as in {"S": "text"}`
	for name, c := range map[string]struct{ resource, arguments, cause string }{
		"a field that there is not":         {"updateItem", `{"TableName":"t","Key":{},"Nonsense":1}`, unknown + "Nonsense"},
		"a field of DynamoDB's own":         {"updateItem", `{"TableName":"t","Key":{},"ReturnConsumedCapacity":"TOTAL"}`, unknown + "ReturnConsumedCapacity"},
		"a field in another case":           {"updateItem", `{"tableName":"t","Key":{}}`, unknown + "tableName"},
		"an update's field on a put":        {"putItem", `{"TableName":"t","Item":{},"Key":{}}`, unknown + "Key"},
		"a put's condition":                 {"putItem", `{"TableName":"t","Item":{},"ConditionExpression":"x"}`, unknown + "ConditionExpression"},
		"several: the first":                {"putItem", `{"Z":1,"TableName":"t","B":1,"C":1}`, unknown + "B"},
		"an attribute of two types":         {"putItem", `{"TableName":"t","Item":{"a":{"S":"x","N":"1"}}}`, attribute},
		"an attribute of no type":           {"putItem", `{"TableName":"t","Item":{"a":{}}}`, attribute},
		"an attribute that is null":         {"putItem", `{"TableName":"t","Item":{"a":null}}`, attribute},
		"an attribute whose value is null":  {"putItem", `{"TableName":"t","Item":{"a":{"S":null}}}`, attribute},
		"two types inside a list":           {"putItem", `{"TableName":"t","Item":{"a":{"L":[{"S":"x","N":"1"}]}}}`, attribute},
		"two types inside a map":            {"putItem", `{"TableName":"t","Item":{"a":{"M":{"b":{"S":"x","N":"1"}}}}}`, attribute},
		"a key that is null":                {"updateItem", `{"TableName":"t","Key":null}`, attribute},
		"an attribute that is plain text":   {"putItem", `{"TableName":"t","Item":{"a":"x"}}`, "the task's arguments: unexpected JSON type x"},
		"a number that is not in quotes":    {"putItem", `{"TableName":"t","Item":{"a":{"N":1}}}`, "the task's arguments: expected NumberAttributeValue to be of type string, got float64 instead"},
		"a condition's value of wrong type": {"updateItem", `{"TableName":"t","Key":{},"ExpressionAttributeValues":{":a":{"S":1}}}`, "the task's arguments: expected StringAttributeValue to be of type string, got float64 instead"},
		"a type that there is not": {
			"putItem", `{"TableName":"t","Item":{"a":{"X":"x"}}}`,
			"the task's arguments: attempted to serialize unknown member type *types.UnknownUnionMember for union *types.UnknownUnionMember",
		},
		"a table that is no name": {
			"putItem", `{"TableName":1,"Item":{}}`,
			"the task's arguments: json: cannot unmarshal number into Go struct field .TableName of type string",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sit(t, task("dynamodb:"+c.resource, c.arguments))
			there := &table{}
			d.DynamoDB = there
			wantFailed(t, d.result(t, `{}`), "States.Runtime", c.cause)
			if there.put != nil || there.update != nil {
				t.Error("DynamoDB was called")
			}
		})
	}
}

func TestDynamoDBsErrorsHaveTheNamesOfTheIntegration(t *testing.T) {
	t.Parallel()
	const (
		free  = `{"TableName":"ledger","Key":{"pk":{"S":"a"}}}`
		taken = `{"TableName":"ledger","Key":{"pk":{"S":"a"}},"ConditionExpression":"attribute_exists(pk)"}`
		wrong = `{"TableName":"ledger","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET"}`
		gone  = `{"TableName":"gone","Key":{"pk":{"S":"a"}}}`
	)
	code := func(code string) account.Fault { return account.Fault{Kind: account.Code, Code: code, Message: "m"} }
	for name, c := range map[string]struct {
		arguments string
		fault     account.Fault
		want      string
	}{
		"a condition that does not hold": {taken, account.Fault{}, "DynamoDB.ConditionalCheckFailedException"},
		"a table that is not there":      {gone, account.Fault{}, "DynamoDB.ResourceNotFoundException"},
		"an expression that is wrong":    {wrong, account.Fault{}, "DynamoDB.AmazonDynamoDBException"},
		"access denied":                  {free, account.Fault{Kind: account.Deny}, "DynamoDB.AmazonDynamoDBException"},
		"credentials that are not known": {free, code("UnrecognizedClientException"), "DynamoDB.AmazonDynamoDBException"},
		"no capacity left":               {free, code("ProvisionedThroughputExceededException"), "DynamoDB.ProvisionedThroughputExceededException"},
		"too many requests":              {free, code("RequestLimitExceeded"), "DynamoDB.RequestLimitExceeded"},
		"the control plane's throttle":   {free, code("ThrottlingException"), "DynamoDB.ThrottlingException"},
		"DynamoDB's own fault":           {free, account.Fault{Kind: account.ServerError}, "DynamoDB.InternalServerErrorException"},
		"no answer":                      {free, account.Fault{Kind: account.TimeoutBefore}, "DynamoDB.SdkClientException"},
		"an answer that was lost":        {free, account.Fault{Kind: account.TimeoutAfter}, "DynamoDB.SdkClientException"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sit(t, task("dynamodb:updateItem", c.arguments))
			acct := account.New(account.Options{Clock: d.clock})
			acct.AddTable("ledger", "pk", "")
			if c.fault.Kind != 0 {
				acct.Inject(c.fault)
			}
			d.DynamoDB = acct.DynamoDB()
			x := d.result(t, `{}`)
			if x.Status != history.StatusFailed || x.Error != c.want || x.Cause == "" {
				t.Errorf("ended %s with %q %q, want %q", x.Status, x.Error, x.Cause, c.want)
			}
		})
	}
}

func TestTheCauseOfADynamoDBErrorIsItsMessageAndItsCode(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"updateItem", "putItem"} {
		d := sit(t, task("dynamodb:"+action, map[string]string{
			"updateItem": `{"TableName":"gone","Key":{"pk":{"S":"a"}}}`, "putItem": `{"TableName":"gone","Item":{"pk":{"S":"a"}}}`,
		}[action]))
		d.DynamoDB = account.New(account.Options{Clock: d.clock}).DynamoDB()
		wantFailed(t, d.result(t, `{}`), "DynamoDB.ResourceNotFoundException",
			"Requested resource not found (Service: AmazonDynamoDBv2; Error Code: ResourceNotFoundException)")
	}
}

func TestTheStatesTimeoutOverridesDynamoDBsError(t *testing.T) {
	t.Parallel()
	d := sit(t, `"A":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:updateItem","TimeoutSeconds":2,"End":true,
		"Arguments":{"TableName":"gone","Key":{"pk":{"S":"a"}}}}`)
	slow := func(string, string) time.Duration { return time.Minute }
	d.DynamoDB = account.New(account.Options{Clock: d.clock, Latency: slow}).DynamoDB()
	x := d.result(t, `{}`)
	wantFailed(t, x, "States.Timeout", "")
	if took := x.Ended().Sub(start); took != 2*time.Second {
		t.Errorf("took %v", took)
	}
}

// compact removes white space between JSON tokens.
func compact(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
