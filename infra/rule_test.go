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
	rules := t.Of("AWS::Events::Rule")
	say(len(rules) == 0, "there is no rule")
	for id, r := range rules {
		pattern := at(r.Properties, "EventPattern")
		say(text(pattern, "source") != `["aws.guardduty"]`, "%s matches another source: %s", id, text(pattern, "source"))
		say(text(pattern, "detail-type") != `["GuardDuty Finding"]`, "%s matches another detail-type: %s", id, text(pattern, "detail-type"))
		targets := template.List(r.Properties["Targets"])
		say(len(targets) == 0, "%s has no target", id)
		for _, target := range targets {
			say(text(target, "RetryPolicy", "MaximumRetryAttempts") == "" || text(target, "RetryPolicy", "MaximumEventAgeInSeconds") == "",
				"a target of %s has no retry policy", id)
			say(text(target, "DeadLetterConfig", "Arn") != "${FindingsDeadLetterQueue.Arn}", "a target of %s has no dead-letter queue", id)
			for _, part := range []string{"Input", "InputPath", "InputTransformer"} {
				say(at(target, part) != nil, "a target of %s does not hand on the event as it is: %s", id, part)
			}
		}
	}
	return faults
}
