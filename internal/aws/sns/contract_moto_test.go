package sns_test

import (
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

// newMotoTopic makes a topic that an SQS queue is subscribed to: it sees what
// SNS delivers to a program. To people, moto delivers nothing.
func newMotoTopic(t *testing.T) snstest.Env {
	t.Helper()
	account := moto.NewAccount(t)
	client := awssns.NewFromConfig(account.Config())
	topic, err := client.CreateTopic(t.Context(), &awssns.CreateTopicInput{Name: aws.String("quarantine")})
	if err != nil {
		t.Fatal(err)
	}
	q := newQueue(t, account, "observer")
	made, err := client.Subscribe(t.Context(), &awssns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: aws.String(q.arn),
	})
	if err != nil {
		t.Fatal(err)
	}
	leave := func(t *testing.T) {
		t.Helper()
		if _, err := client.Unsubscribe(t.Context(), &awssns.UnsubscribeInput{SubscriptionArn: made.SubscriptionArn}); err != nil {
			t.Fatal(err)
		}
	}
	return snstest.Env{Client: client, TopicARN: *topic.TopicArn, Published: q.all, Leave: leave, Differs: moto.SNS}
}
