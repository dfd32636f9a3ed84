package infra_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

func TestEveryFunctionAndMachineKeepsLogsAndTracesAndNoSecretInThem(t *testing.T) {
	t.Parallel()
	none(t, logFaults(stack(t)))
}

func TestMissingLogsAndTracesAreFound(t *testing.T) {
	t.Parallel()
	function := func(properties, retention string) string {
		return `
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {` + properties + `}}
  FLogs: {Type: AWS::Logs::LogGroup, Properties: {` + retention + `}}`
	}
	good := "Tracing: Active, LoggingConfig: {LogFormat: JSON, LogGroup: !Ref FLogs}"
	machine := func(properties string) string {
		return `
Resources:
  M: {Type: AWS::Serverless::StateMachine, Properties: {Tracing: {Enabled: true}, Logging: {` + properties + `}}}
  MLogs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30}}`
	}
	to := ", Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt MLogs.Arn}}]"
	bites(t, logFaults, map[string]string{
		function(good, "RetentionInDays: 30"): "",
		function(good, ""):                    "FLogs keeps its lines for ever",
		function("LoggingConfig: {LogFormat: JSON, LogGroup: !Ref FLogs}", "RetentionInDays: 30"): "F is not traced",
		function("Tracing: Active, LoggingConfig: {LogFormat: JSON}", "RetentionInDays: 30"):      "F does not log to FLogs",
		function("Tracing: Active, LoggingConfig: {LogGroup: !Ref FLogs}", "RetentionInDays: 30"): "F does not log as JSON",
		machine("Level: ALL, IncludeExecutionData: false" + to):                                   "",
		machine("Level: 'OFF', IncludeExecutionData: false" + to):                                 "M does not log",
		machine("Level: ALL, IncludeExecutionData: true" + to):                                    "M logs its data",
		machine("Level: ALL" + to):                              "M logs its data",
		machine("Level: ALL, IncludeExecutionData: false"):      "M does not log to MLogs",
		"Resources: {M: {Type: AWS::Serverless::StateMachine}}": "M is not traced",
	})
}

// logFaults says who has no log group of its own, or one that keeps its lines
// for ever, and who is not traced. A machine's data holds task tokens, which are
// secrets, and so it must not be logged.
func logFaults(t *template.Template) (faults []string) {
	say := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	resources := t.Resources()
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		r := resources[id].Properties
		group := id + "Logs"
		switch resources[id].Type {
		case functionType:
			say(text(r, "LoggingConfig", "LogGroup") != "${"+group+"}", "%s does not log to %s", id, group)
			say(text(r, "LoggingConfig", "LogFormat") != "JSON", "%s does not log as JSON", id)
			say(text(r, "Tracing") != "Active", "%s is not traced", id)
		case machineType:
			level := text(r, "Logging", "Level")
			say(level == "" || level == "OFF", "%s does not log", id)
			say(at(r, "Logging", "IncludeExecutionData") != false, "%s logs its data: set IncludeExecutionData to false", id)
			say(!strings.Contains(text(r, "Logging", "Destinations"), group), "%s does not log to %s", id, group)
			say(at(r, "Tracing", "Enabled") != true, "%s is not traced", id)
		default:
			continue
		}
		say(resources[group].Type != "AWS::Logs::LogGroup", "%s has no log group %s of its own", id, group)
		say(at(resources[group].Properties, "RetentionInDays") == nil, "%s keeps its lines for ever", group)
	}
	return faults
}
