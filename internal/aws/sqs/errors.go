package sqs

import (
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// codes are those of SQS alone, in the form of its JSON protocol and in the query protocol's.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html#API_GetQueueAttributes_Errors
var codes = map[string]string{
	"QueueDoesNotExist":                       quarantine.ThingGone,
	"AWS.SimpleQueueService.NonExistentQueue": quarantine.ThingGone,
	"RequestThrottled":                        quarantine.Throttled,
}

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.ThingGone:    "there is no such queue (%[1]s): %[2]w",
	quarantine.AccessDenied: "SQS denied %[1]s: allow sqs:%[1]s on the queue: %[2]w",
	quarantine.Throttled:    "SQS throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "SQS did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "SQS refused %[1]s in a way that is not foreseen: %[2]w",
}

func failure(operation string, err error) error {
	return awserror.Failure(operation, err, codes, advice)
}
