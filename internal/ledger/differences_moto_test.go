package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// If this fails, moto has become more like DynamoDB.
func TestMotoDiffersStill(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	moto.DynamoDB.StillHold(t, map[moto.Difference]func(*testing.T) bool{
		moto.ConditionsRace: func(t *testing.T) bool {
			client := motoTable(t, moto.NewAccount(t).SideBySide())
			for round := range 200 { // one in ten shows it
				if winners(t, client, fmt.Sprint(round)) > 1 {
					return true
				}
			}
			return false
		},
	})
}

// winners is how many of a few writers succeed in writing what must not be
// there. The item is such that moto spends some time between looking and writing.
func winners(t *testing.T, client *dynamodb.Client, sk string) int {
	t.Helper()
	long := &types.AttributeValueMemberL{Value: slices.Repeat([]types.AttributeValue{&types.AttributeValueMemberN{Value: "1"}}, 3000)}
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for n := range errs {
		wg.Go(func() {
			_, errs[n] = client.PutItem(t.Context(), &dynamodb.PutItemInput{
				TableName: aws.String(table), ConditionExpression: aws.String("attribute_not_exists(pk)"),
				Item: map[string]types.AttributeValue{
					"pk": &types.AttributeValueMemberS{Value: "RACE"}, "sk": &types.AttributeValueMemberS{Value: sk}, "long": long,
				},
			})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); !ok {
			t.Fatal(err)
		}
	}
	return won
}
