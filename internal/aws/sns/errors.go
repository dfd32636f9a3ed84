package sns

import (
	"cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names maps SNS's own error codes to the domain's names.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
// https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
var names = map[string]string{
	"AuthorizationError":    quarantine.AccessDenied,
	"InvalidSecurity":       quarantine.AccessDenied,
	"SignatureDoesNotMatch": quarantine.AccessDenied,
	"KMSAccessDenied":       quarantine.AccessDenied,
	"Throttled":             quarantine.Throttled,
	"KMSThrottling":         quarantine.Throttled,
}

// advice says what to do, by error code if the code needs its own advice, or else by failure name.
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

// classify converts an error of SNS to a named failure, by its code. An error without
// a code means that SNS did not answer.
func classify(err error) error {
	if err == nil {
		return nil
	}
	name, answered := awserror.SentName(err, names)
	if !answered {
		return quarantine.Failf(name, "SNS did not answer; %s: %w", advice[name], err)
	}
	return quarantine.Failf(name, "publishing to SNS failed; %s: %w", cmp.Or(advice[awserror.Code(err)], advice[name]), err)
}
