package s3

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// names maps S3's own error codes to the domain's names.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
var names = map[string]string{
	"AllAccessDisabled":     quarantine.AccessDenied,
	"AccountProblem":        quarantine.AccessDenied,
	"InvalidAccessKeyId":    quarantine.AccessDenied,
	"InvalidToken":          quarantine.AccessDenied,
	"SignatureDoesNotMatch": quarantine.AccessDenied,

	"503 SlowDown":     quarantine.Throttled,
	"OperationAborted": quarantine.Contended, // another operation on the same bucket is in progress
	"BucketNotEmpty":   quarantine.Contended,
}

// advice is the error text, including what to do, by failure name; %[1]s is the
// operation, %[2]s the IAM actions that it needs.
var advice = map[string]string{
	quarantine.AccessDenied: "S3 denied %[1]s: you need %[2]s: %[3]w",
	quarantine.Throttled:    "S3 throttled %[1]s, try again later: %[3]w",
	quarantine.Contended:    "somebody else uses the bucket at the same time, try again: %[3]w",
	quarantine.Unavailable:  "S3 did not carry out %[1]s, or its answer was lost: %[3]w",
	quarantine.Unexpected:   "S3 refused %[1]s in a way that is not foreseen: %[3]w",
}

// failure converts the error of an operation that needs these actions.
func failure(operation, actions string, err error) error {
	name := awserror.Name(err, names)
	return quarantine.Failf(name, advice[name], operation, actions, err)
}
