package infra_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

func TestTheRuleLosesNoFinding(t *testing.T) {
	t.Parallel()
	s := stack(t)
	none(t, ruleFaults(s))
	if text(s.Resources()["FindingsDeadLetterQueue"].Properties, "MessageRetentionPeriod") != "1209600" {
		t.Error("FindingsDeadLetterQueue does not keep its messages for 14 days, the longest that SQS can")
	}
}

func TestARuleThatLosesFindingsIsFound(t *testing.T) {
	t.Parallel()
	rule := func(target string) string {
		return `
Resources:
  FindingsRule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.guardduty], detail-type: [GuardDuty Finding]}
      Targets: [{Arn: !Ref M, ` + target + `}]`
	}
	retry := "RetryPolicy: {MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86400}, "
	letters := "DeadLetterConfig: {Arn: !GetAtt FindingsDeadLetterQueue.Arn}"
	good := rule(retry + letters)
	bites(t, ruleFaults, map[string]string{
		good:                                  "",
		rule(letters):                         "no retry policy",
		rule(strings.TrimSuffix(retry, ", ")): "no dead-letter queue",
		rule(retry + letters + ", InputPath: $.detail"):          "InputPath",
		strings.ReplaceAll(good, "aws.guardduty", "aws.ec2"):     "source",
		strings.ReplaceAll(good, ", detail-type", ", resources"): "detail-type",
		"Resources: {}": "no rule",
	})
}

// ruleFaults says where a finding could be lost on its way to the machine.
func ruleFaults(t *template.Template) (faults []string) {
	say := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	rule, there := t.Of("AWS::Events::Rule")["FindingsRule"]
	if !there {
		return []string{"there is no rule"}
	}
	pattern := at(rule.Properties, "EventPattern")
	say(text(pattern, "source") != `["aws.guardduty"]`, "it matches another source: %s", text(pattern, "source"))
	say(text(pattern, "detail-type") != `["GuardDuty Finding"]`, "it matches another detail-type: %s", text(pattern, "detail-type"))
	return append(faults, targetFaults(rule, "FindingsDeadLetterQueue")...)
}

// targetFaults says where an event could be lost, or changed, on its way to a rule's targets.
func targetFaults(rule template.Resource, queue string) (faults []string) {
	say := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	targets := template.List(rule.Properties["Targets"])
	say(len(targets) == 0, "it has no target")
	for _, target := range targets {
		say(text(target, "RetryPolicy", "MaximumRetryAttempts") == "" || text(target, "RetryPolicy", "MaximumEventAgeInSeconds") == "",
			"a target has no retry policy")
		say(text(target, "DeadLetterConfig", "Arn") != "${"+queue+".Arn}", "a target has no dead-letter queue")
		for _, part := range []string{"Input", "InputPath", "InputTransformer"} {
			say(at(target, part) != nil, "a target does not hand on the event as it is: %s", part)
		}
	}
	return faults
}
