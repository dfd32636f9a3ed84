package quarantine

import (
	"context"
	"encoding/json"
)

// MessageKind says what a message is about.
type MessageKind string

// The kinds of message.
const (
	KindContained         MessageKind = "contained"
	KindContainmentFailed MessageKind = "containment-failed"
	KindMeasureFailed     MessageKind = "measure-failed" // a measure beyond the cut was not taken
	KindEvidenceComplete  MessageKind = "evidence-complete"
	KindEvidenceFailed    MessageKind = "evidence-failed"
	KindToldOnly          MessageKind = "told-only"
	KindMalformed         MessageKind = "malformed"
	KindApprovalAsked     MessageKind = "approval-asked" // a question, or a reminder of one
	KindAskingFailed      MessageKind = "asking-failed"  // nobody could be asked
	KindApprovalExpired   MessageKind = "approval-expired"
	KindKept              MessageKind = "kept"     // a person decided that the quarantine stays, or that nothing is cut
	KindReopened          MessageKind = "reopened" // what an incident holds did not stand as it was put
	KindReleased          MessageKind = "released"
	KindReleaseFailed     MessageKind = "release-failed"
	KindNarrowed          MessageKind = "narrowed"      // the subnets are given back, the instance is not
	KindNarrowFailed      MessageKind = "narrow-failed" // they may be, or not
	KindObserved          MessageKind = "observed"      // what would have been done, where the policy has it observed
)

// News is what there is to tell: the notify function's input. What is not known is
// nil. What is on record of the incident is read from the ledger; the rest is what
// the ledger does not have, and what is told where the ledger cannot be read.
type News struct {
	Kind      MessageKind `json:"kind"`
	Execution Execution   `json:"execution"`
	// Triage is without a verdict where an event could not be judged, and holds as
	// much of the finding as can be read.
	Triage   *Triage `json:"triage,omitempty"`
	Incident string  `json:"incident,omitempty"`
	// Retry counts the state machine's earlier attempts to tell this.
	Retry       int          `json:"retry,omitempty"`
	Containment *Containment `json:"containment,omitempty"`
	Observation *Observation `json:"observation,omitempty"`
	Evidence    *Evidence    `json:"evidence,omitempty"`
	// Measure is the one that was not taken, by its name in the register.
	Measure string `json:"measure,omitempty"`
	// Drifts are the things that did not stand as they were put, each with what came of it.
	Drifts []Drift `json:"drifts,omitempty"`
	// Failure is the error that the state machine caught.
	Failure  *CaughtError     `json:"failure,omitempty"`
	Release  *Release         `json:"release,omitempty"`
	Approval *ApprovalRequest `json:"approval,omitempty"`
	// Link leads to the page where an approval is decided. It is a secret of those
	// who are told.
	Link string `json:"link,omitempty"`
	// Unlinked says why there is no link, where there should be one.
	Unlinked string `json:"unlinked,omitempty"`
	// Event is the event as it came, where it was not judged.
	Event json.RawMessage `json:"event,omitempty"`
}

// CaughtError is an error as Step Functions gives it to a Catch.
type CaughtError struct {
	Error string `json:"Error"`
	Cause string `json:"Cause"` // text, or the JSON object with errorMessage that Lambda makes
}

// Read reads the error leniently: Lambda's Cause is a JSON object, that of Step Functions and
// of the service integrations is text, and either can be cut off.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
func (c CaughtError) Read() (name, text string) {
	name, text = c.Error, c.Cause
	var cause struct {
		Message string `json:"errorMessage"`
		Type    string `json:"errorType"`
	}
	if json.Unmarshal([]byte(c.Cause), &cause) != nil {
		return name, text
	}
	if cause.Message != "" {
		text = cause.Message
	}
	if generic(c.Error) && cause.Type != "" {
		name = cause.Type
	}
	return name, text
}

// generic tells the names that say no more than that a task failed.
func generic(name string) bool {
	return name == "" || name == "States.TaskFailed" || name == "States.ALL" || name == "Lambda.Unknown"
}

// Message is a message ready to be sent: the same news in the forms that the
// channels need.
type Message struct {
	Kind MessageKind `json:"kind"`
	// Outcome is how the news is to be taken, for channels that have colours.
	Outcome Outcome `json:"outcome"`
	// Subject is one line.
	Subject string `json:"subject"`
	// Text is for people: plain, in lines under 80 columns where it can be.
	Text string `json:"text"`
	// Sections are the message's parts, for channels that can lay them out.
	Sections []Section `json:"sections"`
	// Links lead to where to look.
	Links []Link `json:"links"`
	// Show is the command line that shows all that is on record of the incident, for channels that
	// shorten; "" where no incident is known.
	Show string `json:"show,omitempty"`
	// Ask is the question that the message puts, or nil.
	Ask *MessageAsk `json:"ask,omitempty"`
	// Attributes are for filter policies: kind, severity, score, account, region, instance, incident; never empty ones.
	Attributes map[string]string `json:"attributes"`
	// Data is the same news for programs.
	Data json.RawMessage `json:"data"`
}

// Outcome is how news is to be taken.
type Outcome string

// The outcomes.
const (
	OutcomeGood Outcome = "good" // done, and read back
	OutcomeBad  Outcome = "bad"  // something failed or came undone
	OutcomeAsk  Outcome = "ask"  // a person has to decide
	OutcomeInfo Outcome = "info" // nothing needs to be done
)

// Section is a titled part of a message.
type Section struct {
	Title string   `json:"title"`
	Lines []string `json:"lines"`
}

// Link is a place to look.
type Link struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// MessageAsk is what a channel needs to let people answer from within a message.
type MessageAsk struct {
	RequestID string `json:"requestId"`
	// Link leads to the page where the request is decided, or is empty. It is a
	// secret of those who are told: it stands in the text too, and nowhere else.
	Link string `json:"link,omitempty"`
	// Buttons says that somebody listens to buttons in a message, for channels that
	// have them.
	Buttons bool `json:"buttons,omitempty"`
	// Narrow says that the answer may be to give back the subnets alone.
	Narrow bool `json:"narrow,omitempty"`
}

// Channel sends messages: SNS, Slack or the account's event bus.
type Channel interface {
	// Name is the channel's, for reports: sns, slack, events.
	Name() string
	// ReachesPeople says that people read what the channel takes. Of one that does
	// not, programs read: what it alone has taken, nobody has been told.
	ReachesPeople() bool
	// Send delivers a message. Errors: AccessDenied, Throttled, Unavailable,
	// BadRequest; their text holds no secret.
	Send(ctx context.Context, m Message) error
}
