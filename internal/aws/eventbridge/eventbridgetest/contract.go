// Package eventbridgetest is the contract of an EventBridge bus that [eventbridge.Channel] relies
// on: checked with an in-memory account and with a real bus.
package eventbridgetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsevents "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Event is an event as a rule's target gets it, as far as it is compared.
type Event struct {
	Source     string          `json:"source"`
	DetailType string          `json:"detail-type"`
	Detail     json.RawMessage `json:"detail"`
}

// Env is a bus on which nobody else puts events.
type Env struct {
	Client eventbridge.API
	Bus    string
	// Events waits for the accepted events and returns all of them, oldest first.
	Events func(t *testing.T) []Event
	// Differs lists the known differences between the bus and EventBridge's.
	Differs moto.Differences
}

// Contract runs the contract, each part with a bus of its own.
func Contract(t *testing.T, newEnv func(t *testing.T) Env) {
	t.Run("an event arrives as it was put", func(t *testing.T) { arrives(t, newEnv(t)) })
	t.Run("an event of any length of ours is taken", func(t *testing.T) { takesLong(t, newEnv(t)) })
	t.Run("what is no event is refused, whatever the status", func(t *testing.T) { refuses(t, newEnv(t)) })
}

func message(detail string) quarantine.Message {
	return quarantine.Message{Kind: quarantine.KindContainmentFailed, Data: json.RawMessage(detail)}
}

func arrives(t *testing.T, env Env) {
	const detail = `{"version":1,"subject":"\"quoted\" <b> & caf\u00e9"}`
	for range 2 { // the bus does not tell repetitions
		if err := eventbridge.New(env.Client, env.Bus, quarantine.SystemClock{}).Send(t.Context(), message(detail)); err != nil {
			t.Fatal(err)
		}
	}
	want := Event{Source: "quarantine", DetailType: "Quarantine Containment Failed", Detail: json.RawMessage(detail)}
	asText := cmp.Transformer("text", func(raw json.RawMessage) (v any) {
		_ = json.Unmarshal(raw, &v)
		return v
	})
	if diff := cmp.Diff([]Event{want, want}, env.Events(t), asText); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// ours is more than a message's data can have: see the bounds in internal/message.
const ours = 64 << 10

func takesLong(t *testing.T, env Env) {
	detail := fmt.Sprintf(`{"text":%q}`, strings.Repeat("x", ours))
	if err := eventbridge.New(env.Client, env.Bus, quarantine.SystemClock{}).Send(t.Context(), message(detail)); err != nil {
		t.Fatal(err)
	}
	if got := env.Events(t); len(got) != 1 || len(got[0].Detail) < ours {
		t.Errorf("%d events", len(got))
	}
}

func refuses(t *testing.T, env Env) {
	refused := map[string]error{"detail that is no JSON": Put(t, env, "text"), "no detail": Put(t, env, "")}
	if !env.Differs.Has(t, moto.EventOfAnySize) {
		refused["too much detail"] = Put(t, env, TooLarge)
	}
	for name, err := range refused {
		if _, ok := errors.AsType[smithy.APIError](err); !ok {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
	err := eventbridge.New(env.Client, env.Bus, quarantine.SystemClock{}).Send(t.Context(), message("text"))
	if !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("detail that is no JSON: got %v, want BadRequest", err)
	}
	if got := env.Events(t); len(got) != 0 {
		t.Errorf("%d events are on the bus", len(got))
	}
}

// TooLarge is more than an event may have: 256 KB with its other fields.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
var TooLarge = fmt.Sprintf(`{"text":%q}`, strings.Repeat("x", 256<<10))

// Put puts an event on the bus, and returns why it was refused, whatever the answer's status.
func Put(t *testing.T, env Env, detail string) error {
	t.Helper()
	out, err := env.Client.PutEvents(t.Context(), &awsevents.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: &env.Bus, Source: aws.String(eventbridge.Source), DetailType: aws.String("Test"), Detail: &detail,
	}}})
	if err != nil {
		return err
	}
	if out.FailedEntryCount > 0 && out.Entries[0].ErrorCode != nil {
		return &smithy.GenericAPIError{Code: *out.Entries[0].ErrorCode}
	}
	return nil
}
