package servicequotas

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// codes are those of Service Quotas alone.
// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html#API_GetServiceQuota_Errors
var codes = map[string]string{
	"NoSuchResourceException":  quarantine.ThingGone,
	"TooManyRequestsException": quarantine.Throttled,
	"ServiceException":         quarantine.Unavailable,
}

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.ThingGone:    "Service Quotas knows no such quota (%[1]s): %[2]w",
	quarantine.AccessDenied: "Service Quotas denied %[1]s: allow servicequotas:%[1]s: %[2]w",
	quarantine.Throttled:    "Service Quotas throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "Service Quotas did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "Service Quotas refused %[1]s in a way that is not foreseen: %[2]w",
}

func failure(operation string, err error) error {
	return awserror.Failure(operation, err, codes, advice)
}
