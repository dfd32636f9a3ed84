package events

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Limits: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size
const (
	maxEntry      = 256 << 10 // bytes; a request of that size is refused
	maxSource     = 256       // characters
	maxDetailType = 128
)

// ofEntries are the codes that EventBridge gives an event in an answer of status 200:
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
var ofEntries = map[string]bool{
	"ThrottlingException": true, "InternalFailure": true, "InvalidArgument": true, "MalformedDetail": true,
	"NotAuthorizedForSourceException": true, "NotAuthorizedForDetailTypeException": true,
}

// check implements requests with one event, of the fields that are checked here.
func (b *Buses) check(in *eventbridge.PutEventsInput) error {
	if len(in.Entries) != 1 {
		return b.service.Unsupported(putEvents, "%d entries", len(in.Entries))
	}
	e := in.Entries[0]
	if e.Resources != nil || e.Time != nil || e.TraceHeader != nil {
		return b.service.Unsupported(putEvents, "an entry with resources, a time or a trace")
	}
	if !b.buses[busOf(e)] {
		return b.service.Unsupported(putEvents, "an event for the bus %s, which does not exist", busOf(e))
	}
	if size := len(aws.ToString(e.Source)) + len(aws.ToString(e.DetailType)) + len(aws.ToString(e.Detail)); size >= maxEntry {
		return call.Fail("ValidationException", "Total size of the entries in the request is over the limit.")
	}
	return checkEntry(e)
}

func checkEntry(e types.PutEventsRequestEntry) error {
	for name, value := range map[string]*string{"Source": e.Source, "DetailType": e.DetailType, "Detail": e.Detail} {
		if aws.ToString(value) == "" { // of the only entry, so that the request fails
			return call.Fail("ValidationException", "Parameter %s is not valid. Reason: %s is a required argument.", name, name)
		}
	}
	switch {
	case strings.HasPrefix(*e.Source, "aws."):
		return call.Fail("NotAuthorizedForSourceException", "Not authorized for the source.")
	case utf8.RuneCountInString(*e.Source) > maxSource, utf8.RuneCountInString(*e.DetailType) > maxDetailType:
		return call.Fail("InvalidArgument", "Parameter Source or DetailType is not valid.")
	case !json.Valid([]byte(*e.Detail)), bytes.TrimSpace([]byte(*e.Detail))[0] != '{':
		return call.Fail("MalformedDetail", "Detail is malformed.")
	}
	return nil
}

// busOf is the name of an entry's bus, which can be given by its ARN.
func busOf(e types.PutEventsRequestEntry) string {
	bus := aws.ToString(e.EventBusName)
	if bus == "" {
		return DefaultBus
	}
	return bus[strings.LastIndexByte(bus, '/')+1:]
}
