// Package aws_test checks the names that each adapter gives to its service's error
// codes.
package aws_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// service is one call of an adapter whose service answers with an error, and the
// expected names of error codes: comma-separated codes by name.
type service struct {
	call  func(ctx context.Context, answer error) error
	codes map[string]string
}

var services = map[string]service{
	"autoscaling": {call: enterStandby, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AccessDeniedException, UnrecognizedClientException, InvalidClientTokenId, MissingAuthenticationToken, " +
			"ExpiredToken, ExpiredTokenException, OptInRequired",
		quarantine.Throttled:    "Throttling, ThrottlingException, RequestLimitExceeded",
		quarantine.Unavailable:  "InternalFailure, ServiceUnavailable",
		quarantine.Contended:    "ResourceContention, ScalingActivityInProgress",
		quarantine.NotSupported: "ValidationError",
		quarantine.Unexpected:   "SomethingNew",
	}},
	"cloudformation": {call: describeStack, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AccessDeniedException, NotAuthorized, UnrecognizedClientException, InvalidClientTokenId, " +
			"MissingAuthenticationToken, ExpiredToken, ExpiredTokenException, OptInRequired",
		quarantine.Throttled:   "Throttling, ThrottlingException, RequestLimitExceeded",
		quarantine.Unavailable: "InternalFailure, ServiceUnavailable",
		quarantine.Unexpected:  "SomethingNew",
	}},
	"dynamodb": {call: getItem, codes: map[string]string{
		quarantine.AccessDenied: "AccessDeniedException, UnrecognizedClientException, InvalidClientTokenId, MissingAuthenticationToken, ExpiredTokenException",
		quarantine.Throttled:    "ProvisionedThroughputExceededException, ThrottlingException, RequestLimitExceeded",
		quarantine.Unavailable:  "InternalServerError, ServiceUnavailable, ServiceUnavailableException",
		quarantine.Contended:    "TransactionConflictException, ReplicatedWriteConflictException",
		quarantine.Unexpected:   "ResourceNotFoundException, ValidationException",
	}},
	"ec2": {call: describeNetworkACLs, codes: map[string]string{
		quarantine.AccessDenied: "UnauthorizedOperation, AuthFailure, AccessDenied, AccessDeniedException, UnrecognizedClientException, " +
			"InvalidClientTokenId, MissingAuthenticationToken, ExpiredToken, OptInRequired, Blocked",
		quarantine.Throttled: "RequestLimitExceeded, Throttling, ThrottlingException, RequestThrottled, RequestThrottledException, " +
			"EC2ThrottledException, SnapshotCreationPerVolumeRateExceeded, ConcurrentSnapshotLimitExceeded",
		quarantine.Unavailable:  "InternalError, InternalFailure, Unavailable, ServiceUnavailable, RequestTimeout",
		quarantine.QuotaReached: "NetworkAclLimitExceeded, SnapshotLimitExceeded, ResourceLimitExceeded, TagLimitExceeded",
		quarantine.Contended: "InvalidAssociationID.NotFound, InvalidNetworkAclID.NotFound, IdempotentParameterMismatch, ConcurrentTagAccess, " +
			"DependencyViolation",
		quarantine.InstanceGone: "InvalidInstanceID.NotFound, InvalidInstanceID.Malformed",
		quarantine.Unexpected:   "InvalidParameterValue",
	}},
	"elb": {call: registerInstance, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AccessDeniedException, UnrecognizedClientException, InvalidClientTokenId, MissingAuthenticationToken, " +
			"ExpiredToken, ExpiredTokenException, OptInRequired",
		quarantine.Throttled:    "Throttling, ThrottlingException, RequestLimitExceeded, DependencyThrottle",
		quarantine.Unavailable:  "InternalFailure, ServiceUnavailable",
		quarantine.ThingGone:    "LoadBalancerNotFound",
		quarantine.NotSupported: "InvalidInstance",
		quarantine.Unexpected:   "SomethingNew",
	}},
	"elbv2": {call: registerTarget, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AccessDeniedException, UnrecognizedClientException, InvalidClientTokenId, MissingAuthenticationToken, " +
			"ExpiredToken, ExpiredTokenException, OptInRequired",
		quarantine.Throttled:    "Throttling, ThrottlingException, RequestLimitExceeded",
		quarantine.Unavailable:  "InternalFailure, ServiceUnavailable, HealthUnavailable",
		quarantine.ThingGone:    "TargetGroupNotFound",
		quarantine.NotSupported: "InvalidTarget",
		quarantine.QuotaReached: "TooManyTargets, TooManyRegistrationsForTargetId",
		quarantine.Unexpected:   "SomethingNew",
	}},
	"guardduty": {call: listDetectors, codes: map[string]string{
		quarantine.AccessDenied: "AccessDeniedException, UnrecognizedClientException, InvalidClientTokenId, MissingAuthenticationToken, ExpiredTokenException",
		quarantine.Throttled:    "ThrottlingException, TooManyRequestsException, RequestLimitExceeded",
		quarantine.Unavailable:  "InternalServerErrorException, InternalFailure, ServiceUnavailable",
		quarantine.BadRequest:   "BadRequestException",
		quarantine.Unexpected:   "SomethingNew",
	}},
	"iam": {call: getRole, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AccessDeniedException, UnrecognizedClientException, InvalidClientTokenId, MissingAuthenticationToken, " +
			"ExpiredToken, OptInRequired, NotAuthorized",
		quarantine.Throttled:    "Throttling, ThrottlingException, RequestLimitExceeded",
		quarantine.Unavailable:  "ServiceFailure, InternalFailure, ServiceUnavailable",
		quarantine.QuotaReached: "LimitExceeded",
		quarantine.NotSupported: "UnmodifiableEntity",
		quarantine.Contended:    "ConcurrentModification, EntityTemporarilyUnmodifiable",
		quarantine.ThingGone:    "NoSuchEntity",
		quarantine.Unexpected:   "MalformedPolicyDocument, InvalidInput, ValidationError",
	}},
	"s3": {call: listBuckets, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AllAccessDisabled, AccountProblem, ExpiredToken, InvalidAccessKeyId, InvalidToken, SignatureDoesNotMatch",
		quarantine.Throttled:    "SlowDown, 503 SlowDown, RequestLimitExceeded",
		quarantine.Unavailable:  "InternalError, ServiceUnavailable, RequestTimeout",
		quarantine.Contended:    "OperationAborted, BucketNotEmpty",
		quarantine.Unexpected:   "NoSuchBucket",
	}},
	"sfn": {call: sendTaskSuccess, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AccessDeniedException, KmsAccessDeniedException, UnrecognizedClientException, InvalidClientTokenId, " +
			"MissingAuthenticationToken, ExpiredToken, ExpiredTokenException",
		quarantine.Throttled:   "Throttling, ThrottlingException, RequestLimitExceeded, KmsThrottlingException",
		quarantine.Unavailable: "InternalFailure, ServiceUnavailable",
		quarantine.TaskGone:    "TaskDoesNotExist, TaskTimedOut, InvalidToken",
		quarantine.Unexpected:  "InvalidOutput, ValidationException",
	}},
	"events": {call: putEvents, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AccessDeniedException, NotAuthorizedForSourceException, NotAuthorizedForDetailTypeException, " +
			"UnrecognizedClientException, InvalidClientTokenId, ExpiredToken, ExpiredTokenException, OptInRequired",
		quarantine.Throttled:   "Throttling, ThrottlingException, RequestLimitExceeded",
		quarantine.Unavailable: "InternalException, InternalFailure, ServiceUnavailable",
		quarantine.BadRequest:  "ValidationException, MalformedDetail, InvalidArgument",
	}},
	"sns": {call: publish, codes: map[string]string{
		quarantine.AccessDenied: "AuthorizationError, AccessDenied, AccessDeniedException, NotAuthorized, OptInRequired, InvalidSecurity, " +
			"InvalidClientTokenId, UnrecognizedClientException, ExpiredToken, ExpiredTokenException, SignatureDoesNotMatch, KMSAccessDenied",
		quarantine.Throttled: "Throttled, Throttling, ThrottlingException, ThrottledException, RequestLimitExceeded, TooManyRequestsException, " +
			"KMSThrottling",
		quarantine.Unavailable: "InternalError, InternalFailure, ServiceUnavailable, RequestTimeout",
		quarantine.BadRequest:  "InvalidParameter, NotFound, KMSDisabled",
	}},
	"ssm": {call: getParameter, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AccessDeniedException, UnrecognizedClientException, InvalidClientTokenId, MissingAuthenticationToken, " +
			"ExpiredToken, ExpiredTokenException, OptInRequired",
		quarantine.Throttled:   "Throttling, ThrottlingException, RequestLimitExceeded",
		quarantine.Unavailable: "InternalServerError, InternalFailure, ServiceUnavailable",
		quarantine.Unexpected:  "ParameterNotFound, InvalidKeyId",
	}},
	"sts": {call: getCallerIdentity, codes: map[string]string{
		quarantine.AccessDenied: "AccessDenied, AccessDeniedException, UnrecognizedClientException, InvalidClientTokenId, MissingAuthenticationToken, " +
			"ExpiredToken, ExpiredTokenException",
		quarantine.Throttled:   "Throttling, ThrottlingException, RequestLimitExceeded",
		quarantine.Unavailable: "InternalFailure, ServiceUnavailable",
		quarantine.Unexpected:  "ValidationError",
	}},
}

// The errors have a code and no HTTP status, so that only the code determines the name.
func TestEveryAdapterNamesItsServicesErrorCodes(t *testing.T) {
	t.Parallel()
	for name, s := range services {
		for want, codes := range s.codes {
			for code := range strings.SplitSeq(codes, ", ") {
				answer := &smithy.GenericAPIError{Code: code, Message: "RequestLimitExceeded AccessDenied", Fault: smithy.FaultClient}
				if got := quarantine.NameOf(s.call(t.Context(), answer)); got != want {
					t.Errorf("%s: %s is %q, want %s", name, code, got, want)
				}
			}
		}
	}
}
