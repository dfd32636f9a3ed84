package sts

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "STS denied %[1]s: a policy denies the role sts:%[1]s, or its credentials are not valid: %[2]w",
	quarantine.Throttled:    "STS throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "STS did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "STS refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure converts the error of an operation to a named failure.
func failure(operation string, err error) error {
	return awserror.Failure(operation, err, nil, advice)
}
