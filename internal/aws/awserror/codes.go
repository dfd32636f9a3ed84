package awserror

import (
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// common are the error codes that services share, in addition to those that the SDK
// classifies as throttling and timeouts.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
var common = map[string]string{
	"AccessDenied":                quarantine.AccessDenied,
	"AccessDeniedException":       quarantine.AccessDenied,
	"NotAuthorized":               quarantine.AccessDenied,
	"OptInRequired":               quarantine.AccessDenied,
	"UnrecognizedClientException": quarantine.AccessDenied,
	"InvalidClientTokenId":        quarantine.AccessDenied,
	"MissingAuthenticationToken":  quarantine.AccessDenied,
	"ExpiredToken":                quarantine.AccessDenied,
	"ExpiredTokenException":       quarantine.AccessDenied,

	"InternalError":               quarantine.Unavailable,
	"InternalFailure":             quarantine.Unavailable,
	"InternalServerError":         quarantine.Unavailable,
	"ServiceUnavailable":          quarantine.Unavailable,
	"ServiceUnavailableException": quarantine.Unavailable,
}

// NameOfCode returns the domain's name for an error code: from serviceCodes, which the
// adapter supplies, or else the name of the code for all services. known is false if
// there is none.
func NameOfCode(code string, serviceCodes map[string]string) (name string, known bool) {
	if name, known = serviceCodes[code]; known {
		return name, true
	}
	if name, known = common[code]; known {
		return name, true
	}
	if _, known = retry.DefaultThrottleErrorCodes[code]; known {
		return quarantine.Throttled, true
	}
	if _, known = retry.DefaultRetryableErrorCodes[code]; known {
		return quarantine.Unavailable, true
	}
	return "", false
}
