package eventbridge

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names maps EventBridge's own error codes, of a request or of one event in it, to the
// domain's names.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
var names = map[string]string{
	"NotAuthorizedForSourceException":     quarantine.AccessDenied,
	"NotAuthorizedForDetailTypeException": quarantine.AccessDenied,
	"InternalException":                   quarantine.Unavailable,
}

// passes are the codes of an event that EventBridge did not take for now.
var passes = map[string]bool{"ThrottlingException": true, "InternalFailure": true, "InternalException": true}

// advice says what to do, by failure name.
var advice = map[string]string{
	quarantine.AccessDenied: "allow events:PutEvents on the bus, in the role and in the bus's policy",
	quarantine.Throttled:    "try again later",
	quarantine.Unavailable:  "try again; the event may be on the bus",
	quarantine.BadRequest:   "EventBridge does not take the event: look at the name of the bus",
}

// refusal is why EventBridge did not take the event, though it took the request.
func refusal(out *eventbridge.PutEventsOutput) *smithy.GenericAPIError {
	if out.FailedEntryCount == 0 {
		return nil
	}
	for _, e := range out.Entries {
		if e.ErrorCode != nil {
			return &smithy.GenericAPIError{Code: *e.ErrorCode, Message: aws.ToString(e.ErrorMessage), Fault: smithy.FaultClient}
		}
	}
	return &smithy.GenericAPIError{Code: "InternalFailure", Message: "an entry failed, and the answer does not say why", Fault: smithy.FaultServer}
}

// classifyRefusal is classify, for an error of that type.
func classifyRefusal(refused *smithy.GenericAPIError) error {
	if refused == nil {
		return nil
	}
	return classify(refused)
}

// classify converts an error of EventBridge to a named failure, by its code. An error without
// a code means that EventBridge did not answer.
func classify(err error) error {
	name, answered := awserror.SentName(err, names)
	if !answered {
		return quarantine.Failf(name, "EventBridge did not answer; %s: %w", advice[name], err)
	}
	return quarantine.Failf(name, "putting the event on the bus failed; %s: %w", cmp.Or(advice[name], advice[quarantine.BadRequest]), err)
}
