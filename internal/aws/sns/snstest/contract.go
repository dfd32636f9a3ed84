// Package snstest is the contract of an SNS endpoint that [sns.Channel] relies on:
// checked with an in-memory account and with a real topic.
package snstest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Message is a published message, as far as the observer can see it.
type Message struct {
	// Subject is the subject that SNS delivers.
	Subject string
	// Bodies are the forms that the observer sees, by protocol: an SQS queue only sees
	// "sqs". At least one.
	Bodies map[string]string
	// Attributes are the values of the message attributes.
	Attributes map[string]string
}

// Env is a topic to which nobody else publishes. It has one confirmed subscriber, the
// observer.
type Env struct {
	Client   sns.API
	TopicARN string
	// Published waits for the accepted messages and returns all of them, oldest first.
	Published func(t *testing.T) []Message
	// Join adds n confirmed subscribers to the topic.
	Join func(t *testing.T, n int)
	// Leave removes the observer, which is the last subscriber if Join was not called.
	Leave func(t *testing.T)
	// Differs lists the known differences between the topic and SNS's.
	Differs moto.Differences
}

// Contract runs the contract, each part with a topic of its own.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	send := func(t *testing.T, m quarantine.Message) Message {
		t.Helper()
		env := newEnv(t)
		if err := sns.New(env.Client, env.TopicARN).Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		all := env.Published(t)
		if len(all) != 1 || len(all[0].Bodies) == 0 {
			t.Fatalf("published %d messages: %+v", len(all), all)
		}
		return all[0]
	}

	t.Run("people get the text and programs the JSON", func(t *testing.T) {
		for protocol, got := range send(t, message()).Bodies {
			want := message().Text
			if programs[protocol] {
				want = string(message().Data)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", protocol, diff)
			}
		}
	})
	t.Run("subject and attributes arrive", func(t *testing.T) {
		got := send(t, message())
		if got.Subject != message().Subject {
			t.Errorf("subject %q", got.Subject)
		}
		if diff := cmp.Diff(message().Attributes, got.Attributes); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("any subject is taken", func(t *testing.T) {
		for _, s := range Subjects {
			m := message()
			m.Subject = s
			if got := send(t, m).Subject; strings.ContainsAny(got, "\r\n") || len(got) >= 100 {
				t.Errorf("%q arrived as %q", s, got)
			}
		}
	})
	t.Run("a message of any length is taken", func(t *testing.T) {
		for name, m := range long() {
			for protocol, got := range send(t, m).Bodies {
				if programs[protocol] && !json.Valid([]byte(got)) {
					t.Errorf("%s: %s got what is no JSON", name, protocol)
				}
				if !programs[protocol] && !strings.HasPrefix(got, m.Text[:100]) {
					t.Errorf("%s: %s got %.100q", name, protocol, got)
				}
			}
		}
	})
	t.Run("a missing topic is a bad request", func(t *testing.T) {
		env := newEnv(t)
		err := sns.New(env.Client, env.TopicARN+"-missing").Send(t.Context(), message())
		if !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("got %v, want BadRequest", err)
		}
		if all := env.Published(t); len(all) != 0 {
			t.Errorf("published %+v", all)
		}
	})
	t.Run("a topic without a confirmed subscriber tells nobody", func(t *testing.T) { tellsNobody(t, newEnv(t)) })
	t.Run("every subscription is listed, on pages", func(t *testing.T) { listsEverySubscription(t, newEnv(t)) })
	t.Run("what is within SNS's limits is taken", func(t *testing.T) { takesWithin(t, newEnv(t)) })
	t.Run("what is beyond SNS's limits is refused", func(t *testing.T) { refusesBeyond(t, newEnv(t)) })
}

var programs = map[string]bool{"sqs": true, "lambda": true, "http": true, "https": true}

// Subjects are subjects that SNS does not accept unchanged.
var Subjects = []string{
	"", " ", "\tleading", "a\r\nBcc: all@example.com", "caf\u00e9 \u202e \U0001f525", "\xff\x00\x1b", strings.Repeat("long ", 60),
}

func message() quarantine.Message {
	return quarantine.Message{
		Kind:    quarantine.KindContained,
		Subject: "CONTAINED: i-0a1b2c3d4e5f60718 in 111122223333/eu-central-1",
		Text:    "CONTAINED. \"i-0a1b2c3d4e5f60718\" is cut off.\n\nWHY\n  5 < 6 & 7 > 6, caf\u00e9\n",
		Data:    json.RawMessage(`{"version":1,"kind":"contained","text":"\"quoted\" <b> \u003c"}`),
		Attributes: map[string]string{
			"kind": "contained", "severity": "8.5", "score": "85", "account": "111122223333",
			"region": "eu-central-1", "instance": "i-0a1b2c3d4e5f60718", "incident": "inc-20261102-0a1b2c3d4e",
		},
	}
}

func long() map[string]quarantine.Message {
	text, data, both := message(), message(), message()
	text.Text = strings.Repeat("\"a long line\"\n", 40_000)
	data.Text = strings.Repeat("a line\n", 20)
	data.Data = json.RawMessage(fmt.Sprintf("%q", strings.Repeat("long", 80_000)))
	both.Text, both.Data = text.Text, data.Data
	return map[string]quarantine.Message{"text": text, "data": data, "both": both}
}
