// Package events is the EventBridge of an in-memory account: its buses, the events that were put
// on them, and rules.
package events

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// DefaultBus is the name of the bus that every account has.
const DefaultBus = "default"

// Buses are the account's event buses.
type Buses struct {
	service *call.Service
	*state
}

type state struct {
	buses  map[string]bool // by name
	events []Event
	rules  map[string]EventRule // of the default bus, by name
}

// Event is an event as a rule's target gets it:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
type Event struct {
	ID         string
	Bus        string // its name
	Source     string
	DetailType string
	Detail     string // JSON
	At         time.Time
	Caller     call.Caller
}

// New adds EventBridge, with the default bus, to the endpoint.
func New(e *call.Endpoint) *Buses {
	b := &Buses{state: &state{buses: map[string]bool{DefaultBus: true}, rules: map[string]EventRule{}}}
	b.service = &call.Service{
		Endpoint: e, Name: "events", ID: "EventBridge",
		Throttled: func(call.Call) error { return call.Fail("ThrottlingException", "Rate exceeded") },
		Broken:    func() error { return &types.InternalException{Message: aws.String("Internal error")} },
		Denied: func(c call.Call) error {
			return call.Fail("AccessDeniedException", "%s", e.NotAllowed(c, "events", e.ARN("events", "event-bus/"+DefaultBus)))
		},
	}
	b.service.State = call.StateAt(&b.state, (*state).copy)
	return b
}

func (s *state) copy() *state {
	return &state{buses: maps.Clone(s.buses), events: slices.Clone(s.events), rules: maps.Clone(s.rules)}
}

// Client has the methods of the SDK's *eventbridge.Client that the account implements.
type Client struct{ buses *Buses }

// EventBridge returns a client.
func (b *Buses) EventBridge() *Client { return &Client{buses: b} }

// Events returns all events so far, oldest first.
func (b *Buses) Events() []Event {
	b.service.Lock()
	defer b.service.Unlock()
	return call.Clone(b.events)
}

// AddBus creates a bus.
func (b *Buses) AddBus(name string) {
	defer b.service.Change()()
	b.buses[name] = true
}

var putEvents = call.Operation{Name: "PutEvents", Mutating: true, Needs: []string{"Entries"}}

// PutEvents follows https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
// An event can fail in an answer that is no error.
func (c *Client) PutEvents(ctx context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	b := c.buses
	out, err := call.Invoke(ctx, b.service, putEvents, in, func(in *eventbridge.PutEventsInput) (*eventbridge.PutEventsOutput, error) {
		if err := b.check(in); err != nil {
			return nil, err
		}
		return b.put(ctx, in.Entries[0]), nil
	})
	if api, ok := errors.AsType[smithy.APIError](err); ok && ofEntries[api.ErrorCode()] {
		return &eventbridge.PutEventsOutput{FailedEntryCount: 1, Entries: []types.PutEventsResultEntry{{
			ErrorCode: aws.String(api.ErrorCode()), ErrorMessage: aws.String(api.ErrorMessage()),
		}}}, nil
	}
	return out, err
}

func (b *Buses) put(ctx context.Context, e types.PutEventsRequestEntry) *eventbridge.PutEventsOutput {
	event := Event{
		ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", len(b.events)+1), Bus: busOf(e), Source: *e.Source, DetailType: *e.DetailType, Detail: *e.Detail,
		At: b.service.Now(), Caller: call.CallerOf(ctx),
	}
	b.events = append(b.events, event)
	return &eventbridge.PutEventsOutput{Entries: []types.PutEventsResultEntry{{EventId: &event.ID}}}
}
