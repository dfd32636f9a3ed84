package sfn

import (
	"cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names gives Step Functions' own error codes the domain's names.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html#API_SendTaskSuccess_Errors
var names = map[string]string{
	"TaskDoesNotExist": quarantine.TaskGone,
	"TaskTimedOut":     quarantine.TaskGone,
	"InvalidToken":     quarantine.TaskGone,

	"KmsAccessDeniedException": quarantine.AccessDenied,

	"KmsThrottlingException": quarantine.Throttled,
}

// advice is what to do about a failure of that name; %s is the error's code.
var advice = map[string]string{
	quarantine.TaskGone: "the state machine does not wait for this answer any more (%s): it has been given it before, or has gone on, or ended; look at the execution",
	quarantine.AccessDenied: "Step Functions denied SendTaskSuccess (%s): give the role the action states:SendTaskSuccess on the state machine, " +
		"and kms:Decrypt and kms:GenerateDataKey if it is encrypted with a customer managed key",
	quarantine.Throttled:   "Step Functions throttled SendTaskSuccess, try again later (%s)",
	quarantine.Unavailable: "Step Functions did not carry out SendTaskSuccess, or its answer was lost: try again (%s)",
	quarantine.Unexpected:  "Step Functions refused SendTaskSuccess in a way that is not foreseen (%s)",
}

// failure names an error. The error itself goes no further, not even wrapped:
// Step Functions repeats values that it refuses, and the token is one of them.
func failure(err error) error {
	if err == nil {
		return nil
	}
	name := awserror.Name(err, names)
	return quarantine.Failf(name, advice[name], cmp.Or(awserror.Code(err), "no answer"))
}
