// Package report makes one HTML file of incidents: what happened, the way through the definition, the
// times, the network before and after, what is held, and what people were told. It is told everything
// in the words of the domain and of histories, whether that comes from an account or from a laptop, and
// says "not known" of what it is not told. The file needs nothing beside it: no script, and no other
// address.
package report

import (
	"encoding/json"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/timeline"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Report is everything that a page shows.
type Report struct {
	// Simulated says that all of it happened in memory.
	Simulated bool
	// Where says where it happened, in words: the account, the Region, the stack.
	Where string
	// Made is when the report was made; zero leaves that out, so that a simulation's is always the same.
	Made time.Time
	// Place is where the commands are to be typed that it prints.
	Place command.Place

	Incidents []quarantine.Incident
	// Names are the names of instances by their ids.
	Names map[string]string
	// Drills says who has made an incident's instance for a drill, by the incident's id; nothing of others.
	Drills map[string]string
	// Executions are those of the incidents, and Labels what the first of them are about.
	Executions []history.Execution
	Labels     []string
	// Sent is when the events were sent; zero where that is not known.
	Sent time.Time
	// Network has what was tried; nil takes what the records of the incidents show.
	Network *Network
	// Cuts are the calls up to each cut; none where they are not on record.
	Cuts []Cut
	// Messages are those that were sent.
	Messages []Message

	numbers map[string]string // what executions are called, by name: as the terminal calls them
}

// Network has what passes between hosts.
type Network struct {
	Moments []string // "before", ...
	Ways    []Way
	// Notes explain the words that do not speak for themselves.
	Notes []string
}

// Host is one end of a way.
type Host struct {
	ID, Name string
	// Subnet is the one that it is in, and VPC that one's; "" for the internet, and of what is in none.
	Subnet, VPC string
}

// Way is what passes from one host to another.
type Way struct {
	From, To Host
	What     string // "tcp/443"
	Both     bool   // and the other way round
	// At has an answer for every moment.
	At []Passage
}

// Passage is whether something passes at a moment, and why.
type Passage struct {
	Pass   Pass
	Word   string
	Reason string
}

// Pass is how open a way is.
type Pass string

// The ways can be these.
const (
	Open     Pass = "open"
	Closed   Pass = "closed"
	Half     Pass = "half" // new connections or those that were open, but not both
	NotKnown Pass = "not-known"
)

// Cut is the way of one execution to its cut.
type Cut struct {
	Execution string
	Rounds    int
	Calls     []Call
}

// Call is a call to an API, and the round trip that it belongs to.
type Call struct {
	timeline.Call
	Round int
}

// Message is one that was sent.
type Message struct {
	Subject string
	At      time.Time // zero where that is not known
	// By is the state that had it sent; "" where that is not known.
	By string
	// Channels took it, and Failed did not.
	Channels, Failed []string
	// Text is the mail's; "" where that is not kept.
	Text string
	// Slack is what Slack was sent, as JSON; nil where it was sent nothing, or that is not kept.
	Slack json.RawMessage
}
