package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Map is v as a mapping, empty where it is none.
func Map(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// call gives the name and the argument of the intrinsic function that v is, or "".
func call(v any) (string, any) {
	m := Map(v)
	if len(m) != 1 {
		return "", nil
	}
	for name, argument := range m {
		if name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::") {
			return name, argument
		}
	}
	return "", nil
}

func isFunction(v any) bool {
	name, _ := call(v)
	return name != ""
}

// Cases gives everything that v can be: both sides of an Fn::If, and nothing
// for AWS::NoValue and what is not there.
func Cases(v any) []any {
	name, argument := call(v)
	switch list, _ := argument.([]any); {
	case v == nil, name == "Ref" && argument == "AWS::NoValue":
		return nil
	case name == "Fn::If" && len(list) == 3:
		return append(Cases(list[1]), Cases(list[2])...)
	}
	return []any{v}
}

// List gives everything that can stand in a list, and a value that is none as
// a list of one: what is conditional in it counts as there.
func List(v any) []any {
	var out []any
	for _, c := range Cases(v) {
		list, ok := c.([]any)
		if !ok {
			out = append(out, c)
			continue
		}
		for _, e := range list {
			out = append(out, Cases(e)...)
		}
	}
	return out
}

// Conditional says that v can be AWS::NoValue.
func Conditional(v any) bool {
	name, argument := call(v)
	if name == "Ref" {
		return argument == "AWS::NoValue"
	}
	list, _ := argument.([]any)
	return name == "Fn::If" && len(list) == 3 && (Conditional(list[1]) || Conditional(list[2]))
}

// Text writes v in one way, that of Fn::Sub: a Ref is ${Name}, an Fn::GetAtt is
// ${Name.Attribute}. What has no such form is written as JSON.
func Text(v any) string {
	name, argument := call(v)
	list, _ := argument.([]any)
	switch {
	case name == "Ref":
		return fmt.Sprintf("${%v}", argument)
	case name == "Fn::GetAtt" && len(list) == 2:
		return fmt.Sprintf("${%v.%v}", list...)
	case name == "Fn::GetAtt":
		return fmt.Sprintf("${%v}", argument)
	case name == "Fn::Sub" && len(list) == 2:
		return substituted(fmt.Sprint(list[0]), Map(list[1]))
	case name == "Fn::Sub":
		return fmt.Sprint(argument)
	case name == "Fn::Join" && len(list) == 2:
		return joined(fmt.Sprint(list[0]), list[1])
	}
	switch v.(type) {
	case map[string]any, []any:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // maps, lists and scalars always encode
		}
		return string(text)
	}
	return fmt.Sprint(v)
}

func substituted(text string, values map[string]any) string {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		text = strings.ReplaceAll(text, "${"+name+"}", Text(values[name]))
	}
	return text
}

func joined(by string, parts any) string {
	list, ok := parts.([]any)
	if !ok {
		return Text(parts)
	}
	var out []string
	for _, p := range list {
		out = append(out, Text(p))
	}
	return strings.Join(out, by)
}

var reference = regexp.MustCompile(`\$\{([A-Za-z0-9:]+)(\.[A-Za-z0-9.]+)?\}`)

// References gives the names that a Text refers to, sorted, each once.
func References(text string) []string {
	var out []string
	for _, m := range reference.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}
