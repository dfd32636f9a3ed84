package statemachine_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// inRole are the definitions by the placeholder of their roles, in a preflight's links.
var inRole = map[string][]byte{
	"${QuarantineStateMachineRoleArn}": statemachine.Quarantine, "${ApprovalStateMachineRoleArn}": statemachine.Approval,
	"${ReleaseStateMachineRoleArn}": statemachine.Release, "${WatchStateMachineRoleArn}": statemachine.Watch,
}

var (
	functionOf  = regexp.MustCompile(`\$\{[A-Za-z]+FunctionArn\}`)
	machineOf   = regexp.MustCompile(`"StateMachineArn": "(\$\{[A-Za-z]+\})"`)
	operationOf = regexp.MustCompile(`states:::dynamodb:([a-z])([A-Za-z]+)`)
)

// What a definition calls is what a preflight asks IAM about for its role: no more, and nothing is missing.
func TestAPreflightAsksAboutEveryCallOfEveryDefinition(t *testing.T) {
	t.Parallel()
	var preflights struct {
		States struct {
			Judge struct {
				Arguments struct {
					Payload struct {
						Links []preflight.Link `json:"links"`
					}
				}
			}
		}
	}
	if err := json.Unmarshal(statemachine.Preflight, &preflights); err != nil {
		t.Fatal(err)
	}
	asked := map[string]map[string][]string{}
	for _, l := range preflights.States.Judge.Arguments.Payload.Links {
		if asked[l.Role] == nil {
			asked[l.Role] = map[string][]string{}
		}
		asked[l.Role][l.Action] = append(asked[l.Role][l.Action], l.On...)
	}
	for role, definition := range inRole {
		text := string(definition)
		called := map[string][]string{"lambda:InvokeFunction": functionOf.FindAllString(text, -1)}
		for _, m := range machineOf.FindAllStringSubmatch(text, -1) {
			called["states:StartExecution"] = append(called["states:StartExecution"], m[1])
		}
		if strings.Contains(text, "$states.context.StateMachine.Id") { // it starts itself, once an instance
			called["states:StartExecution"] = append(called["states:StartExecution"], "${QuarantineStateMachineArn}")
		}
		for _, o := range operationOf.FindAllStringSubmatch(text, -1) {
			called["dynamodb:"+strings.ToUpper(o[1])+o[2]] = []string{"${LedgerTable}"}
		}
		for action, things := range called {
			slices.Sort(things)
			things = slices.Compact(things)
			got := slices.Sorted(slices.Values(asked[role][action]))
			if !slices.Equal(got, things) {
				t.Errorf("%s %s: a preflight asks about %v, and it is called on %v", role, action, got, things)
			}
			delete(asked[role], action)
		}
		for action := range asked[role] {
			t.Errorf("%s: a preflight asks about %s, which its definition does not call", role, action)
		}
	}
}
