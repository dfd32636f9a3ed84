package sns_test

import (
	"encoding/json"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns/snstest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// all are the messages that a topic has delivered to a queue so far.
func all(q *moto.Queue) func(*testing.T) []snstest.Message {
	return func(t *testing.T) (got []snstest.Message) {
		t.Helper()
		for _, body := range q.Bodies(t) {
			got = append(got, delivered(t, body))
		}
		return got
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
