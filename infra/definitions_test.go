package infra_test

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/measure"
)

func TestEveryPlaceholderOfADefinitionIsSubstitutedAndNoneBesides(t *testing.T) {
	t.Parallel()
	none(t, definitionFaults(stack(t)))
	files, err := filepath.Glob("../statemachine/*.asl.json")
	if err != nil || len(files) != len(machines) {
		t.Errorf("the definitions are %q (%v), and the machines that are looked at %d", files, err, len(machines))
	}
}

func TestAWrongSubstitutionIsFound(t *testing.T) {
	t.Parallel()
	machine := func(substitutions string) string {
		return `
Resources:
  Ledger: {Type: AWS::DynamoDB::Table}
  ReleaseStateMachine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: ../statemachine/release.asl.json
      DefinitionSubstitutions: {` + substitutions + "}\n"
	}
	right := "ReleaseFunctionArn: !GetAtt ReleaseFunction.Arn"
	bites(t, definitionFaults, map[string]string{
		machine(right): "NotifyFunctionArn is left over",
		machine(right + ", NotifyFunctionArn: !GetAtt NotifyFunction.Arn, LedgerTable: !Ref Ledger"): "has no LedgerTable",
		machine(right + ", NotifyFunctionArn: !GetAtt TriageFunction.Arn"):                           "NotifyFunctionArn is ${TriageFunction.Arn}",
		"Resources: {}": "ReleaseStateMachine is missing",
	})
}

// definitionFaults compares the definitions with what the template makes of them.
func definitionFaults(t *template.Template) (faults []string) {
	resources := t.Of(machineType)
	for _, id := range slices.Sorted(maps.Keys(machines)) {
		r, ok := resources[id]
		if !ok {
			faults = append(faults, id+" is missing")
			continue
		}
		uri := text(r.Properties, "DefinitionUri")
		if path.Base(uri) != machines[id] {
			faults = append(faults, fmt.Sprintf("%s has the definition %s, not %s", id, uri, machines[id]))
			continue
		}
		for _, f := range substitutionFaults(uri, template.Map(r.Properties["DefinitionSubstitutions"])) {
			faults = append(faults, id+": "+f)
		}
	}
	return append(faults, differences(slices.Sorted(maps.Keys(resources)), slices.Sorted(maps.Keys(machines)),
		"these tests do not know", "there is no")...)
}

func substitutionFaults(uri string, values map[string]any) (faults []string) {
	definition, err := os.ReadFile(filepath.FromSlash(uri))
	if err != nil {
		return []string{err.Error()}
	}
	placeholders := asl.Placeholders(definition)
	for _, p := range placeholders {
		if values[p] == nil {
			faults = append(faults, p+" is left over")
		} else {
			faults = append(faults, valueFaults(p, template.Cases(values[p]))...)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(placeholders, p) {
			faults = append(faults, "the definition has no "+p)
		}
	}
	return faults
}

// notDeployed is what stands for a function that is not deployed: it answers a release that nothing
// is held, and triage names no measure of that group. A preflight does not ask it.
var notDeployed = map[string]string{
	"ApprovalPageFunctionArn":             "${ApprovalFunction.Arn}",
	measure.Identity.FunctionID() + "Arn": "${" + measure.Instance.FunctionID() + ".Arn}",
}

// entry is the machine that findings start, which is one of two.
const entry = "EntryStateMachineArn"

// valueFaults looks at what a placeholder can become.
func valueFaults(placeholder string, values []any) (faults []string) {
	for _, v := range values {
		got := template.Text(v)
		if placeholder == entry && (got == "${ApprovalStateMachine}" || got == "${QuarantineStateMachine}") {
			continue
		}
		if !matches(placeholder, got) && got != notDeployed[placeholder] {
			faults = append(faults, fmt.Sprintf("%s is %s", placeholder, got))
		}
	}
	return faults
}

// matches says that a value is what its placeholder is called after:
// XArn the ARN of X, LedgerTable the Ledger's name, Partition the one of the
// stack, and a parameter itself.
func matches(placeholder, value string) bool {
	if placeholder == "Partition" {
		return value == "${AWS::Partition}"
	}
	if id, arn := strings.CutSuffix(placeholder, "Arn"); arn {
		machine := strings.HasSuffix(id, "StateMachine")
		return value == "${"+id+".Arn}" || machine && value == "${"+id+"}"
	}
	return value == "${"+strings.TrimSuffix(placeholder, "Table")+"}"
}
