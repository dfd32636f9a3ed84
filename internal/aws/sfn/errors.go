package sfn

import (
	"cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names maps Step Functions' own error codes to the domain's names.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html#API_SendTaskSuccess_Errors
var names = map[string]string{
	"TaskDoesNotExist": quarantine.TaskGone,
	"TaskTimedOut":     quarantine.TaskGone,
	"InvalidToken":     quarantine.TaskGone,

	"KmsAccessDeniedException": quarantine.AccessDenied,

	"KmsThrottlingException": quarantine.Throttled,
}

// advice is the error text, including what to do, by failure name; %s is the error's code.
var advice = map[string]string{
	quarantine.TaskGone: "the state machine does not wait for this answer any more (%s): it has been given it before, or has gone on, or ended; look at the execution",
	quarantine.AccessDenied: "Step Functions denied SendTaskSuccess (%s): give the role the action states:SendTaskSuccess on the state machine, " +
		"and kms:Decrypt and kms:GenerateDataKey if it is encrypted with a customer managed key",
	quarantine.Throttled:   "Step Functions throttled SendTaskSuccess, try again later (%s)",
	quarantine.Unavailable: "Step Functions did not carry out SendTaskSuccess, or its answer was lost: try again (%s)",
	quarantine.Unexpected:  "Step Functions refused SendTaskSuccess in a way that is not foreseen (%s)",
}

// failure converts an error. It does not wrap the SDK's error: Step Functions repeats
// refused values in its messages, and the token is one of them.
func failure(err error) error {
	if err == nil {
		return nil
	}
	name := awserror.Name(err, names)
	return quarantine.Failf(name, advice[name], cmp.Or(awserror.Code(err), "no answer"))
}
