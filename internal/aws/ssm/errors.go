package ssm

import (
	"cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// advice is the error text, including what to do, by error code if the code needs its
// own advice, or else by failure name; %[1]s is the operation.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html#API_GetParameter_Errors
var advice = map[string]string{
	"ParameterNotFound":        "there is no such parameter: create it, or correct its name in the function's configuration: %[2]w",
	"ParameterVersionNotFound": "the parameter has no such version: correct its name in the function's configuration: %[2]w",
	"InvalidKeyId":             "the parameter's KMS key cannot be used: look at it in the KMS console: %[2]w",

	quarantine.AccessDenied: "SSM denied %[1]s: give the function's role the action ssm:%[1]s on the parameter, and kms:Decrypt on its key: %[2]w",
	quarantine.Throttled:    "SSM throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "SSM did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "SSM refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure converts the error of an operation to a named failure.
func failure(operation string, err error) error {
	name := awserror.Name(err, nil)
	return quarantine.Failf(name, cmp.Or(advice[awserror.Code(err)], advice[name]), operation, err)
}
