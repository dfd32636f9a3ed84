package sns

import (
	"errors"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names are the failures that SNS's error codes stand for:
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
// https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
var names = map[string]string{
	"AuthorizationError":          quarantine.AccessDenied,
	"AccessDenied":                quarantine.AccessDenied,
	"AccessDeniedException":       quarantine.AccessDenied,
	"NotAuthorized":               quarantine.AccessDenied,
	"OptInRequired":               quarantine.AccessDenied,
	"InvalidSecurity":             quarantine.AccessDenied,
	"InvalidClientTokenId":        quarantine.AccessDenied,
	"UnrecognizedClientException": quarantine.AccessDenied,
	"ExpiredToken":                quarantine.AccessDenied,
	"ExpiredTokenException":       quarantine.AccessDenied,
	"SignatureDoesNotMatch":       quarantine.AccessDenied,
	"KMSAccessDenied":             quarantine.AccessDenied,
	"Throttled":                   quarantine.Throttled,
	"Throttling":                  quarantine.Throttled,
	"ThrottlingException":         quarantine.Throttled,
	"ThrottledException":          quarantine.Throttled,
	"RequestLimitExceeded":        quarantine.Throttled,
	"TooManyRequestsException":    quarantine.Throttled,
	"KMSThrottling":               quarantine.Throttled,
	"InternalError":               quarantine.Unavailable,
	"InternalFailure":             quarantine.Unavailable,
	"ServiceUnavailable":          quarantine.Unavailable,
	"RequestTimeout":              quarantine.Unavailable,
}

// advice says what to do, by code where it differs from the failure's.
var advice = map[string]string{
	"KMSAccessDenied":  "allow kms:GenerateDataKey and kms:Decrypt on the topic's key, in the role and in the key's policy",
	"KMSDisabled":      "enable the KMS key of the topic",
	"KMSInvalidState":  "the KMS key of the topic cannot be used in its state: look at it in the KMS console",
	"KMSNotFound":      "the KMS key of the topic does not exist: give the topic another",
	"KMSOptInRequired": "the account is not subscribed to KMS, which the topic's encryption needs",
	"NotFound":         "the topic does not exist: correct the topic's ARN",

	quarantine.AccessDenied: "allow sns:Publish on the topic, in the role and in the topic's policy",
	quarantine.Throttled:    "try again later",
	quarantine.Unavailable:  "try again; the message may have gone out",
	quarantine.BadRequest:   "SNS does not take the message: look at the topic, which must be a standard one of this region",
}

// classify gives an error of SNS's the name that the state machine knows, by
// its code. No code means that no answer came.
func classify(err error) error {
	if err == nil {
		return nil
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return quarantine.Failf(quarantine.Unavailable, "SNS did not answer; %s: %w", advice[quarantine.Unavailable], err)
	}
	name, known := names[api.ErrorCode()]
	switch {
	case known:
	case api.ErrorFault() == smithy.FaultServer:
		name = quarantine.Unavailable
	default:
		name = quarantine.BadRequest
	}
	what, ok := advice[api.ErrorCode()]
	if !ok {
		what = advice[name]
	}
	return quarantine.Failf(name, "publishing to SNS failed; %s: %w", what, err)
}
