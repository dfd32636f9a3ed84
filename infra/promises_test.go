package infra_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

// promised are the outputs that people and commands count on, with the resource that each is of.
var promised = map[string]string{
	"StateMachineArn":         "QuarantineStateMachine",
	"ApprovalStateMachineArn": "ApprovalStateMachine",
	"ReleaseStateMachineArn":  "ReleaseStateMachine",
	"LedgerTable":             "Ledger",
	"AlertsTopicArn":          "AlertsTopic",
	"ApprovalUrl":             "ApprovalPageUrl",
	"DashboardUrl":            "Dashboard",
	"OperationsTopicArn":      "OperationsTopic",
	"DeadLetterQueueUrl":      "FindingsDeadLetterQueue",
}

func TestTheOutputsAreAsPromised(t *testing.T) {
	t.Parallel()
	none(t, outputFaults(stack(t)))
}

func TestAMissingOutputIsFound(t *testing.T) {
	t.Parallel()
	faults := outputFaults(parsed(t, "Outputs: {LedgerTable: {Description: d, Value: !Ref AlertsTopic}, AlertsTopicArn: {Value: !Ref AlertsTopic}}"))
	for _, want := range []string{"LedgerTable is not of Ledger", "AlertsTopicArn has no description", "StateMachineArn is missing"} {
		if !slices.Contains(faults, want) {
			t.Errorf("not told: %s, but %q", want, faults)
		}
	}
}

func outputFaults(t *template.Template) (faults []string) {
	outputs := template.Map(t.Body["Outputs"])
	for _, name := range slices.Sorted(maps.Keys(promised)) {
		o, ok := outputs[name]
		switch {
		case !ok:
			faults = append(faults, name+" is missing")
		case !slices.Contains(template.References(text(o, "Value")), promised[name]):
			faults = append(faults, name+" is not of "+promised[name])
		case text(o, "Description") == "":
			faults = append(faults, name+" has no description")
		}
	}
	return faults
}

func TestParametersSayWhatTheyTakeAndNoneIsASecret(t *testing.T) {
	t.Parallel()
	for file, s := range templates(t) {
		for _, f := range parameterFaults(s) {
			t.Errorf("%s: %s", file, f)
		}
	}
}

func TestACarelessParameterIsFound(t *testing.T) {
	t.Parallel()
	bites(t, parameterFaults, map[string]string{
		"Parameters: {Mode: {Type: String, Description: d, AllowedValues: [a]}}":             "",
		"Parameters: {Mode: {Type: String, AllowedValues: [a]}}":                             "Mode has no description",
		"Parameters: {Mode: {Type: String, Description: d}}":                                 "Mode takes anything",
		"Parameters: {SlackWebhook: {Type: String, Description: d, AllowedPattern: x}}":      "SlackWebhook looks like a secret",
		"Parameters: {ApiToken: {Type: String, Description: d, NoEcho: true, MinLength: 1}}": "ApiToken looks like a secret",
		"Parameters: {TokenParameter: {Type: String, Description: d, AllowedPattern: x}}":    "",
	})
}

var (
	constraints = []string{"AllowedValues", "AllowedPattern", "MinValue", "MaxValue", "MinLength", "MaxLength"}
	secretive   = regexp.MustCompile(`(?i)secret|token|password|webhook|key|signing|credential`)
)

// parameterFaults says which parameter does not explain or check itself. A
// secret is given by the name of the SSM parameter that holds it.
func parameterFaults(t *template.Template) (faults []string) {
	parameters := template.Map(t.Body["Parameters"])
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		p := template.Map(parameters[name])
		if text(p, "Description") == "" {
			faults = append(faults, name+" has no description")
		}
		checked := slices.ContainsFunc(constraints, func(c string) bool { return p[c] != nil })
		if kind := text(p, "Type"); !checked && !strings.HasPrefix(kind, "AWS::") {
			faults = append(faults, name+" takes anything: give it one of "+strings.Join(constraints, ", "))
		}
		if secretive.MatchString(name) && !strings.HasSuffix(name, "Parameter") || p["NoEcho"] != nil {
			faults = append(faults, name+" looks like a secret: take the name of an SSM parameter, and call it so")
		}
	}
	return faults
}

func TestTheLedgerOutlivesItsStack(t *testing.T) {
	t.Parallel()
	s := stack(t)
	none(t, ledgerFaults(s))
}

func TestALedgerThatCanBeLostIsFound(t *testing.T) {
	t.Parallel()
	good := `Resources: {T: {Type: AWS::DynamoDB::Table, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: {` +
		`BillingMode: PAY_PER_REQUEST, DeletionProtectionEnabled: true, SSESpecification: {SSEEnabled: true}, ` +
		`PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}}}`
	cases := map[string]string{good: "", "Resources: {}": "there is no table"}
	for _, part := range kept {
		cases[strings.Replace(good, part[len(part)-2]+": "+part[len(part)-1], "Other: x", 1)] = strings.Join(part, " ")
	}
	bites(t, ledgerFaults, cases)
}

// kept is what keeps a table: where, and what stands there.
var kept = [][]string{
	{"DeletionPolicy", "Retain"},
	{"UpdateReplacePolicy", "Retain"},
	{"Properties", "BillingMode", "PAY_PER_REQUEST"},
	{"Properties", "DeletionProtectionEnabled", "true"},
	{"Properties", "SSESpecification", "SSEEnabled", "true"},
	{"Properties", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled", "true"},
}

func ledgerFaults(t *template.Template) (faults []string) {
	tables := t.Of("AWS::DynamoDB::Table")
	if len(tables) == 0 {
		faults = append(faults, "there is no table")
	}
	for id, table := range tables {
		for _, k := range kept {
			where, want := k[:len(k)-1], k[len(k)-1]
			if got := text(table.Body, where...); got != want {
				faults = append(faults, fmt.Sprintf("%s needs %s (it has %q)", id, strings.Join(k, " "), got))
			}
		}
	}
	return faults
}
