package infra_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

// A grant is a statement of a role that allows something; what is conditional
// in the template counts as allowed.
type grant struct {
	sid       string
	actions   []string
	resources []string // as Fn::Sub would write them
	// keys are the condition keys that limit it, with everything that they are compared with.
	keys map[string][]string
}

// grants are what a role may do. A statement that says what is not meant, and a
// managed policy, cannot be compared with anything: they are faults.
func grants(t *template.Template, role string) (out []grant, faults []string) {
	r, ok := t.Resources()[role]
	if !ok {
		return nil, []string{role + " is missing"}
	}
	for _, p := range template.List(r.Properties["ManagedPolicyArns"]) {
		faults = append(faults, fmt.Sprintf("%s has the managed policy %s: write out what it needs", role, template.Text(p)))
	}
	for _, document := range t.Policies(role) {
		for _, s := range template.List(at(document, "Statement")) {
			if text(s, "Effect") != "Allow" {
				continue
			}
			for _, not := range []string{"NotAction", "NotResource"} {
				if at(s, not) != nil {
					faults = append(faults, fmt.Sprintf("%s has %s in %s: say what is meant", role, not, text(s, "Sid")))
				}
			}
			out = append(out, grant{
				sid: text(s, "Sid"), actions: texts(at(s, "Action")), resources: texts(at(s, "Resource")), keys: conditionKeys(at(s, "Condition")),
			})
		}
	}
	return out, faults
}

func texts(v any) (out []string) {
	for _, e := range template.List(v) {
		out = append(out, template.Text(e))
	}
	return out
}

// conditionKeys are the keys of a Condition, whatever compares them. Those of
// ...IfExists and ForAllValues: hold where there is no value, and do not limit;
// those of ...Not... name what is left out.
func conditionKeys(condition any) map[string][]string {
	out := map[string][]string{}
	for operator, of := range template.Map(condition) {
		for key, values := range template.Map(of) {
			all := strings.HasPrefix(operator, "ForAllValues:") && key != leadingKeys && text(condition, "Null", key) != "false" // holds without the key
			if !strings.HasSuffix(operator, "IfExists") && !strings.Contains(operator, "Not") && operator != "Null" && !all {
				out[key] = append(out[key], texts(values)...)
			}
		}
	}
	return out
}

// leadingKeys limits the items of a table: every call that a role here may make names one, or it is a Scan.
const leadingKeys = "dynamodb:LeadingKeys"

// actions are all that grants allow, sorted, each once.
func actions(of []grant) []string {
	all := map[string]bool{}
	for _, g := range of {
		for _, a := range g.actions {
			all[a] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// allows says that a statement's Action covers an action, which is compared
// without regard to case: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
func allows(pattern, action string) bool {
	pattern, action = strings.ToLower(pattern), strings.ToLower(action)
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == action
	}
	rest, ok := strings.CutPrefix(action, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
