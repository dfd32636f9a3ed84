package guardduty

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
// https://docs.aws.amazon.com/guardduty/latest/APIReference/CommonErrors.html
var advice = map[string]string{
	quarantine.AccessDenied: "GuardDuty denied %[1]s: you need the action guardduty:%[1]s on the detector: %[2]w",
	quarantine.Throttled:    "GuardDuty throttled %[1]s many times over, try again later: %[2]w",
	quarantine.Unavailable:  "GuardDuty did not answer %[1]s: %[2]w",
	quarantine.BadRequest:   "GuardDuty refused %[1]s, as where the account has no such detector in the region: %[2]w",
	quarantine.Unexpected:   "GuardDuty refused %[1]s in a way that is not foreseen: %[2]w",
}

// codes are those of GuardDuty alone. A detector of another account or Region is a bad request:
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html
var codes = map[string]string{
	"BadRequestException":          quarantine.BadRequest,
	"InternalServerErrorException": quarantine.Unavailable,
}

func failure(operation string, err error) error {
	return awserror.Failure(operation, err, codes, advice)
}
