package infra_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// The schedule is what the watch rests on: it is there whatever is open, and its silence rings.
func TestTheWatchLooksEveryFiveMinutes(t *testing.T) {
	t.Parallel()
	s := stack(t)
	schedule := s.Resources()["WatchSchedule"]
	for what, c := range map[string]struct {
		where []string
		want  string
	}{
		"how often":           {[]string{"ScheduleExpression"}, "rate(5 minutes)"},
		"when in that time":   {[]string{"FlexibleTimeWindow", "Mode"}, "OFF"},
		"what it starts":      {[]string{"Target", "Arn"}, "${WatchStateMachine}"},
		"who starts it":       {[]string{"Target", "RoleArn"}, "${WatchScheduleRole.Arn}"},
		"where letters go":    {[]string{"Target", "DeadLetterConfig", "Arn"}, "${WatchDeadLetterQueue.Arn}"},
		"how long it retries": {[]string{"Target", "RetryPolicy", "MaximumEventAgeInSeconds"}, "300"},
		"the input":           {[]string{"Target", "Input"}, `{"source": "schedule"}`},
		"whether it is on":    {[]string{"State"}, ""}, // enabled by default
	} {
		if got := text(schedule.Properties, c.where...); schedule.Type != "AWS::Scheduler::Schedule" || got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
	if schedule.Body["Condition"] != nil {
		t.Error("the schedule is there under a condition")
	}
	silent := s.Resources()["WatchSilentAlarm"].Properties
	if text(silent, "TreatMissingData") != "breaching" || text(silent, "ComparisonOperator") != "LessThanThreshold" || text(silent, "MetricName") != "ExecutionsStarted" {
		t.Errorf("nobody is told that the schedule is silent: %v", silent)
	}
}

// A letter of the schedule's is sent by its role, one of a rule's by the rule.
func TestTheSchedulesLettersArrive(t *testing.T) {
	t.Parallel()
	s := stack(t)
	granted, faults := grants(s, "WatchScheduleRole")
	none(t, faults)
	if !slices.ContainsFunc(granted, func(g grant) bool {
		return slices.Contains(g.actions, "sqs:SendMessage") && slices.Equal(g.resources, []string{"${WatchDeadLetterQueue.Arn}"})
	}) {
		t.Errorf("the schedule's role may send no letter: %v", granted)
	}
	for _, of := range template.List(at(s.Resources()["WatchDeadLetterQueuePolicy"].Properties, "PolicyDocument", "Statement")) {
		but := at(of, "Condition", "ArnNotEquals")
		if text(of, "Sid") == "DenyEverybodyElse" &&
			(text(but, "aws:PrincipalArn") != "${WatchScheduleRole.Arn}" || text(but, "aws:SourceArn") != "${WatchHintsRule.Arn}") {
			t.Errorf("the queue's policy keeps letters out: %v", but)
		}
	}
}

func TestAHintIsLostNowhere(t *testing.T) {
	t.Parallel()
	none(t, targetFaults(stack(t).Resources()["WatchHintsRule"], "WatchDeadLetterQueue"))
}

// hints is what the rule for calls matches.
func hints(t *testing.T) any {
	t.Helper()
	return stack(t).Resources()["WatchHintsRule"].Properties["EventPattern"]
}

func TestTheHintsAreTheCallsThatUndoAMeasure(t *testing.T) {
	t.Parallel()
	var undone []string
	for _, m := range register.All() {
		undone = append(undone, m.UndoneBy...)
	}
	slices.Sort(undone)
	none(t, differences(slices.Compact(undone), texts(at(hints(t), "detail", "eventName")),
		"a measure is undone by, and the rule does not match,", "the rule matches, and no measure is undone by,"))
}

// What the product does itself would start another look, and that another.
func TestTheProductsOwnCallsAreNoHints(t *testing.T) {
	t.Parallel()
	s, pattern := stack(t), hints(t)
	calls := 0
	for _, f := range functions {
		granted, _ := grants(s, f.id+"Role")
		for _, action := range actions(granted) {
			service, operation, _ := strings.Cut(action, ":")
			if !slices.Contains([]string{"ec2", "iam", "autoscaling", "elasticloadbalancing"}, service) || !slices.Contains(texts(at(pattern, "detail", "eventName")), operation) {
				continue
			}
			calls++
			if matched(pattern, called(service, operation, "${"+f.id+"Role.Arn}")) {
				t.Errorf("%s may call %s, and that is a hint", f.id, operation)
			}
		}
	}
	if calls < 5 {
		t.Errorf("the product's roles have %d of these calls: this test tests nothing", calls)
	}
}

// called is an event of a call by a session of a role.
func called(service, operation, role string) map[string]any {
	return map[string]any{
		"source": "aws." + service, "detail-type": "AWS API Call via CloudTrail", "account": "${AWS::AccountId}",
		"detail": map[string]any{
			"eventSource": service + ".amazonaws.com", "eventName": operation,
			"userIdentity": map[string]any{"sessionContext": map[string]any{"sessionIssuer": map[string]any{"arn": role}}},
		},
	}
}

func TestAHintIsACallOfAnybodyElse(t *testing.T) {
	t.Parallel()
	pattern := hints(t)
	for name, c := range map[string]struct {
		change func(event, detail map[string]any)
		want   bool
	}{
		"a role's":        {func(_, _ map[string]any) {}, true},
		"a user's":        {func(_, detail map[string]any) { detail["userIdentity"] = map[string]any{"type": "IAMUser"} }, true},
		"a service's":     {func(_, detail map[string]any) { delete(detail, "userIdentity") }, true},
		"failed":          {func(_, detail map[string]any) { detail["errorCode"] = "Client.UnauthorizedOperation" }, false},
		"another call":    {func(_, detail map[string]any) { detail["eventName"] = "DescribeInstances" }, false},
		"another service": {func(event, _ map[string]any) { event["source"] = "aws.s3" }, false},
		"another account": {func(event, _ map[string]any) { event["account"] = "2" }, false},
		"another kind":    {func(event, _ map[string]any) { event["detail-type"] = "AWS Console Sign In via CloudTrail" }, false},
		"Auto Scaling's": {func(event, _ map[string]any) {
			maps.Copy(event, called("autoscaling", "ExitStandby", "arn:aws:iam::1:role/Admin"))
		}, true},
		"Elastic Load Balancing's": {func(event, _ map[string]any) {
			maps.Copy(event, called("elasticloadbalancing", "RegisterTargets", "arn:aws:iam::1:role/Admin"))
		}, true},
		"the product's": {func(event, _ map[string]any) {
			event["detail"] = called("ec2", "ModifyInstanceAttribute", "${ReleaseFunctionRole.Arn}")["detail"]
		}, false},
		"of a like name's": {func(event, _ map[string]any) {
			event["detail"] = called("ec2", "ModifyInstanceAttribute", "${ReleaseFunctionRole.Arn}x")["detail"]
		}, true},
	} {
		event := called("ec2", "ReplaceNetworkAclAssociation", "arn:aws:iam::1:role/Admin")
		c.change(event, template.Map(event["detail"]))
		if got := matched(pattern, event); got != c.want {
			t.Errorf("%s: a hint: %t, want %t", name, got, c.want)
		}
	}
}

// matched tells whether an event matches a pattern, as far as these patterns go:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
func matched(pattern, event any) bool {
	for key, p := range template.Map(pattern) {
		value := at(event, key)
		switch {
		case key == "$or":
			if !slices.ContainsFunc(template.List(p), func(one any) bool { return matched(one, event) }) {
				return false
			}
		case template.Map(p) != nil:
			if !matched(p, value) {
				return false
			}
		case !slices.ContainsFunc(template.List(p), func(one any) bool { return matchedValue(one, value) }):
			return false
		}
	}
	return true
}

func matchedValue(p, value any) bool {
	operator := template.Map(p)
	if there, asked := operator["exists"]; asked {
		return (value != nil) == there
	}
	if but, asked := operator["anything-but"]; asked {
		return value != nil && !slices.Contains(texts(but), template.Text(value))
	}
	return value != nil && template.Text(p) == template.Text(value)
}
