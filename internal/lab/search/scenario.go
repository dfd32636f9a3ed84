// Package search plays scenarios that were drawn at random: findings that come
// together, releases, answers, hands that change network ACLs behind the
// product's back, faults, slow and dead functions, and clocks that are off. A
// scenario is a value that can be written down, and the same one always goes
// the same way, so that one that breaks an invariant can be kept.
package search

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
)

// Scenario is what happens. The zero value of a field is nothing of the kind.
type Scenario struct {
	// Comment says what a kept case has shown.
	Comment string `json:"comment,omitempty"`
	// Seed draws the interleaving, the jitter and the latencies.
	Seed uint64 `json:"seed,omitempty"`
	// Approval has every finding go through the approval variant.
	Approval bool   `json:"approval,omitempty"`
	Policy   Policy `json:"policy,omitzero"`
	Steps    []Step `json:"steps"`
	// People are the answers to the questions, in the order in which they are
	// asked. Further questions meet silence.
	People [][]Saying `json:"people,omitempty"`
	Faults []Fault    `json:"faults,omitempty"`
	Delays []Delay    `json:"delays,omitempty"`
	// Skew is how many seconds a function's clock is ahead, by its name, and that
	// of those who decide, by "decider".
	Skew map[string]int `json:"skew,omitempty"`
}

// Policy is what the scenario's policy has that is not the default.
type Policy struct {
	// Asks has a person asked about medium findings.
	Asks bool `json:"asks,omitempty"`
	// SilenceCuts cuts where nobody answers.
	SilenceCuts bool `json:"silenceCuts,omitempty"`
	// PerHour, PerVPC and Percent are the brake's limits; 0 is none.
	PerHour int `json:"perHour,omitempty"`
	PerVPC  int `json:"perVpc,omitempty"`
	Percent int `json:"percent,omitempty"`
}

// What a step can do.
const (
	DoFind      = "find"      // a finding of Hosts comes: of one host, or as an attack sequence
	DoRelease   = "release"   // a person releases the open incident of the first of Hosts
	DoSwap      = "swap"      // a hand puts the ACL on the subnet
	DoRemove    = "remove"    // a hand deletes the ACL, if nothing uses it
	DoOpen      = "open"      // a hand adds rules to the ACL that let everything pass
	DoTerminate = "terminate" // a hand terminates the first of Hosts
)

// Step is one thing that happens.
type Step struct {
	At int    `json:"at"` // milliseconds from the beginning
	Do string `json:"do"`
	// Hosts are places in the network's list of hosts.
	Hosts []int `json:"hosts,omitempty"`
	// Kind of finding: miner, medium, probe, sample, malformed.
	Kind string `json:"kind,omitempty"`
	// Number tells findings apart: the same kind, hosts and number are the same
	// finding once more.
	Number int `json:"number,omitempty"`
	Subnet int `json:"subnet,omitempty"` // place in the network's list
	// ACL is the VPC's default, other, deny, or the product's own: ours. The VPC
	// is the subnet's.
	ACL string `json:"acl,omitempty"`
}

// Saying is one person's answer to a question.
type Saying struct {
	After   int  `json:"after"` // seconds from being asked
	Approve bool `json:"approve,omitempty"`
}

// Fault is a call that goes wrong. What is empty fits any.
type Fault struct {
	Kind      string `json:"kind"` // one of Kinds
	Service   string `json:"service,omitempty"`
	Operation string `json:"operation,omitempty"`
	Function  string `json:"function,omitempty"`
	At        int    `json:"at,omitempty"`    // from when on, in milliseconds from the beginning
	For       int    `json:"for,omitempty"`   // for how long after it first struck, in milliseconds; 0 is until all is mended
	Skip      int    `json:"skip,omitempty"`  // so many calls pass first
	Times     int    `json:"times,omitempty"` // so many calls are struck; 0 is all
}

// Delay makes calls to a service, or invocations of a function, slow now and then.
type Delay struct {
	Service  string `json:"service,omitempty"`
	Function string `json:"function,omitempty"`
	PerMille int    `json:"perMille"` // how many of a thousand
	UpTo     int    `json:"upTo"`     // milliseconds; of a function, before it begins and again before it answers
	// Lost has the state machine lose sight of an invocation, which goes on.
	Lost bool `json:"lost,omitempty"`
}

// String is the scenario as one line of JSON.
func (s Scenario) String() string {
	line, err := json.Marshal(s)
	if err != nil { // of plain values: cannot fail
		return err.Error()
	}
	return string(line)
}

// Troubled tells whether something is made to go wrong that may well end an
// execution red.
func (s Scenario) Troubled() bool {
	return len(s.Faults) > 0 || len(s.Delays) > 0 || len(s.Skew) > 0 ||
		slices.ContainsFunc(s.Steps, func(st Step) bool { return st.Do == DoTerminate })
}

func (p Policy) braked() bool { return p.PerHour+p.PerVPC+p.Percent > 0 }

func (p Policy) parsed() (*triage.Policy, error) {
	limit := func(n int) string {
		if n == 0 {
			return "none"
		}
		return fmt.Sprint(n)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "version: 1\nlimits: {isolationsPerHour: {account: %s, vpc: %s}, vpcSubnetsPercent: %s}\n",
		limit(p.PerHour), limit(p.PerVPC), limit(p.Percent))
	if p.Asks {
		text.WriteString("thresholds: {isolate: 75, approve: 40, notify: 20}\n")
	}
	if p.SilenceCuts {
		text.WriteString("silence: isolate\n")
	}
	return triage.ParsePolicy([]byte(text.String()))
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }
