package awserror

import (
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// common are the codes that services share, besides those that the SDK knows as
// throttles and timeouts.
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

// NameOfCode is the domain's name for an error code: the service's own, which
// the adapter gives, or else what the code means whatever the service. It tells
// whether there is one.
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
