package asl_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

func TestAssignSeesTheVariablesAsTheyWere(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "A", `
		"A":{"Type":"Pass","Assign":{"x":1,"y":{"k":[2]}},"Next":"B"},
		"B":{"Type":"Pass","Assign":{"x":"{% $y.k[0] %}","y":"{% $x %}","z":"text"},"Output":"{% $x %}","Next":"C"},
		"C":{"Type":"Succeed","Output":["{% $states.input %}","{% $x %}","{% $y %}","{% $z %}"]}`), bench{})
	wantOutput(t, x, `[1,2,1,"text"]`)
	want(t, events(x, "PassStateExited")[1].StateExited, &history.StateExited{Name: "B", Output: `1`,
		AssignedVariables: map[string]string{"x": `2`, "y": `1`, "z": `"text"`}, AssignedVariablesDetails: &history.DataDetails{}})
}

func TestInnerScopesReadOuterVariables(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "A", `
		"A":{"Type":"Pass","Assign":{"outer":1},"Next":"P"},
		"P":{"Type":"Parallel","End":true,"Branches":[
			{"StartAt":"B","States":{
				"B":{"Type":"Pass","Assign":{"inner":"{% $outer + 1 %}"},"Next":"M"},
				"M":{"Type":"Map","Items":[10,20],"End":true,"ItemProcessor":{"StartAt":"I","States":{
					"I":{"Type":"Pass","Assign":{"own":"{% $states.input %}"},"Next":"J"},
					"J":{"Type":"Pass","Output":"{% $outer + $inner + $own %}","End":true}}}}}},
			{"StartAt":"C","States":{"C":{"Type":"Pass","Output":"{% $exists($inner) %}","End":true}}}]}`), bench{})
	wantOutput(t, x, `[[13,23],false]`)
}

func TestVariablesOfABranchEndWithIt(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "P", `
		"P":{"Type":"Parallel","Next":"Z","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Assign":{"inner":1},"End":true}}}]},
		"Z":{"Type":"Succeed","Output":"{% $exists($inner) %}"}`), bench{})
	wantOutput(t, x, `false`)
}

func TestAVariableMayHideAFunction(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "A", `"A":{"Type":"Pass","Assign":{"sum":3},"Next":"Z"},"Z":{"Type":"Succeed","Output":"{% $sum %}"}`), bench{})
	wantOutput(t, x, `3`)
}
