// Package search plays randomly drawn scenarios: findings at the same time, releases,
// answers, changes to network ACLs by others, faults, slow and dead functions, and clock
// skew. A scenario is a value with a JSON form and always gives the same run, so that a
// scenario that violates an invariant can be kept as a test case.
package search

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
)

// Scenario is what happens. A zero field means that nothing of its kind happens.
type Scenario struct {
	// Comment says what a kept case showed.
	Comment string `json:"comment,omitempty"`
	// Seed determines the interleaving, the jitter and the latencies.
	Seed uint64 `json:"seed,omitempty"`
	// Approval sends every finding through the approval variant.
	Approval bool `json:"approval,omitempty"`
	// Wide gives the hosts what every measure is about: roles, of which some are shared, Auto
	// Scaling groups, and a policy that turns the metadata service off.
	Wide   bool   `json:"wide,omitempty"`
	Policy Policy `json:"policy,omitzero"`
	Steps  []Step `json:"steps"`
	// People are the answers to the questions, in the order of the questions. Further
	// questions get no answer.
	People [][]Saying `json:"people,omitempty"`
	Faults []Fault    `json:"faults,omitempty"`
	Delays []Delay    `json:"delays,omitempty"`
	// Skew is how many seconds a function's clock is ahead, by the function's name; "decider"
	// is the clock of the people who decide.
	Skew map[string]int `json:"skew,omitempty"`
}

// Policy holds the differences from the default policy.
type Policy struct {
	// Asks makes medium findings ask a person.
	Asks bool `json:"asks,omitempty"`
	// SilenceCuts isolates the instance if nobody answers.
	SilenceCuts bool `json:"silenceCuts,omitempty"`
	// PerHour, PerVPC and Percent are the brake's limits; 0 means no limit.
	PerHour int `json:"perHour,omitempty"`
	PerVPC  int `json:"perVpc,omitempty"`
	Percent int `json:"percent,omitempty"`
	// Observes is what the policy has observed: "", ObservesAll, ObservesSecond or ObservesAllButFirst.
	Observes string `json:"observes,omitempty"`
}

// Values of Policy.Observes. Findings of several hosts name no VPC: of those EC2 decides.
const (
	ObservesAll         = "all"
	ObservesSecond      = "second"        // the second VPC
	ObservesAllButFirst = "all-but-first" // the account, but for the first VPC
)

// observes tells whether the policy has what is in a VPC observed.
func (p Policy) observes(vpc int) bool {
	return p.Observes == ObservesAll || p.Observes != "" && vpc == 1
}

// mode is what the policy says of that.
func (p Policy) mode() string {
	switch p.Observes {
	case ObservesAll:
		return "mode: observe\n"
	case ObservesSecond:
		return "modes: {vpcs: {" + vpcID(1) + ": observe}}\n"
	case ObservesAllButFirst:
		return "mode: observe\nmodes: {vpcs: {" + vpcID(0) + ": act}}\n"
	}
	return ""
}

// Values of Step.Do.
const (
	DoFind      = "find"      // a finding about Hosts: one host, or several as an attack sequence
	DoRelease   = "release"   // a person releases the open incident of the first of Hosts
	DoNarrow    = "narrow"    // a person gives back the subnets of that incident alone
	DoSwap      = "swap"      // somebody associates the ACL with the subnet
	DoRemove    = "remove"    // somebody deletes the ACL, if it has no association
	DoOpen      = "open"      // somebody adds rules to the ACL that allow all traffic
	DoTerminate = "terminate" // somebody terminates the first of Hosts
	DoLook      = "look"      // the schedule starts the watch
	DoAttach    = "attach"    // somebody attaches an interface in the subnet to the first of Hosts
	DoAllow     = "allow"     // somebody deletes the policy by which the role of the first of Hosts is denied
)

// Step is one action.
type Step struct {
	At int    `json:"at"` // milliseconds from the beginning
	Do string `json:"do"`
	// Hosts are indexes into the network's list of hosts.
	Hosts []int `json:"hosts,omitempty"`
	// Kind is the kind of finding: miner, medium, probe, sample, malformed.
	Kind string `json:"kind,omitempty"`
	// Number distinguishes findings: steps with the same kind, hosts and number deliver the
	// same finding. Of every third the activity is over before the scenario begins.
	Number int `json:"number,omitempty"`
	Subnet int `json:"subnet,omitempty"` // index into the network's list
	// ACL is default (the VPC's), other, deny, or ours (the product's). The VPC is the
	// subnet's.
	ACL string `json:"acl,omitempty"`
}

// Saying is one person's answer to a question.
type Saying struct {
	After   int  `json:"after"` // seconds after the question
	Approve bool `json:"approve,omitempty"`
	Narrow  bool `json:"narrow,omitempty"` // of a question whether to release: the subnets alone
}

// Fault is a call that fails. An empty Service, Operation or Function matches any.
type Fault struct {
	Kind      string `json:"kind"` // a key of Kinds
	Service   string `json:"service,omitempty"`
	Operation string `json:"operation,omitempty"`
	Function  string `json:"function,omitempty"`
	At        int    `json:"at,omitempty"`     // start, in milliseconds from the beginning
	For       int    `json:"for,omitempty"`    // duration after its first effect, in milliseconds; 0 is until all faults are removed
	Skip      int    `json:"skip,omitempty"`   // matching calls that pass first
	Times     int    `json:"times,omitempty"`  // calls that fail; 0 is all
	Behind    int    `json:"behind,omitempty"` // for stale: the changes that a read does not show
	Late      int    `json:"late,omitempty"`   // for late-answered and late-lost: milliseconds until a write is carried out
}

// Delay slows some calls to a service, or some invocations of a function.
type Delay struct {
	Service  string `json:"service,omitempty"`
	Function string `json:"function,omitempty"`
	PerMille int    `json:"perMille"` // how many in 1000
	UpTo     int    `json:"upTo"`     // milliseconds; for a function, before it begins and again before it answers
	// Lost makes the state machine lose the connection to an invocation, which goes on.
	Lost bool `json:"lost,omitempty"`
}

// String is the scenario as one line of JSON.
func (s Scenario) String() string {
	line, err := json.Marshal(s)
	if err != nil { // a struct of plain values: cannot fail
		return err.Error()
	}
	return string(line)
}

// Troubled reports whether the scenario has something that may make an execution fail.
func (s Scenario) Troubled() bool {
	return len(s.Faults) > 0 || len(s.Delays) > 0 || len(s.Skew) > 0 ||
		slices.ContainsFunc(s.Steps, func(st Step) bool { return st.Do == DoTerminate })
}

func (p Policy) braked() bool { return p.PerHour+p.PerVPC+p.Percent > 0 }

func (s Scenario) policy() (*triage.Policy, error) {
	p := s.Policy
	limit := func(n int) string {
		if n == 0 {
			return "none"
		}
		return fmt.Sprint(n)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "version: 1\nlimits: {isolationsPerHour: {account: %s, vpc: %s}, vpcSubnetsPercent: %s}\n",
		limit(p.PerHour), limit(p.PerVPC), limit(p.Percent))
	text.WriteString(p.mode())
	if p.Asks {
		text.WriteString("thresholds: {isolate: 75, approve: 40, notify: 20}\n")
	}
	if p.SilenceCuts {
		text.WriteString("silence: isolate\n")
	}
	if s.Wide {
		text.WriteString("measures: {metadata: on}\n")
	}
	return triage.ParsePolicy([]byte(text.String()))
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }
