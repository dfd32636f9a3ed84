package simulate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/jsonata"
)

// busRule is a rule of docs/events.md.
type busRule struct {
	id      string
	pattern any
	targets []any
}

// documented are the templates in docs/events.md, by the heading that each is under.
func documented(t *testing.T) map[string]*template.Template {
	t.Helper()
	text, err := os.ReadFile("../../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*template.Template{}
	for part := range strings.SplitSeq(string(text), "\n## ") {
		heading, rest, _ := strings.Cut(part, "\n")
		_, block, found := strings.Cut(rest, "```yaml\n")
		if !found {
			continue
		}
		block, _, _ = strings.Cut(block, "```")
		if all[heading], err = template.Parse([]byte(block)); err != nil {
			t.Fatalf("%s: %v", heading, err)
		}
	}
	return all
}

func busRules(of *template.Template) (all []busRule) {
	for id, r := range of.Of("AWS::Events::Rule") {
		all = append(all, busRule{id, r.Properties["EventPattern"], template.List(r.Properties["Targets"])})
	}
	return all
}

// asJSON is a value as JSON has it.
func asJSON(t *testing.T, v any) (out any) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// matches tells whether an event matches a pattern, of the operators that the documentation uses:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
func matches(t *testing.T, pattern, event any) bool {
	t.Helper()
	for name, want := range template.Map(pattern) {
		got, there := template.Map(event)[name]
		if fields := template.Map(want); fields != nil {
			if !matches(t, fields, got) {
				return false
			}
			continue
		}
		if !slices.ContainsFunc(template.List(want), func(one any) bool { return there && matchesOne(t, one, got) }) {
			return false
		}
	}
	return true
}

func matchesOne(t *testing.T, want, got any) bool {
	t.Helper()
	filter := template.Map(want)
	if filter == nil {
		return fmt.Sprint(want) == fmt.Sprint(got)
	}
	but, known := filter["anything-but"]
	if !known || len(filter) != 1 {
		t.Fatalf("%v is no filter that these tests know", want)
	}
	return !slices.ContainsFunc(template.List(but), func(not any) bool { return fmt.Sprint(not) == fmt.Sprint(got) })
}

// transformed is what a rule's input transformer makes of an event. A path that finds nothing would
// leave a gap in the JSON:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
func transformed(t *testing.T, target any, event simulate.BusEvent) (out map[string]any) {
	t.Helper()
	of := template.Map(template.Map(target)["InputTransformer"])
	text := fmt.Sprint(of["InputTemplate"])
	for name, path := range template.Map(of["InputPathsMap"]) {
		found := asJSON(t, event)
		for field := range strings.SplitSeq(strings.TrimPrefix(fmt.Sprint(path), "$."), ".") {
			found = template.Map(found)[field]
		}
		value, err := json.Marshal(found)
		if err != nil || found == nil || found == "" {
			t.Fatalf("%s of %s has nothing at %s: %v", event.DetailType, event.Detail, path, err)
		}
		if !strings.Contains(text, "<"+name+">") {
			t.Errorf("<%s> is not used", name)
		}
		text = strings.ReplaceAll(text, "<"+name+">", string(value))
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s: the transformer makes %s: %v", event.DetailType, text, err)
	}
	return out
}

// evaluated is a state's template with the values of its expressions, where the input is the event.
func evaluated(t *testing.T, v any, event simulate.BusEvent) any {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, one := range v {
			out[name] = evaluated(t, one, event)
		}
		return out
	case []any:
		out := []any{}
		for _, one := range v {
			out = append(out, evaluated(t, one, event))
		}
		return out
	case string:
		source, isExpression := strings.CutPrefix(v, "{%")
		if !isExpression {
			return v
		}
		return valueOf(t, strings.TrimSuffix(source, "%}"), event)
	default:
		return v
	}
}

func valueOf(t *testing.T, source string, event simulate.BusEvent) any {
	t.Helper()
	input, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	expression, err := jsonata.Compile(strings.TrimSpace(source))
	if err != nil {
		t.Fatal(err)
	}
	session := jsonata.Begin(jsonata.Env{States: func(part string) json.RawMessage {
		return map[string]json.RawMessage{"input": input}[part]
	}})
	defer session.Close()
	value, err := session.Eval(expression)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return asJSON(t, value)
}
