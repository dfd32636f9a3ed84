package preflight

import (
	"context"
	"regexp"
	"strings"
)

// Trial is a call of a function's own that is made under a dry run: a change asks with DryRun, and a
// read reads.
type Trial struct {
	// Action is the IAM action that it needs: "ec2:CreateNetworkAcl".
	Action string
	// With are those that the same call needs besides: the service does not say which of them is missing.
	With []string
	// On are what it is made on. One without an id is not there to be tried on.
	On []Thing
	// Call makes it.
	Call func(context.Context) error
	// Also are names of failures which show as well that the call is allowed: that a thing which is
	// read is not there.
	Also []string
}

// Thing is a thing of the account, and what it is called: {"a VPC", "vpc-1"}.
type Thing struct{ What, ID string }

// Missing is what the trial needs and the account does not have, or "".
func (t Trial) Missing() string {
	for _, thing := range t.On {
		if thing.ID == "" {
			return thing.What
		}
	}
	return ""
}

// Kinds of checks that functions make of themselves.
const (
	Starts = "function.starts" // a function started with its policy and its secrets
	Power  = "power"           // a role is allowed one action
)

// PowerOf is the subject of the check whether a function is allowed an action.
func PowerOf(function, action string) string { return function + " " + action }

// Decision is what IAM says of an action by a simulation.
type Decision struct {
	Said string // allowed, explicitDeny or implicitDeny
	// Missing are the condition keys of policies that the simulation had no value of, sorted.
	Missing []string
}

// Grant is the remedy for a power that a function lacks; on is "" or begins with " on ".
func Grant(function, on string, actions ...string) string {
	return "Give the role of the function " + function + " " + strings.Join(actions, " and ") + on +
		": update the stack, or look at what boundaries of roles and policies of the organization deny."
}

// Allow is that remedy where the caller's credentials make every call, and no function has a role.
func Allow(on string, actions ...string) string {
	return "Allow your credentials " + strings.Join(actions, " and ") + on +
		": look at their policies, and at what boundaries of permissions and policies of the organization deny."
}

// MendPolicy is the remedy for a policy that does not parse.
const MendPolicy = "Mend the policy and put it there, which tells every fault first, with its line: `quarantine policy push FILE`"

// Reads tells whether an IAM action only reads.
func Reads(action string) bool {
	_, operation, _ := strings.Cut(action, ":")
	for _, verb := range []string{"Describe", "Get", "List", "Query"} {
		if strings.HasPrefix(operation, verb) {
			return true
		}
	}
	return false
}

// What is read of something that must be named, and is not there.
const (
	NoIncident = "inc-20000101-0000000000"
	NoPolicy   = "quarantine-preflight"
)

// longest is how much of an error a check shows.
const longest = 400

// requestID is in every error of AWS's: it tells people nothing, and apart what is the same.
var requestID = regexp.MustCompile(`, RequestID: [^,\s]*`)

// Said is what a check shows of an error: of a denial without EC2's encoded message, which is no help to people.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func Said(err error) string {
	text, _, _ := strings.Cut(err.Error(), "Encoded authorization failure message")
	runes := []rune(strings.TrimSpace(requestID.ReplaceAllString(text, "")))
	if len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return string(runes)
}
