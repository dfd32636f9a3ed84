package sqs_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ec2-quarantine/quarantine/internal/aws/sqs"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func counts(t *testing.T, api sqs.API, queue string, want int) {
	t.Helper()
	c := sqs.New(api)
	if got, err := c.Messages(t.Context(), queue); err != nil || got != want {
		t.Errorf("%d messages, want %d: %v", got, want, err)
	}
	if _, err := c.Messages(t.Context(), queue+"-of-nobody"); !quarantine.Is(err, quarantine.ThingGone) {
		t.Errorf("a queue that is not there: %v", err)
	}
}

func TestMessagesAreCounted(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	queue := a.AddQueue("dead")
	a.SetMessages(queue, 3)
	counts(t, a.SQS(), queue, 3)
}

func TestMessagesAreCountedOverMoto(t *testing.T) {
	t.Parallel()
	api := awssqs.NewFromConfig(moto.NewAccount(t).Config())
	queue, err := api.CreateQueue(t.Context(), &awssqs.CreateQueueInput{QueueName: aws.String("dead")})
	if err != nil {
		t.Fatal(err)
	}
	counts(t, api, *queue.QueueUrl, 0)
	// One that is received and not deleted is in the queue, too.
	for range 2 {
		if _, err := api.SendMessage(t.Context(), &awssqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := api.ReceiveMessage(t.Context(), &awssqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl}); err != nil {
		t.Fatal(err)
	}
	counts(t, api, *queue.QueueUrl, 2)
}

func TestADeniedCountSaysWhatToAllow(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	queue := a.AddQueue("dead")
	a.Inject(account.Fault{Operation: "GetQueueAttributes", Kind: account.Deny})
	if _, err := sqs.New(a.SQS()).Messages(t.Context(), queue); !quarantine.Is(err, quarantine.AccessDenied) || !strings.HasPrefix(err.Error(), "SQS denied GetQueueAttributes: allow sqs:GetQueueAttributes on the queue") {
		t.Error(err)
	}
}
