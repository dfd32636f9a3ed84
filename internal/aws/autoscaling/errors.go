package autoscaling

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names maps Auto Scaling's own error codes to the domain's names. ValidationError says in words
// alone what is wrong: the instance is not in the state or the group, or the group's sizes are in
// the way. What the instance's state is, a read tells.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html
var names = map[string]string{
	"ResourceContention":        quarantine.Contended,
	"ScalingActivityInProgress": quarantine.Contended,

	"ValidationError": quarantine.NotSupported,
}

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "Auto Scaling denied %[1]s: give the function's role the action autoscaling:%[1]s: %[2]w",
	quarantine.Throttled:    "Auto Scaling throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "Auto Scaling did not carry out %[1]s, or its answer was lost: %[2]w",
	quarantine.Contended:    "another change of the group is under way, and %[1]s has to wait for it: %[2]w",
	quarantine.NotSupported: "Auto Scaling does not take %[1]s for the instance and the group as they are: the instance's state, " +
		"or the group's minimum or maximum: %[2]w",
	quarantine.Unexpected: "Auto Scaling refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure converts the error of an operation to a named failure; nil stays nil.
func failure(operation string, err error) error {
	return awserror.Failure(operation, err, names, advice)
}
