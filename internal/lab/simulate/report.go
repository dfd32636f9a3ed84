package simulate

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// Report is what a simulation did, from the first call to the last.
type Report struct {
	Executions    []history.Execution `json:"executions"`
	Account       Account             `json:"account"`
	Ledger        []any               `json:"ledger"` // items in DynamoDB's JSON
	Calls         []Call              `json:"calls"`
	Notifications []Notification      `json:"notifications"`
	Probes        []Probe             `json:"probes"`

	// What follows is there if Options.Record is set, for checks of the whole run.

	Sent    []Sending        `json:"-"` // in the order in which it was sent
	Changes []account.Change `json:"-"` // of associations, by calls and by hands
	Log     string           `json:"-"` // what the functions logged, a JSON object a line
}

// Account is what the simulation left behind in EC2.
type Account struct {
	NetworkACLsBefore []any `json:"networkAclsBefore"` // as they were before anything happened
	NetworkACLs       []any `json:"networkAcls"`       // the elements that describe-network-acls prints
	Snapshots         []any `json:"snapshots"`         // the elements that describe-snapshots prints
}

// Call is one call to an AWS API or to Slack.
type Call struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Execution string `json:"execution"`
	// Function is the function that called, empty for the state machine itself.
	Function string `json:"function,omitempty"`
	// BeforeCut marks the calls of the execution that cut, up to the last
	// replacement of an association, which is the cut.
	BeforeCut bool `json:"beforeCut"`
	// Round is the call's place in its execution's chain of round trips: calls
	// side by side share a round.
	Round   int       `json:"round"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	Error   string    `json:"error,omitempty"` // AWS's code

	// Seq is the call's place among all that were begun, from 1.
	Seq int `json:"-"`
	// Applied tells that the call took effect, whether or not its answer arrived.
	Applied bool            `json:"-"`
	Effect  *account.Effect `json:"-"` // if Options.Record is set
	Input   any             `json:"-"` // the SDK's
}

// Notification is a message that a channel took.
type Notification struct {
	Channel string `json:"channel"`
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// Probe asks whether a packet, and the answer to it, can pass: before anything
// happened, right after the cut, and when everything had happened.
type Probe struct {
	From         string `json:"from"`
	To           string `json:"to"`
	Before       string `json:"before"` // allowed, denied or unknown
	AfterCut     string `json:"afterCut"`
	After        string `json:"after"`
	ReasonBefore string `json:"reasonBefore"`
	ReasonAfter  string `json:"reasonAfter"`
}

// What a probe answers.
const (
	Allowed = "allowed"
	Denied  = "denied"
	Unknown = "unknown" // the account's description does not say
)
