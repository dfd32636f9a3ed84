package infra_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

func TestEveryMachineMayDoWhatItsDefinitionDoesAndNothingElse(t *testing.T) {
	t.Parallel()
	s := stack(t)
	for id := range machines {
		r := s.Resources()[id]
		if role := text(r.Properties, "Role"); role != "${"+id+"Role.Arn}" {
			t.Errorf("%s has the role %q, not one of its own", id, role)
		}
		values := map[string]string{}
		for name, v := range template.Map(r.Properties["DefinitionSubstitutions"]) {
			values[name] = template.Text(v)
		}
		written, err := os.ReadFile(filepath.FromSlash(text(r.Properties, "DefinitionUri")))
		if err != nil {
			t.Error(err)
			continue
		}
		definition, err := asl.Substitute(written, values)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		granted, faults := grants(s, id+"Role")
		none(t, faults)
		for _, f := range machineFaults(definition, granted) {
			t.Errorf("%s: %s", id, f)
		}
	}
}

// A need is an action of a definition on a resource, by the logical id of that,
// or "" where only the execution knows it; items are the kind of a table's items, or "" likewise.
type need struct{ action, on, items string }

// nested is what .sync:2 needs besides, and on what cannot be seen in the definition.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
var nested = []string{"states:DescribeExecution", "states:StopExecution", "events:DescribeRule", "events:PutRule", "events:PutTargets"}

// service is what Step Functions does in the name of a machine, whatever its definition:
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
var service = []string{
	"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
	"logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
	"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
}

// machineFaults compares a definition, with its placeholders substituted, with what a role allows.
func machineFaults(definition []byte, granted []grant) (faults []string) {
	var root any
	if err := json.Unmarshal(definition, &root); err != nil {
		return []string{err.Error()}
	}
	needs := map[need]bool{}
	collect(root, needs)
	want := map[string]bool{}
	for n := range needs {
		want[n.action] = true
	}
	all := actions(granted)
	faults = differences(slices.Sorted(maps.Keys(want)), slices.DeleteFunc(all, func(a string) bool { return slices.Contains(service, a) }),
		"the role does not allow", "the definition does not need")
	for n := range needs {
		if f := n.fault(granted); f != "" && slices.Contains(all, n.action) {
			faults = append(faults, f)
		}
	}
	for _, g := range granted {
		for _, r := range g.resources {
			if f := idle(g, r, needs); f != "" {
				faults = append(faults, f)
			}
		}
	}
	slices.Sort(faults)
	return slices.Compact(faults)
}

// fault says that no statement allows the need.
func (n need) fault(granted []grant) string {
	for _, g := range granted {
		items, limited := g.keys[leadingKeys]
		onIt := n.on == "" || slices.ContainsFunc(g.resources, func(r string) bool { return slices.Contains(template.References(r), n.on) })
		if slices.Contains(g.actions, n.action) && onIt && (!limited || n.items == "" || slices.Contains(items, n.items+"*")) {
			return ""
		}
	}
	return strings.TrimSpace(fmt.Sprintf("the role does not allow %s on %s %s", n.action, n.on, n.items))
}

// idle says that a statement names a function, a machine or a kind of item that
// the definition does not touch.
func idle(g grant, resource string, needs map[need]bool) string {
	for _, a := range g.actions {
		if a != "lambda:InvokeFunction" && a != "states:StartExecution" && !strings.HasPrefix(a, "dynamodb:") {
			continue
		}
		touched := map[string]bool{} // "" and "*" stand for all
		for n := range needs {
			if n.action == a {
				touched[n.on], touched[n.items+"*"] = true, true
			}
		}
		for _, ref := range template.References(resource) {
			if !touched[ref] && !touched[""] {
				return fmt.Sprintf("the role allows %s on %s, and the definition does not do that", a, resource)
			}
		}
		for _, items := range g.keys[leadingKeys] {
			if !touched[items] && !touched["*"] {
				return fmt.Sprintf("the role allows %s on %s, and the definition does not do that", a, items)
			}
		}
	}
	return ""
}

// collect finds what the Task states below v need.
func collect(v any, needs map[need]bool) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			collect(e, needs)
		}
	case map[string]any:
		if v["Type"] == "Task" {
			for _, n := range needsOf(text(v, "Resource"), v["Arguments"]) {
				needs[n] = true
			}
		}
		for _, e := range v {
			collect(e, needs)
		}
	}
}

// needsOf is what a Task state needs:
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
func needsOf(resource string, arguments any) []need {
	_, integration, _ := strings.Cut(resource, ":states:::")
	api, pattern, _ := strings.Cut(integration, ".")
	of, name, _ := strings.Cut(api, ":")
	switch of {
	case "lambda":
		return []need{{action: "lambda:InvokeFunction", on: referred(text(arguments, "FunctionName"))}}
	case "dynamodb":
		key := text(arguments, "Key", "pk", "S") + text(arguments, "Item", "pk", "S")
		return []need{{
			action: "dynamodb:" + strings.ToUpper(name[:1]) + name[1:], on: referred(text(arguments, "TableName")), items: kindOfItem.FindString(key),
		}}
	case "states":
		out := []need{{action: "states:StartExecution", on: referred(text(arguments, "StateMachineArn"))}}
		if pattern == "sync:2" {
			for _, a := range nested {
				out = append(out, need{action: a})
			}
		}
		return out
	}
	return []need{{action: "(whatever " + resource + " needs, which these tests do not know)"}}
}

// kindOfItem is what the partition key of an item begins with.
var kindOfItem = regexp.MustCompile(`[A-Z]+#`)

func referred(value string) string { return strings.Join(template.References(value), "") }

func TestAMachineThatMayDoTooLittleOrTooMuchIsFound(t *testing.T) {
	t.Parallel()
	definition := []byte(`{"States": {
		"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Arguments": {"FunctionName": "${F.Arn}"}},
		"B": {"Type": "Parallel", "Branches": [{"States": {"C": {
			"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem",
			"Arguments": {"TableName": "${Ledger}", "Item": {"pk": {"S": "{% 'INCIDENT#' & $id %}"}}}}}}]},
		"D": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Arguments": {"StateMachineArn": "${M}"}}}}`)
	invoke := grant{actions: []string{"lambda:InvokeFunction"}, resources: []string{"${F.Arn}", "${F.Arn}:*"}}
	put := grant{actions: []string{"dynamodb:PutItem"}, resources: []string{"${Ledger.Arn}"}, keys: map[string][]string{leadingKeys: {"INCIDENT#*"}}}
	start := grant{actions: append([]string{"states:StartExecution"}, nested...), resources: []string{"${M}"}}
	change := func(g grant, f func(*grant)) grant { f(&g); return g }
	for name, c := range map[string]struct {
		granted []grant
		want    string
	}{
		"what it needs":       {[]grant{invoke, put, start, {actions: service, resources: []string{"*"}}}, ""},
		"an action too few":   {[]grant{invoke, start}, "the role does not allow dynamodb:PutItem"},
		"an action too many":  {[]grant{invoke, put, start, {actions: []string{"dynamodb:GetItem"}}}, "the definition does not need dynamodb:GetItem"},
		"nothing for .sync:2": {[]grant{invoke, put, change(start, func(g *grant) { g.actions = g.actions[:1] })}, "the role does not allow events:PutRule"},
		"another function":    {[]grant{change(invoke, func(g *grant) { g.resources = []string{"${G.Arn}"} }), put, start}, "the role does not allow lambda:InvokeFunction on F"},
		"a function too many": {[]grant{change(invoke, func(g *grant) { g.resources = []string{"${F.Arn}", "${G.Arn}"} }), put, start}, "the role allows lambda:InvokeFunction on ${G.Arn}"},
		"other items":         {[]grant{invoke, change(put, func(g *grant) { g.keys = map[string][]string{leadingKeys: {"LOCK#*"}} }), start}, "the role does not allow dynamodb:PutItem on Ledger INCIDENT#"},
		"items too many":      {[]grant{invoke, change(put, func(g *grant) { g.keys = map[string][]string{leadingKeys: {"INCIDENT#*", "LOCK#*"}} }), start}, "the role allows dynamodb:PutItem on LOCK#*"},
		"a machine too many":  {[]grant{invoke, put, change(start, func(g *grant) { g.resources = []string{"${M}", "${N}"} })}, "the role allows states:StartExecution on ${N}"},
	} {
		got := machineFaults(definition, c.granted)
		if c.want == "" && len(got) > 0 || !slices.ContainsFunc(append(got, ""), func(f string) bool { return strings.HasPrefix(f, c.want) }) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
