package guardduty

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// maxEvents is how many events a file may hold; GuardDuty's exports can be larger, and
// are for programs.
const maxEvents = 1000

// Event is one event of a file.
type Event struct {
	// Within says where in the file it was, such as "line 2"; "" if it is the file.
	Within string
	// Body is the event as EventBridge delivers it, if the file had it or its finding.
	Body []byte
}

// Name names the event of a file.
func (e Event) Name(file string) string {
	if e.Within == "" {
		return file
	}
	return file + ", " + e.Within
}

// Finding is the event's finding. The error is Parse's, and says where the event was.
func (e Event) Finding() (quarantine.Finding, error) {
	f, err := Parse(e.Body)
	if err != nil && e.Within != "" {
		return f, fmt.Errorf("%s: %w", e.Within, err)
	}
	return f, err
}

// Events takes the events out of a file that a person has: one event; several, one a
// line or in a list; what SNS, SQS, or a function that reads them was given, with the
// event inside; a response of the GetFindings API, of which each finding becomes an
// event; or findings without their events, as GuardDuty exports them to S3. What is none of these is returned as it is: Parse says what is wrong with it.
func Events(file []byte) []Event {
	docs := documents(file)
	if docs == nil {
		return []Event{{Body: file}}
	}
	var out []Event
	for i, doc := range docs {
		within := ""
		if len(docs) > 1 {
			within = fmt.Sprintf("event %d", i+1)
		}
		out = append(out, open(within, doc, 0)...)
	}
	if len(out) == 0 || len(out) > maxEvents {
		return []Event{{Body: file}}
	}
	return out
}

// documents are the JSON texts of a file, or nil if it has anything else.
func documents(file []byte) []json.RawMessage {
	var out []json.RawMessage
	d := json.NewDecoder(bytes.NewReader(file))
	for len(out) <= maxEvents {
		var doc json.RawMessage
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			return nil
		}
		out = append(out, doc)
	}
	return nil
}

// maxWraps is how deep wrappers are opened: a topic, in a queue, in a function's batch, in
// a list.
const maxWraps = 6

// open takes the events out of one JSON text.
func open(within string, doc json.RawMessage, depth int) []Event {
	itself := []Event{{Within: within, Body: doc}}
	if depth > maxWraps {
		return itself
	}
	var list []json.RawMessage
	if json.Unmarshal(doc, &list) == nil && len(list) > 0 {
		return each(within, "event", list, depth)
	}
	var text string
	if json.Unmarshal(doc, &text) == nil && json.Valid([]byte(text)) {
		return open(within, json.RawMessage(text), depth+1)
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(doc, &fields) != nil || fields["detail"] != nil {
		return itself
	}
	for _, w := range wrappers() {
		if inner, is := fields[w.field]; is && w.fits(fields) {
			return w.open(joinWithin(within, w.says), inner, depth)
		}
	}
	if fields["Severity"] != nil && fields["Resource"] != nil && fields["ProductArn"] == nil {
		return fromGetFindings(joinWithin(within, "a finding of GetFindings"), fmt.Appendf(nil, "[%s]", doc), depth)
	}
	if isFinding(fields) {
		return fromGetFindings(joinWithin(within, "a finding without its event"), fmt.Appendf(nil, "[%s]", doc), depth)
	}
	return itself
}

// isFinding tells a finding as EventBridge has it under detail, and as GuardDuty exports it to S3,
// one a line: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html
func isFinding(fields map[string]json.RawMessage) bool {
	for _, name := range []string{"accountId", "type", "severity", "resource", "service"} {
		if fields[name] == nil {
			return false
		}
	}
	return true
}

// each opens the items of a list.
func each(within, item string, list []json.RawMessage, depth int) []Event {
	var out []Event
	for i, one := range list {
		at := within
		if len(list) > 1 {
			at = joinWithin(within, fmt.Sprintf("%s %d", item, i+1))
		}
		out = append(out, open(at, one, depth+1)...)
	}
	return out
}

// wrapper is a field of what events come in, with the event or several inside.
type wrapper struct {
	field, says string
	beside      []string // fields of which the wrapper has one, too; none is needed if empty
	open        func(within string, inner json.RawMessage, depth int) []Event
}

// wrappers are what events come in.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html
func wrappers() []wrapper {
	inside := func(within string, inner json.RawMessage, depth int) []Event { return open(within, inner, depth+1) }
	return []wrapper{
		{"Sns", "from SNS", nil, inside},
		{"Message", "in a message of SNS", []string{"TopicArn", "MessageId"}, inside},
		{"Messages", "from a queue of SQS", nil, inside},
		{"Records", "in a batch", nil, inside},
		{"Body", "in a message of SQS", []string{"ReceiptHandle", "MessageId"}, inside},
		{"body", "in a message of SQS", []string{"receiptHandle", "messageId"}, inside},
		{"Findings", "in a response of GetFindings", nil, fromGetFindings},
		{"findings", "in a response of GetFindings", nil, fromGetFindings}, // as it is on the wire
	}
}

func (w wrapper) fits(fields map[string]json.RawMessage) bool {
	for _, name := range w.beside {
		if fields[name] != nil {
			return true
		}
	}
	return len(w.beside) == 0
}

func joinWithin(outer, inner string) string {
	return strings.TrimPrefix(outer+", "+inner, ", ")
}
