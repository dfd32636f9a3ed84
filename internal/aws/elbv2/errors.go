package elbv2

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names maps the service's own error codes to the domain's names. InvalidTarget says that a target
// does not exist, does not run, is not in the VPC, or is of a type that the group does not take.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html
var names = map[string]string{
	"TargetGroupNotFound": quarantine.ThingGone,
	"InvalidTarget":       quarantine.NotSupported,
	"HealthUnavailable":   quarantine.Unavailable,

	"TooManyTargets":                  quarantine.QuotaReached,
	"TooManyRegistrationsForTargetId": quarantine.QuotaReached,
}

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "Elastic Load Balancing denied %[1]s: give the function's role the action elasticloadbalancing:%[1]s: %[2]w",
	quarantine.Throttled:    "Elastic Load Balancing throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "Elastic Load Balancing did not carry out %[1]s, or its answer was lost: %[2]w",
	quarantine.ThingGone:    "there is no such target group any more (%[1]s): %[2]w",
	quarantine.NotSupported: "Elastic Load Balancing does not take %[1]s for the target as it is: it has to run, and to be in the group's VPC: %[2]w",
	quarantine.QuotaReached: "Elastic Load Balancing has no room for what %[1]s would register: %[2]w",
	quarantine.Unexpected:   "Elastic Load Balancing refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure converts the error of an operation to a named failure; nil stays nil.
func failure(operation string, err error) error {
	return awserror.Failure(operation, err, names, advice)
}
