package simulate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// deployedAs are the names of the state machines in the stack quarantine, by those that they have here.
var deployedAs = map[string]string{
	wiring.Name: "quarantine-contain", wiring.Approval: "quarantine-approval", wiring.Release: "quarantine-release", wiring.Watch: "quarantine-watch",
}

// deployedMachine is a machine's ARN in the stack.
func deployedMachine(name string) string {
	return "arn:aws:states:" + inRegion + "stateMachine:" + deployedAs[name]
}

// machineOf is the machine of an execution, by its name, or "".
func machineOf(all []history.Execution, execution string) string {
	n := slices.IndexFunc(all, func(x history.Execution) bool { return x.Name == execution })
	if n < 0 {
		return ""
	}
	return all[n].Machine
}

// integrations are the permissions of what state machines call that is no call of DynamoDB's: functions,
// and other machines.
func integrations(all []history.Execution) (out []permission) {
	for _, x := range all {
		for _, e := range x.History {
			if e.TaskScheduled != nil {
				out = append(out, integration(x.Machine, *e.TaskScheduled)...)
			}
		}
	}
	return out
}

// onRule is the rule by which Step Functions learns that a nested execution has ended.
const onRule = "arn:aws:events:" + inRegion + "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"

// integration are those of one task:
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
func integration(machine string, t history.TaskScheduled) (out []permission) {
	var of struct{ FunctionName, StateMachineArn string }
	if err := json.Unmarshal([]byte(t.Parameters), &of); err != nil {
		panic(fmt.Sprintf("the parameters of %s: %v", t.Resource, err))
	}
	need := func(action, resource string) { out = append(out, permission{machine, action, resource, nil}) }
	switch t.ResourceType {
	case "lambda":
		need("lambda:InvokeFunction", of.FunctionName)
	case "states":
		called := of.StateMachineArn[strings.LastIndex(of.StateMachineArn, ":")+1:]
		need("states:StartExecution", deployedMachine(called))
		if strings.HasSuffix(t.Resource, ".sync:2") {
			execution := strings.Replace(deployedMachine(called), ":stateMachine:", ":execution:", 1) + ":e"
			need("states:DescribeExecution", execution)
			need("states:StopExecution", execution)
			for _, action := range []string{"PutTargets", "PutRule", "DescribeRule"} {
				need("events:"+action, onRule)
			}
		}
	}
	return out
}
