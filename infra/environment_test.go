package infra_test

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

func TestEveryVariableThatAMainReadsIsSetOnItsFunctionAndNoneBesides(t *testing.T) {
	t.Parallel()
	s, p := stack(t), code(t)
	var ids []string
	for _, f := range functions {
		r := f.reached(p)
		none(t, r.Unclear)
		none(t, environmentFaults(s, f, slices.Sorted(maps.Keys(r.Environment))))
		ids = append(ids, f.id)
	}
	slices.Sort(ids)
	none(t, differences(slices.Sorted(maps.Keys(s.Of(functionType))), ids, "these tests do not know", "there is no"))
}

func TestAWrongEnvironmentIsFound(t *testing.T) {
	t.Parallel()
	f := function{id: "F", folder: "triage", unset: map[string]string{"URL": "why"}}
	check := func(s *template.Template) []string { return environmentFaults(s, f, []string{"LEVEL", "TABLE", "URL"}) }
	with := func(variables string) string {
		return `
Globals: {Function: {Environment: {Variables: {LEVEL: INFO}}}}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: ../dist/triage, Environment: {Variables: {` + variables + `}}}}`
	}
	bites(t, check, map[string]string{
		with("TABLE: !Ref T"):                             "",
		with("TABLE: !If [C, !Ref T, !Ref AWS::NoValue]"): "",
		with(""):                                   "F is not given TABLE",
		with("TABLE: !Ref T, OTHER: 1"):            "F is given OTHER, which its main does not read",
		with("TABLE: !Ref T, URL: u"):              "F is given URL: why",
		with("TABLE: '{{resolve:ssm-secure:/x}}'"): "a secret",
		strings.ReplaceAll(with("TABLE: !Ref T"), "dist/triage", "dist/notify"): "dist/notify",
	})
}

// environmentFaults compares a function's environment with the variables that its main can read.
func environmentFaults(t *template.Template, f function, reads []string) (faults []string) {
	r, ok := t.Of(functionType)[f.id]
	if !ok {
		return []string{f.id + " is missing"}
	}
	if uri := text(r.Properties, "CodeUri"); path.Base(uri) != f.name() {
		faults = append(faults, fmt.Sprintf("%s is made of %s, not of %s", f.id, uri, f.name()))
	}
	set := template.Map(at(r.Properties, "Environment", "Variables"))
	for _, name := range reads {
		if why, not := f.unset[name]; not && set[name] != nil {
			faults = append(faults, fmt.Sprintf("%s is given %s: %s", f.id, name, why))
		} else if !not && set[name] == nil {
			faults = append(faults, f.id+" is not given "+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if !slices.Contains(reads, name) {
			faults = append(faults, f.id+" is given "+name+", which its main does not read")
		}
		for _, v := range template.Cases(set[name]) {
			if strings.Contains(template.Text(v), "{{resolve:") {
				faults = append(faults, f.id+" is given a secret or a setting in plain text as "+name+": give it the parameter's name")
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.unset)) {
		if !slices.Contains(reads, name) {
			faults = append(faults, fmt.Sprintf("the main of %s does not read %s at all", f.id, name))
		}
	}
	return faults
}

// Triage lists the measures of the groups that are deployed: one that its variable leaves out would
// be deployed and never taken.
func TestTriageKnowsTheGroupsOfMeasuresThatAreDeployed(t *testing.T) {
	t.Parallel()
	s := stack(t)
	for with, said := range map[bool]any{true: choice(t, s, 1), false: choice(t, s, 2)} {
		var deployed []string
		for _, f := range functions {
			if under := text(s.Resources()[f.id].Body, "Condition"); f.group != "" && (under == "" || with && under == "HasIdentity") {
				deployed = append(deployed, string(f.group))
			}
		}
		named := strings.Split(fmt.Sprint(said), ",")
		slices.Sort(named)
		slices.Sort(deployed)
		none(t, differences(named, deployed, "triage names", "triage does not name"))
	}
}

// choice is a branch of what triage's variable has where Identity is yes (1) or no (2).
func choice(t *testing.T, s *template.Template, branch int) any {
	t.Helper()
	branches, _ := at(s.Resources()["TriageFunction"].Properties, "Environment", "Variables", "MEASURE_GROUPS", "Fn::If").([]any)
	if len(branches) != 3 {
		t.Fatalf("MEASURE_GROUPS of the triage function is no choice: %v", branches)
	}
	return branches[branch]
}
