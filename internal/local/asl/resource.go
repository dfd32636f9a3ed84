package asl

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
)

// Suffixes of a Resource that select how a Task state waits for its work.
// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html.
const (
	suffixSync  = ".sync"
	suffixSync2 = ".sync:2"
	suffixToken = ".waitForTaskToken"
)

// resource is a Task state's Resource, split as the execution history shows it.
type resource struct {
	text string // the whole Resource
	typ  string // resourceType: lambda, dynamodb, aws-sdk:ec2
	name string // resource: invoke, putItem, startExecution.sync:2
	// lambda is set for a function's own ARN, which has other history events.
	lambda      bool
	region      string // the ARN's Region, if it has one
	sync, token bool
}

// parseResource splits arn:partition:states:::type:action. It does not split anything else: the TaskFunc
// interprets that.
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
		action := strings.TrimSuffix(named, ":2") // the colon of .sync:2 is no separator
		if i := strings.LastIndex(action, ":"); i >= 0 {
			r.typ, r.name = named[:i], named[i+1:]
		}
	}
	return r
}
