package preflight

import "strings"

// Function is one that is asked in a preflight.
type Function struct {
	Name string // as logs and answers have it: "measures-network"
	// Instead is the function whose ARN stands in the place of this one's where the deployment does
	// without it; "" of one that every deployment has.
	Instead string
}

// All are the functions, in the order in which an incident meets them.
func All() []Function {
	return []Function{
		{Name: "triage"}, {Name: "isolate"}, {Name: "forensics"}, {Name: "notify"}, {Name: "release"}, {Name: "approval"}, {Name: "watch"},
		{Name: "measures-network"}, {Name: "measures-instance"}, {Name: "measures-scaling"},
		{Name: "measures-identity", Instead: "measures-instance"}, {Name: "approval-page", Instead: "approval"},
	}
}

// State is the name in those of states and resources: MeasuresNetwork of measures-network.
func (f Function) State() string { return camel(f.Name) }

// ARN is the placeholder of the function's ARN in definitions.
func (f Function) ARN() string { return camel(f.Name) + "FunctionArn" }

// InsteadARN is that of the function that stands in its place.
func (f Function) InsteadARN() string { return camel(f.Instead) + "FunctionArn" }

func camel(name string) (out string) {
	for _, word := range strings.Split(name, "-") {
		if word != "" {
			out += strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return out
}
