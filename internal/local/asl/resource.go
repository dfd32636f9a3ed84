package asl

import "strings"

// How a Task state waits for its work, by the suffix of its Resource.
// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html.
const (
	suffixSync  = ".sync"
	suffixSync2 = ".sync:2"
	suffixToken = ".waitForTaskToken"
)

// resource is a Task state's Resource, taken apart as the execution history shows it.
type resource struct {
	arn  string
	typ  string // resourceType: lambda, dynamodb, aws-sdk:ec2
	name string // resource: invoke, putItem, startExecution.sync:2
	// lambda is set for the ARN of a function itself, which has history events of its own.
	lambda      bool
	sync, token bool
}

// parseResource takes arn:partition:states:::type:action apart. Anything else is left whole: it is for the
// TaskFunc to know.
func parseResource(arn string) *resource {
	r := &resource{
		arn: arn, name: arn,
		token: strings.HasSuffix(arn, suffixToken),
		sync:  strings.HasSuffix(arn, suffixSync) || strings.HasSuffix(arn, suffixSync2),
	}
	service, _, named := splitARN(arn)
	switch service {
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

// splitARN takes arn:partition:service:region:account:resource apart; all parts are empty where arn is none.
func splitARN(arn string) (service, region, resource string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return "", "", ""
	}
	return parts[2], parts[3], parts[5]
}
