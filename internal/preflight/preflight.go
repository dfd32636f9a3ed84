// Package preflight has what is tried and read before it counts: checks, each green, yellow, red or
// not known, with what was found and what to do about it. Functions, the definition and the command
// line share these types.
package preflight

import (
	"cmp"
	"slices"
)

// State is what a check came to.
type State string

// The states, from the best to the worst. Not known is worse than yellow and better than red: nobody
// has seen that it fails, and nobody that it works.
const (
	Green   State = "green"
	Yellow  State = "yellow"
	Unknown State = "not known"
	Red     State = "red"
)

// order is from the best to the worst.
var order = []State{Green, Yellow, Unknown, Red}

// Parts of a preflight, in the order in which people read them.
const (
	Detection = "detection" // GuardDuty, the rule and its queue
	Functions = "functions" // each starts, with its policy and its secrets
	Powers    = "powers"    // each function's calls, tried under its own role
	News      = "news"      // somebody is told
	Approval  = "approval"  // the key and the page
	Quotas    = "quotas"    // of the account against what it uses
	Network   = "network"   // subnets, instances and groups that a cut would meet
	Undoing   = "undoing"   // who else can undo a cut
)

// Parts are all of them in that order.
func Parts() []string {
	return []string{Detection, Functions, Powers, News, Approval, Quotas, Network, Undoing}
}

// Check is one precondition.
type Check struct {
	// ID is the kind of check, for programs: "rule.enabled", "power". With Subject it is unique.
	ID   string `json:"id"`
	Part string `json:"part"`
	// Subject is what was looked at: a rule's name, "isolate ec2:ReplaceNetworkAclAssociation", a VPC.
	Subject string `json:"subject"`
	State   State  `json:"state"`
	// Found says what was read or answered, in a sentence; never a secret.
	Found string `json:"found"`
	// Remedy says what to do; empty of what is green.
	Remedy string `json:"remedy,omitempty"`
}

// Report is the outcome of a preflight: that of each check, on these ids, at this moment, and no more.
type Report struct {
	At     string  `json:"at"` // RFC 3339, UTC
	State  State   `json:"state"`
	Checks []Check `json:"checks"`
}

// Worst is the state of all these checks together; of none it is not known.
func Worst(checks []Check) State {
	if len(checks) == 0 {
		return Unknown
	}
	worst := slices.MaxFunc(checks, func(a, b Check) int { return slices.Index(order, a.State) - slices.Index(order, b.State) })
	return worst.State
}

// Sort puts checks in the order in which people read them: by part, and inside a part as they were.
func Sort(checks []Check) {
	parts := Parts()
	slices.SortStableFunc(checks, func(a, b Check) int {
		return cmp.Compare(slices.Index(parts, a.Part), slices.Index(parts, b.Part))
	})
}

// Targets are real things of the account that powers are tried on, always with DryRun. What is empty
// was not found: what needs it is not known.
type Targets struct {
	Account       string `json:"account,omitempty"` // its id
	Region        string `json:"region,omitempty"`
	VPC           string `json:"vpc,omitempty"`
	Subnet        string `json:"subnet,omitempty"`
	Association   string `json:"association,omitempty"` // of the subnet and its network ACL
	NetworkACL    string `json:"networkAcl,omitempty"`  // the one that the subnet has: replaced by itself
	Instance      string `json:"instance,omitempty"`
	Interface     string `json:"interface,omitempty"`
	SecurityGroup string `json:"securityGroup,omitempty"` // one that the interface has
	Volume        string `json:"volume,omitempty"`
	Snapshot      string `json:"snapshot,omitempty"` // one that this product made, and tagged
	Role          string `json:"role,omitempty"`     // of the instance's profile, by name
	User          string `json:"user,omitempty"`     // by name
	Group         string `json:"group,omitempty"`    // Auto Scaling group, by name

	// Limited tells that somebody named the VPCs that were looked at: others can be red.
	Limited bool `json:"limited,omitempty"`
}

// Request is what each function is asked beside its own input: {"preflight": {...}}. It answers with
// an Answer, and changes nothing.
type Request struct {
	Targets Targets `json:"targets"`
}

// Answer is a function's own: that it started with its policy and secrets, and what its role may do.
type Answer struct {
	Function string  `json:"function"`
	Checks   []Check `json:"checks"`
}
