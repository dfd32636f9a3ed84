package eventbridge

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// RulesAPI is the part of the SDK's client that reads rules.
type RulesAPI interface {
	DescribeRule(context.Context, *eventbridge.DescribeRuleInput, ...func(*eventbridge.Options)) (*eventbridge.DescribeRuleOutput, error)
	ListTargetsByRule(context.Context, *eventbridge.ListTargetsByRuleInput, ...func(*eventbridge.Options)) (*eventbridge.ListTargetsByRuleOutput, error)
	TestEventPattern(context.Context, *eventbridge.TestEventPatternInput, ...func(*eventbridge.Options)) (*eventbridge.TestEventPatternOutput, error)
}

// Rules reads rules of the default bus. It holds no state and is safe for concurrent use.
type Rules struct{ api RulesAPI }

var (
	_ RulesAPI = (*eventbridge.Client)(nil)
)

// NewRules makes Rules with the SDK's client, or any other implementation of RulesAPI.
func NewRules(api RulesAPI) Rules { return Rules{api} }

// Rule is the one of that name, with its targets: a rule has at most five.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
//
// IAM actions: events:DescribeRule and events:ListTargetsByRule on the rule.
//
// Errors: ThingGone; AccessDenied; Throttled; Unavailable; Unexpected.
func (r Rules) Rule(ctx context.Context, name string) (preflight.Rule, error) {
	described, err := r.api.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: &name})
	if err != nil {
		return preflight.Rule{}, unread("DescribeRule", err)
	}
	listed, err := r.api.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: &name})
	if err != nil {
		return preflight.Rule{}, unread("ListTargetsByRule", err)
	}
	out := preflight.Rule{Enabled: described.State != types.RuleStateDisabled, Pattern: aws.ToString(described.EventPattern)}
	for _, t := range listed.Targets {
		target := preflight.RuleTarget{ARN: aws.ToString(t.Arn)}
		if t.DeadLetterConfig != nil {
			target.DeadLetters = aws.ToString(t.DeadLetterConfig.Arn)
		}
		out.Targets = append(out.Targets, target)
	}
	return out, nil
}

// Matches has EventBridge say whether an event fits a pattern.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
//
// IAM actions: events:TestEventPattern.
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected, also of a pattern that is none.
func (r Rules) Matches(ctx context.Context, pattern, event string) (bool, error) {
	out, err := r.api.TestEventPattern(ctx, &eventbridge.TestEventPatternInput{EventPattern: &pattern, Event: &event})
	if err != nil {
		return false, unread("TestEventPattern", err)
	}
	return out.Result, nil
}

// readNames are EventBridge's codes of reads.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html#API_DescribeRule_Errors
var readNames = map[string]string{
	"ResourceNotFoundException": quarantine.ThingGone,
	"InternalException":         quarantine.Unavailable,
}

// readAdvice is the error text, including what to do, by failure name; %[1]s is the operation.
var readAdvice = map[string]string{
	quarantine.ThingGone:    "EventBridge has no such rule (%[1]s): %[2]w",
	quarantine.AccessDenied: "EventBridge denied %[1]s: allow events:%[1]s: %[2]w",
	quarantine.Throttled:    "EventBridge throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "EventBridge did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "EventBridge refused %[1]s in a way that is not foreseen: %[2]w",
}

func unread(operation string, err error) error {
	return awserror.Failure(operation, err, readNames, readAdvice)
}
