package ssm

import (
	"errors"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names gives SSM's error codes the domain's names. Codes that are not here
// are told apart by the answer's status alone.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html#API_GetParameter_Errors
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
var names = map[string]string{
	"AccessDenied":                quarantine.AccessDenied,
	"AccessDeniedException":       quarantine.AccessDenied,
	"UnrecognizedClientException": quarantine.AccessDenied,
	"InvalidClientTokenId":        quarantine.AccessDenied,
	"MissingAuthenticationToken":  quarantine.AccessDenied,
	"ExpiredToken":                quarantine.AccessDenied,
	"ExpiredTokenException":       quarantine.AccessDenied,
	"OptInRequired":               quarantine.AccessDenied,

	"Throttling":           quarantine.Throttled,
	"ThrottlingException":  quarantine.Throttled,
	"RequestLimitExceeded": quarantine.Throttled,

	"InternalServerError": quarantine.Unavailable,
	"InternalFailure":     quarantine.Unavailable,
	"ServiceUnavailable":  quarantine.Unavailable,
}

// advice is what to do, by code where it differs from the failure's; %[1]s is
// the operation.
var advice = map[string]string{
	"ParameterNotFound":        "there is no such parameter: create it, or correct its name in the function's configuration: %[2]w",
	"ParameterVersionNotFound": "the parameter has no such version: correct its name in the function's configuration: %[2]w",
	"InvalidKeyId":             "the parameter's KMS key cannot be used: look at it in the KMS console: %[2]w",

	quarantine.AccessDenied: "SSM denied %[1]s: give the function's role the action ssm:%[1]s on the parameter, and kms:Decrypt on its key: %[2]w",
	quarantine.Throttled:    "SSM throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "SSM did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "SSM refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure names the error of an operation.
func failure(operation string, err error) error {
	name := awserror.Name(err, names)
	text := advice[name]
	if api, ok := errors.AsType[smithy.APIError](err); ok && advice[api.ErrorCode()] != "" {
		text = advice[api.ErrorCode()]
	}
	return quarantine.Failf(name, text, operation, err)
}
