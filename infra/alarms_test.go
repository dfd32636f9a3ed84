package infra_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

func TestEveryFunctionMachineQueueAndRuleHasItsAlarms(t *testing.T) {
	t.Parallel()
	none(t, alarmFaults(stack(t)))
}

func TestMissingAlarmsAreFound(t *testing.T) {
	t.Parallel()
	with := func(alarm string) string {
		return `
Resources:
  Q: {Type: AWS::SQS::Queue}
  A: {Type: AWS::CloudWatch::Alarm, Properties: {` + alarm + `}}`
	}
	metric := "Namespace: AWS/SQS, MetricName: ApproximateNumberOfMessagesVisible, Dimensions: [{Name: QueueName, Value: !GetAtt Q.QueueName}]"
	rest := ", AlarmActions: [!Ref OperationsTopic], AlarmDescription: what to do"
	check := func(s *template.Template) []string {
		return slices.DeleteFunc(alarmFaults(s), func(f string) bool { return f[0] == '(' }) // the stack's own metrics
	}
	bites(t, check, map[string]string{
		with(metric + rest): "",
		with("Metrics: [{Id: m, MetricStat: {Metric: {" + metric + "}}}]" + rest): "",
		with(metric + ", AlarmDescription: what to do"):                           "A tells nobody",
		with(metric + ", AlarmActions: [!Ref OperationsTopic]"):                   "A does not say what to do",
		"Resources: {Q: {Type: AWS::SQS::Queue}}":                                 "Q has no alarm on AWS/SQS ApproximateNumberOfMessagesVisible",
		"Resources: {F: {Type: AWS::Serverless::Function}}":                       "F has no alarm on AWS/Lambda Throttles",
		"Resources: {M: {Type: AWS::Serverless::StateMachine}}":                   "M has no alarm on AWS/States ExecutionsTimedOut",
		"Resources: {R: {Type: AWS::Events::Rule}}":                               "R has no alarm on AWS/Events FailedInvocations",
	})
	if got := alarmFaults(parsed(t, "Resources: {}")); len(got) != len(productMetrics) {
		t.Errorf("without alarms on metrics of our own there should be %d faults, and there are %q", len(productMetrics), got)
	}
}

// watched are the metrics that a resource of a type needs an alarm on, of a
// dimension whose value is the resource's.
var watched = map[string]struct {
	namespace, dimension string
	metrics              []string
}{
	functionType:        {"AWS/Lambda", "FunctionName", []string{"Errors", "Throttles"}},
	machineType:         {"AWS/States", "StateMachineArn", []string{"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}},
	"AWS::SQS::Queue":   {"AWS/SQS", "QueueName", []string{"ApproximateNumberOfMessagesVisible"}},
	"AWS::Events::Rule": {"AWS/Events", "RuleName", []string{"FailedInvocations"}},
}

// ownMetrics are ours that need an alarm.
var productMetrics = []string{"FindingToCut", "ApprovalTimeLeft", "BrakeTripped", "ChannelFailed", "PolicyRefused"}

// seen is a metric that an alarm looks at; of names the resource.
type seen struct{ namespace, metric, dimension, of string }

// alarmFaults says what has no alarm, and which alarm reaches nobody.
func alarmFaults(t *template.Template) (faults []string) {
	have := map[seen]bool{}
	for id, a := range t.Of("AWS::CloudWatch::Alarm") {
		for _, m := range metricsOf(a.Properties) {
			have[m] = true
		}
		if !slices.ContainsFunc(template.List(a.Properties["AlarmActions"]), func(v any) bool { return template.Text(v) == "${OperationsTopic}" }) {
			faults = append(faults, id+" tells nobody: its AlarmActions need OperationsTopic")
		}
		if text(a.Properties, "AlarmDescription") == "" {
			faults = append(faults, id+" does not say what to do: it needs an AlarmDescription")
		}
	}
	resources := t.Resources()
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		w := watched[resources[id].Type]
		for _, m := range w.metrics {
			if !have[seen{w.namespace, m, w.dimension, id}] {
				faults = append(faults, fmt.Sprintf("%s has no alarm on %s %s", id, w.namespace, m))
			}
		}
	}
	for _, m := range productMetrics {
		if !have[seen{namespace: "Quarantine/${AWS::StackName}", metric: m}] {
			faults = append(faults, "(own) no alarm on Quarantine/${AWS::StackName} "+m)
		}
	}
	return faults
}

// metricsOf are the metrics of an alarm: its own, and those that it computes with.
func metricsOf(alarm map[string]any) (out []seen) {
	metrics := []any{alarm}
	for _, m := range template.List(alarm["Metrics"]) {
		metrics = append(metrics, at(m, "MetricStat", "Metric"))
	}
	for _, m := range metrics {
		s := seen{namespace: text(m, "Namespace"), metric: text(m, "MetricName")}
		for _, d := range template.List(at(m, "Dimensions")) {
			s.dimension = text(d, "Name")
			if refs := template.References(text(d, "Value")); len(refs) == 1 {
				s.of = refs[0]
			}
		}
		out = append(out, s)
	}
	return out
}
