package events_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func entry(source, detailType, detail string) types.PutEventsRequestEntry {
	return types.PutEventsRequestEntry{Source: &source, DetailType: &detailType, Detail: &detail}
}

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
func TestPutEvents(t *testing.T) {
	t.Parallel()
	// What EventBridge says of an event it says in an answer; what it says of the request is an error.
	for name, c := range map[string]struct {
		in               types.PutEventsRequestEntry
		refused, failure string
	}{
		"an event":                         {in: entry("a", "b", "{}")},
		"just below 256 KB":                {in: entry("a", "b", `{"x":"`+strings.Repeat("x", 256<<10-11)+`"}`)},
		"256 KB":                           {in: entry("a", "b", `{"x":"`+strings.Repeat("x", 256<<10-10)+`"}`), failure: "ValidationException"},
		"no source":                        {in: entry("", "b", "{}"), failure: "ValidationException"},
		"AWS's source":                     {in: entry("aws.ec2", "b", "{}"), refused: "NotAuthorizedForSourceException"},
		"a detail-type that is too long":   {in: entry("a", strings.Repeat("b", 129), "{}"), refused: "InvalidArgument"},
		"detail that is no JSON":           {in: entry("a", "b", "{"), refused: "MalformedDetail"},
		"detail that is JSON of no object": {in: entry("a", "b", "[]"), refused: "MalformedDetail"},
	} {
		a := account.New(account.Options{})
		out, err := a.EventBridge().PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{c.in}})
		switch {
		case c.failure != "":
			accounttest.WantCode(t, err, c.failure)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case c.refused != "":
			if out.FailedEntryCount != 1 || aws.ToString(out.Entries[0].ErrorCode) != c.refused || len(a.Events()) != 0 {
				t.Errorf("%s: %+v, and %d events", name, out, len(a.Events()))
			}
		default:
			if got := a.Events(); len(got) != 1 || got[0].ID != *out.Entries[0].EventId || got[0].Bus != account.DefaultBus || got[0].Detail != *c.in.Detail {
				t.Errorf("%s: %+v", name, got)
			}
		}
	}
}

func TestABusIsNamedByItsNameOrItsARN(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.AddBus("security")
	for _, bus := range []string{"security", "arn:aws:events:eu-west-1:123456789012:event-bus/security", "none"} {
		in := entry("a", "b", "{}")
		in.EventBusName = &bus
		_, err := a.EventBridge().PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{in}})
		if bus == "none" {
			accounttest.WantUnsupported(t, err, "an event for the bus none, which does not exist")
		} else if err != nil {
			t.Errorf("%s: %v", bus, err)
		}
	}
	if got := a.Events(); len(got) != 2 || got[0].Bus != "security" || got[1].Bus != "security" {
		t.Errorf("%+v", got)
	}
}
