package ec2

import (
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names maps EC2's own error codes to the domain's names.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
var names = map[string]string{
	"UnauthorizedOperation": quarantine.AccessDenied,
	"AuthFailure":           quarantine.AccessDenied,
	"Blocked":               quarantine.AccessDenied,

	"DryRunOperation": quarantine.DryRunOperation,

	"SnapshotCreationPerVolumeRateExceeded": quarantine.Throttled,
	// This is no quota that can be raised: the volume's pending snapshots must end first.
	"ConcurrentSnapshotLimitExceeded": quarantine.Throttled,

	"Unavailable": quarantine.Unavailable,

	"NetworkAclLimitExceeded": quarantine.QuotaReached,
	"SnapshotLimitExceeded":   quarantine.QuotaReached,
	"ResourceLimitExceeded":   quarantine.QuotaReached,
	"TagLimitExceeded":        quarantine.QuotaReached,

	"SecurityGroupLimitExceeded":              quarantine.QuotaReached,
	"SecurityGroupsPerInterfaceLimitExceeded": quarantine.QuotaReached,

	"InvalidAssociationID.NotFound": quarantine.Contended,
	"InvalidNetworkAclID.NotFound":  quarantine.Contended,
	"IdempotentParameterMismatch":   quarantine.Contended,
	"ConcurrentTagAccess":           quarantine.Contended,
	"DependencyViolation":           quarantine.Contended,

	"InvalidSnapshot.NotFound": quarantine.Contended,

	"InvalidGroup.NotFound":              quarantine.Contended,
	"InvalidGroup.Duplicate":             quarantine.Contended, // somebody else made it meanwhile
	"InvalidPermission.NotFound":         quarantine.Contended,
	"InvalidNetworkInterfaceID.NotFound": quarantine.Contended,
	// Of the attributes that are modified here: no volume is attached as that device.
	"InvalidInstanceAttributeValue": quarantine.Contended,
	"IncorrectInstanceState":        quarantine.Contended,

	"UnsupportedOperation":         quarantine.NotSupported,
	"UnsupportedInstanceAttribute": quarantine.NotSupported,

	"InvalidInstanceID.NotFound":  quarantine.InstanceGone,
	"InvalidInstanceID.Malformed": quarantine.InstanceGone,
}

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied:  "EC2 denied %[1]s: give the function's role the action ec2:%[1]s: %[2]w",
	quarantine.SharedNetwork: "EC2 refused %[1]s: another account owns the network and shares it, and its owner must act: %[2]w",
	quarantine.Throttled:     "EC2 throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:   "EC2 did not carry out %[1]s, or its answer was lost: %[2]w",
	quarantine.QuotaReached:  "a quota of the account stops %[1]s: have it raised, or delete what is not needed: %[2]w",
	quarantine.Contended:     "somebody else changed what %[1]s was about, look again: %[2]w",
	quarantine.InstanceGone:  "EC2 does not know the instance (any more): %[2]w",
	quarantine.NotSupported:  "EC2 does not support %[1]s for the resource as it is: %[2]w",
	quarantine.Unexpected:    "EC2 refused %[1]s in a way that is not foreseen: %[2]w",
}

// taggedAdvice is the advice for an operation that tags the resource it creates: EC2
// denies the whole operation to a role that may not tag.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
const taggedAdvice = "EC2 denied %[1]s: give the function's role the action ec2:%[1]s, and ec2:CreateTags for its tags: %[2]w"

// failure converts the error of an operation to a named failure; nil stays nil.
func failure(operation string, err error) error {
	if err == nil {
		return nil
	}
	name := nameOf(err)
	return quarantine.Failf(name, advice[name], operation, err)
}

// nameOf is the domain's name for EC2's error: by its code, except where a denial is one that no
// permission of a role would change. EC2 has no code for that, only words:
// https://github.com/ekristen/aws-nuke/issues/497
func nameOf(err error) string {
	name := awserror.Name(err, names)
	if api, ok := errors.AsType[smithy.APIError](err); ok && name == quarantine.AccessDenied &&
		strings.Contains(api.ErrorMessage(), "A subnet in this vpc is shared") {
		return quarantine.SharedNetwork
	}
	return name
}

// taggedFailure is failure for an operation that tags the resource it creates.
func taggedFailure(operation string, err error) error {
	if nameOf(err) == quarantine.AccessDenied {
		return quarantine.Failf(quarantine.AccessDenied, taggedAdvice, operation, err)
	}
	return failure(operation, err)
}
