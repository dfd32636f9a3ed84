package cloudwatch

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// codes are those of CloudWatch alone.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
var codes = map[string]string{
	"InternalServiceFault": quarantine.Unavailable,
	"InternalServiceError": quarantine.Unavailable,
}

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "CloudWatch denied %[1]s: allow cloudwatch:%[1]s: %[2]w",
	quarantine.Throttled:    "CloudWatch throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "CloudWatch did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "CloudWatch refused %[1]s in a way that is not foreseen: %[2]w",
}

func failure(operation string, err error) error {
	return awserror.Failure(operation, err, codes, advice)
}
