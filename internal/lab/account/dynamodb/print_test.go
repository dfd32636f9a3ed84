package dynamodb_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func TestItemsAsDynamoDBJSON(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.AddTable("ledger", "pk", "")
	_, err := a.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: attributes{
		"pk": str("a"), "n": num("1"), "b": &types.AttributeValueMemberB{Value: []byte("x")}, "t": &types.AttributeValueMemberBOOL{Value: true},
		"z": &types.AttributeValueMemberNULL{Value: true}, "ss": &types.AttributeValueMemberSS{Value: []string{"x"}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"1"}}, "bs": &types.AttributeValueMemberBS{Value: [][]byte{[]byte("x")}},
		"m": &types.AttributeValueMemberM{Value: attributes{"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{str("x")}}}},
	}})
	accounttest.NoErr(t, err)
	got, err := json.Marshal(a.DescribeAllItems("ledger"))
	accounttest.NoErr(t, err)
	want := `[{"b":{"B":"eA=="},"bs":{"BS":["eA=="]},"m":{"M":{"l":{"L":[{"S":"x"}]}}},"n":{"N":"1"},"ns":{"NS":["1"]},` +
		`"pk":{"S":"a"},"ss":{"SS":["x"]},"t":{"BOOL":true},"z":{"NULL":true}}]`
	if string(got) != want {
		t.Errorf("got %s", got)
	}
	if none := a.DescribeAllItems("other"); len(none) != 0 {
		t.Errorf("a table that does not exist has %v", none)
	}
}
