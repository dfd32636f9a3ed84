// Package eventbridge puts news as events on an Amazon EventBridge bus.
package eventbridge

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Source is the source of every event of ours: docs/events.md tells of them.
const Source = "quarantine"

// attempts and pause are for an event that EventBridge did not take for now. It says so in
// an answer with status 200, which the SDK does not repeat.
const (
	attempts = 3
	pause    = 200 * time.Millisecond // before the second attempt, and twice that before the third
)

// API is the part of the SDK's client that a channel calls.
type API interface {
	PutEvents(ctx context.Context, in *eventbridge.PutEventsInput, opts ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Channel puts events on one bus.
//
// IAM actions: events:PutEvents.
type Channel struct {
	client API
	bus    string
	clock  quarantine.Clock
}

var (
	_ quarantine.Channel = (*Channel)(nil)
	_ API                = (*eventbridge.Client)(nil)
)

// New makes the channel of a bus, by its name or ARN.
func New(client API, bus string, clock quarantine.Clock) *Channel {
	return &Channel{client: client, bus: bus, clock: clock}
}

// Name returns "events".
func (*Channel) Name() string { return "events" }

// ReachesPeople returns false: what a rule does with an event, if there is a rule, is not
// known here.
func (*Channel) ReachesPeople() bool { return false }

// DetailType is the detail-type of the events of a kind of news: "Quarantine Containment
// Failed" of containment-failed.
func DetailType(kind quarantine.MessageKind) string {
	words := []string{"Quarantine"}
	for word := range strings.SplitSeq(string(kind), "-") {
		words = append(words, strings.ToUpper(word[:min(1, len(word))])+word[min(1, len(word)):])
	}
	return strings.Join(words, " ")
}

// Send puts the message's data on the bus. The data has a key, by which receivers tell a
// repetition from news.
//
// Errors: AccessDenied (the error names the action), Throttled, Unavailable (the event may
// be on the bus), BadRequest.
func (c *Channel) Send(ctx context.Context, m quarantine.Message) error {
	in := &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: &c.bus, Source: aws.String(Source), DetailType: aws.String(DetailType(m.Kind)), Detail: aws.String(string(m.Data)),
	}}}
	for n := 1; ; n++ {
		out, err := c.client.PutEvents(ctx, in)
		if err != nil {
			return classify(err)
		}
		refused := refusal(out)
		if refused == nil || n == attempts || !passes[refused.Code] {
			return classifyRefusal(refused)
		}
		if err := c.clock.Sleep(ctx, time.Duration(n)*pause); err != nil {
			return errors.Join(classifyRefusal(refused), err)
		}
	}
}
