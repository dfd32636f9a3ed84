package asl

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
)

// How a Task state waits for its work, by the suffix of its Resource.
// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html.
const (
	suffixSync  = ".sync"
	suffixSync2 = ".sync:2"
	suffixToken = ".waitForTaskToken"
)

// resource is a Task state's Resource, taken apart as the execution history shows it.
type resource struct {
	text string // as the definition has it
	typ  string // resourceType: lambda, dynamodb, aws-sdk:ec2
	name string // resource: invoke, putItem, startExecution.sync:2
	// lambda is set for the ARN of a function itself, which has history events of its own.
	lambda      bool
	region      string // of an ARN that has one
	sync, token bool
}

// parseResource takes arn:partition:states:::type:action apart. Anything else is left whole: it is for the
// TaskFunc to know.
func parseResource(s string) *resource {
	r := &resource{
		text: s, name: s,
		token: strings.HasSuffix(s, suffixToken),
		sync:  strings.HasSuffix(s, suffixSync) || strings.HasSuffix(s, suffixSync2),
	}
	id, _ := arn.Parse(s)
	r.region = id.Region
	switch named := id.Resource; id.Service {
	case "lambda":
		r.lambda = strings.HasPrefix(named, "function:") && !r.token && !r.sync
	case "states":
		action := strings.TrimSuffix(named, ":2") // its colon separates no action
		if i := strings.LastIndex(action, ":"); i >= 0 {
			r.typ, r.name = named[:i], named[i+1:]
		}
	}
	return r
}
