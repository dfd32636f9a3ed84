package sns_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns/snstest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	snstest.Contract(t, newMotoTopic)
}

// newMotoTopic creates a topic with a subscribed SQS queue, which shows what SNS
// delivers to programs. moto delivers nothing to people.
func newMotoTopic(t *testing.T) snstest.Env {
	t.Helper()
	account := moto.NewAccount(t)
	client := awssns.NewFromConfig(account.Config())
	topic, err := client.CreateTopic(t.Context(), &awssns.CreateTopicInput{Name: aws.String("quarantine")})
	if err != nil {
		t.Fatal(err)
	}
	q := moto.NewQueue(t, account, "observer")
	observer := subscribe(t, client, topic.TopicArn, "sqs", q.ARN)
	join := func(t *testing.T, n int) {
		t.Helper()
		for i := range n {
			subscribe(t, client, topic.TopicArn, "email", fmt.Sprintf("subscriber-%d@example.com", i))
		}
	}
	leave := func(t *testing.T) {
		t.Helper()
		if _, err := client.Unsubscribe(t.Context(), &awssns.UnsubscribeInput{SubscriptionArn: observer}); err != nil {
			t.Fatal(err)
		}
	}
	return snstest.Env{Client: client, TopicARN: *topic.TopicArn, Published: all(q), Join: join, Leave: leave, Differs: moto.SNS}
}

// subscribe returns the subscription's ARN: moto confirms every subscription at once.
func subscribe(t *testing.T, client *awssns.Client, topicARN *string, protocol, endpoint string) *string {
	t.Helper()
	made, err := client.Subscribe(t.Context(), &awssns.SubscribeInput{TopicArn: topicARN, Protocol: &protocol, Endpoint: &endpoint})
	if err != nil {
		t.Fatal(err)
	}
	return made.SubscriptionArn
}
