package moto

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
)

// Queue is an SQS queue, which shows what a service delivers. It calls only three operations,
// so it does without the SDK's SQS client.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
type Queue struct {
	ARN    string
	config aws.Config
	url    string
	got    []string
}

// NewQueue creates a queue.
func NewQueue(t *testing.T, account Account, name string) *Queue {
	t.Helper()
	q := &Queue{config: account.Config(), ARN: "arn:aws:sqs:" + Region + ":" + account.ID + ":" + name}
	var made struct{ QueueUrl string }
	q.call(t, "CreateQueue", map[string]any{"QueueName": name}, &made)
	q.url = made.QueueUrl
	return q
}

// Bodies returns the bodies of all messages so far. A received message is deleted or hidden for
// some time, so it is not received again.
func (q *Queue) Bodies(t *testing.T) []string {
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
			q.got = append(q.got, m.Body)
			q.call(t, "DeleteMessage", map[string]any{"QueueUrl": q.url, "ReceiptHandle": m.ReceiptHandle}, nil)
		}
	}
}

func (q *Queue) call(t *testing.T, operation string, in, out any) {
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
	if err := v4.NewSigner().SignHTTP(t.Context(), who, r, hex.EncodeToString(sum[:]), "sqs", Region, time.Now()); err != nil {
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
