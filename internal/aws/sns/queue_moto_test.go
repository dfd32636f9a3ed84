package sns_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns/snstest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// queue is an SQS queue that is subscribed to a topic. It calls only three operations,
// so it does without the SDK's SQS client.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
type queue struct {
	config   aws.Config
	url, arn string
	got      []snstest.Message
}

func newQueue(t *testing.T, account moto.Account, name string) *queue {
	t.Helper()
	q := &queue{config: account.Config(), arn: "arn:aws:sqs:" + moto.Region + ":" + account.ID + ":" + name}
	var made struct{ QueueUrl string }
	q.call(t, "CreateQueue", map[string]any{"QueueName": name}, &made)
	q.url = made.QueueUrl
	return q
}

// all returns every message so far. A received message is deleted or hidden for some
// time, so it is not received again.
func (q *queue) all(t *testing.T) []snstest.Message {
	t.Helper()
	for {
		var received struct {
			Messages []struct{ Body, ReceiptHandle string }
		}
		q.call(t, "ReceiveMessage", map[string]any{"QueueUrl": q.url, "MaxNumberOfMessages": 10}, &received)
		if len(received.Messages) == 0 {
			return q.got
		}
		for _, m := range received.Messages {
			q.got = append(q.got, delivered(t, m.Body))
			q.call(t, "DeleteMessage", map[string]any{"QueueUrl": q.url, "ReceiptHandle": m.ReceiptHandle}, nil)
		}
	}
}

// delivered decodes the format in which SNS delivers to a queue:
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
func delivered(t *testing.T, body string) snstest.Message {
	t.Helper()
	var notification struct {
		Subject, Message  string
		MessageAttributes map[string]struct{ Value string }
	}
	if err := json.Unmarshal([]byte(body), &notification); err != nil {
		t.Fatal(err)
	}
	m := snstest.Message{
		Subject: notification.Subject, Bodies: map[string]string{"sqs": notification.Message}, Attributes: map[string]string{},
	}
	for name, a := range notification.MessageAttributes {
		m.Attributes[name] = a.Value
	}
	return m
}

func (q *queue) call(t *testing.T, operation string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, *q.config.BaseEndpoint, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "AmazonSQS."+operation)
	who, err := q.config.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(t.Context(), who, r, hex.EncodeToString(sum[:]), "sqs", moto.Region, time.Now()); err != nil {
		t.Fatal(err)
	}
	answer, err := q.config.HTTPClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s: %s", operation, answer.Status, said)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(said, out); err != nil {
		t.Fatal(err)
	}
}
