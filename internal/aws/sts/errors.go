package sts

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names gives STS's error codes the domain's names. Codes that are not here
// are told apart by the answer's status alone.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
var names = map[string]string{
	"AccessDenied":                quarantine.AccessDenied,
	"AccessDeniedException":       quarantine.AccessDenied,
	"UnrecognizedClientException": quarantine.AccessDenied,
	"InvalidClientTokenId":        quarantine.AccessDenied,
	"MissingAuthenticationToken":  quarantine.AccessDenied,
	"ExpiredToken":                quarantine.AccessDenied,
	"ExpiredTokenException":       quarantine.AccessDenied,

	"Throttling":           quarantine.Throttled,
	"ThrottlingException":  quarantine.Throttled,
	"RequestLimitExceeded": quarantine.Throttled,

	"InternalFailure":    quarantine.Unavailable,
	"ServiceUnavailable": quarantine.Unavailable,
}

// advice is what to do about a failure of that name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "STS denied %[1]s: a policy denies the role sts:%[1]s, or its credentials are not valid: %[2]w",
	quarantine.Throttled:    "STS throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "STS did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "STS refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure names the error of an operation.
func failure(operation string, err error) error {
	name := awserror.Name(err, names)
	return quarantine.Failf(name, advice[name], operation, err)
}
