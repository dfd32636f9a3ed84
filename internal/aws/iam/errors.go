package iam

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const noSuchEntity = "NoSuchEntity"

// names maps IAM's own error codes to the domain's names.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
var names = map[string]string{
	noSuchEntity:                    quarantine.ThingGone,
	"LimitExceeded":                 quarantine.QuotaReached,
	"UnmodifiableEntity":            quarantine.NotSupported,
	"ConcurrentModification":        quarantine.Contended,
	"EntityTemporarilyUnmodifiable": quarantine.Contended,
	"ServiceFailure":                quarantine.Unavailable,
}

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "IAM denied %[1]s: give the function's role the action iam:%[1]s, unless the role is one that the deployment keeps it from: %[2]w",
	quarantine.Throttled:    "IAM throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "IAM did not carry out %[1]s, or its answer was lost: %[2]w",
	quarantine.QuotaReached: "the inline policies of a role have 10,240 characters together, and %[1]s found no room: remove what is not needed from the role: %[2]w",
	quarantine.Contended:    "somebody else changed what %[1]s was about, look again: %[2]w",
	quarantine.ThingGone:    "IAM does not know the role or instance profile (any more): %[2]w",
	quarantine.NotSupported: "AWS alone changes this role, and refuses %[1]s: %[2]w",
	quarantine.Unexpected:   "IAM refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure converts the error of an operation to a named failure; nil stays nil.
func failure(operation string, err error) error {
	return awserror.Failure(operation, err, names, advice)
}
