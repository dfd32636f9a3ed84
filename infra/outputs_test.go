package infra_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
)

// outputKinds are the types of what the commands take from each output.
var outputKinds = map[string]string{
	deployment.TableOutput:    "AWS::DynamoDB::Table",
	deployment.ContainOutput:  "AWS::Serverless::StateMachine",
	deployment.ApprovalOutput: "AWS::Serverless::StateMachine",
	deployment.ReleaseOutput:  "AWS::Serverless::StateMachine",
}

func TestTheCommandsFindADeploymentByItsOutputs(t *testing.T) {
	t.Parallel()
	none(t, unfoundFaults(stack(t)))
}

func TestAnOutputThatTheCommandsLackIsFound(t *testing.T) {
	t.Parallel()
	text := `
Resources: {L: {Type: AWS::DynamoDB::Table}, M: {Type: AWS::Serverless::StateMachine}}
Outputs:
  LedgerTable: {Value: !Ref L}
  StateMachineArn: {Value: !Ref M}
  ApprovalStateMachineArn: {Value: !Ref M}
  ReleaseStateMachineArn: {Value: !Ref M}`
	bites(t, unfoundFaults, map[string]string{
		text: "",
		strings.Replace(text, "LedgerTable", "Table", 1):                                                                 "the commands look for the output LedgerTable",
		strings.Replace(text, "ReleaseStateMachineArn: {Value: !Ref M}", "", 1):                                          "the commands look for the output ReleaseStateMachineArn",
		strings.Replace(text, "LedgerTable: {", "LedgerTable: {Condition: C, ", 1):                                       "the output LedgerTable is there under a condition",
		strings.Replace(text, "ApprovalStateMachineArn: {Value: !Ref M}", "ApprovalStateMachineArn: {Value: !Ref L}", 1): "the commands look for the output ApprovalStateMachineArn",
	})
}

// unfoundFaults says which outputs are missing that name a deployment.
func unfoundFaults(t *template.Template) (faults []string) {
	outputs := template.Map(t.Body["Outputs"])
	for _, key := range deployment.Outputs {
		named := strings.Trim(text(outputs, key, "Value"), "${}")
		if got := t.Resources()[named].Type; got != outputKinds[key] {
			faults = append(faults, "the commands look for the output "+key+", a "+outputKinds[key]+", and it is of "+named+" "+got)
		}
		if at(outputs, key, "Condition") != nil {
			faults = append(faults, "the output "+key+" is there under a condition")
		}
	}
	return faults
}
