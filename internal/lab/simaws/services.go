package simaws

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"
)

// The services, with the words in which each says "slower", "our fault" and
// "you may not". EC2's codes are those of
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
// DynamoDB's of
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html.
var (
	ec2Service = &service{
		name: "ec2", id: "EC2",
		throttled: func(*Account, Call) error {
			return &smithy.GenericAPIError{Code: "RequestLimitExceeded", Message: "Request limit exceeded.", Fault: smithy.FaultServer}
		},
		broken: func() error { return serverFault("InternalError", "An internal error has occurred") },
		denied: func(a *Account, c Call) error {
			return fail("UnauthorizedOperation", "You are not authorized to perform this operation. %s", a.notAllowed(c, "ec2", a.arn("ec2", "*")))
		},
	}
	dynamoService = &service{
		name: "dynamodb", id: "DynamoDB",
		throttled: throttledTable,
		broken: func() error {
			return &ddbtypes.InternalServerError{Message: aws.String("Internal server error")}
		},
		denied: func(a *Account, c Call) error {
			return fail("AccessDeniedException", "%s", a.notAllowed(c, "dynamodb", a.arn("dynamodb", "table/"+tableOf(c))))
		},
	}
	snsService = &service{
		name: "sns", id: "SNS",
		throttled: func(*Account, Call) error { return fail("Throttling", "Rate exceeded") },
		broken: func() error {
			return &snstypes.InternalErrorException{Message: aws.String("An internal error has occurred")}
		},
		denied: func(a *Account, c Call) error {
			return &snstypes.AuthorizationErrorException{Message: aws.String(a.notAllowed(c, "SNS", a.arn("sns", "*")))}
		},
	}
	stsService = &service{
		name: "sts", id: "STS",
		throttled: func(*Account, Call) error { return fail("Throttling", "Rate exceeded") },
		broken:    func() error { return serverFault("InternalFailure", "An internal error has occurred") },
		denied: func(a *Account, c Call) error {
			return fail("AccessDenied", "%s", a.notAllowed(c, "sts", "*"))
		},
	}
	// The codes of a webhook are its status and the word in its body:
	// https://api.slack.com/messaging/webhooks#handling_errors
	slackService = &service{
		name: "slack", id: "Slack",
		throttled: func(*Account, Call) error { return fail("rate_limited", "429") },
		broken:    func() error { return serverFault("rollup_error", "500") },
		denied:    func(*Account, Call) error { return fail("action_prohibited", "403") },
	}
)

var services = map[string]*service{
	ec2Service.name: ec2Service, dynamoService.name: dynamoService, snsService.name: snsService,
	stsService.name: stsService, slackService.name: slackService, statesService.name: statesService,
}

func serverFault(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message, Fault: smithy.FaultServer}
}

// scope is the part of an ARN from the region on.
func (a *Account) scope(resource string) string {
	return a.opts.Region + ":" + a.opts.AccountID + ":" + resource
}

// notAllowed is the sentence that IAM gives:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func (a *Account) notAllowed(c Call, prefix, resource string) string {
	action := prefix + ":" + c.Operation
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
		a.identity(c.Caller), action, resource, action)
}

// arn is the name of a resource of the account.
func (a *Account) arn(service, resource string) string {
	return strings.Join([]string{"arn", "aws", service, a.scope(resource)}, ":")
}
