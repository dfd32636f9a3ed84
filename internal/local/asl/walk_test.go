package asl_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

func TestStatesOfAMachine(t *testing.T) {
	t.Parallel()
	m := machine(t, "A", `
		"A":{"Type":"Task","Comment":"does it","Resource":"r","Next":"C",
			"Retry":[{"ErrorEquals":["E","F"]},{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["G"],"Next":"Z"}]},
		"C":{"Type":"Choice","Choices":[{"Condition":true,"Next":"P"},{"Condition":true,"Next":"P"}],"Default":"A"},
		"P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"B","States":{
			"B":{"Type":"Succeed"},"Lost":{"Type":"Pass","Next":"B"}}}]},
		"Island":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}}},
		"Z":{"Type":"Fail"}`)
	want(t, m.States(), []asl.State{
		{Name: "A", Path: "States.A", Type: "Task", Comment: "does it", Resource: "r", Transitions: []string{"C", "Z"},
			RetryErrors: [][]string{{"E", "F"}, {"States.ALL"}}, CatchErrors: [][]string{{"G"}}, Reachable: true},
		{Name: "C", Path: "States.C", Type: "Choice", Transitions: []string{"P", "A"}, Reachable: true},
		{Name: "P", Path: "States.P", Type: "Parallel", Reachable: true},
		{Name: "B", Path: "States.P.Branches[0].States.B", Parent: "P", Type: "Succeed", Reachable: true},
		{Name: "Lost", Path: "States.P.Branches[0].States.Lost", Parent: "P", Type: "Pass", Transitions: []string{"B"}},
		{Name: "Island", Path: "States.Island", Type: "Map"},
		{Name: "I", Path: "States.Island.ItemProcessor.States.I", Parent: "Island", Type: "Succeed"},
		{Name: "Z", Path: "States.Z", Type: "Fail", Reachable: true},
	})
}
