package asl

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// placeholder is a ${Name} that CloudFormation substitutes in a definition: see DefinitionSubstitutions in
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html.
var placeholder = regexp.MustCompile(`\$\{([A-Za-z0-9_]+)\}`)

// SubstitutionError has the placeholders and values that do not match, each sorted.
type SubstitutionError struct {
	Unknown []string // placeholders without a value
	Unused  []string // values without a placeholder
}

func (e *SubstitutionError) Error() string {
	var parts []string
	if len(e.Unknown) > 0 {
		parts = append(parts, "no value for "+strings.Join(e.Unknown, ", "))
	}
	if len(e.Unused) > 0 {
		parts = append(parts, "no placeholder for "+strings.Join(e.Unused, ", "))
	}
	return fmt.Sprintf("cannot substitute in the definition: %s", strings.Join(parts, "; "))
}

// Substitute replaces every ${Name} by its value, escaped for use inside a JSON string. The error is a
// *SubstitutionError with every placeholder that has no value and every value that has no placeholder.
func Substitute(definition []byte, values map[string]string) ([]byte, error) {
	e := &SubstitutionError{}
	known := Placeholders(definition)
	for _, name := range known {
		if _, ok := values[name]; !ok {
			e.Unknown = append(e.Unknown, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(known, name) {
			e.Unused = append(e.Unused, name)
		}
	}
	if len(e.Unknown)+len(e.Unused) > 0 {
		return nil, e
	}
	return placeholder.ReplaceAllFunc(definition, func(match []byte) []byte {
		quoted := encode(values[string(match[2:len(match)-1])])
		return bytes.Clone(quoted[1 : len(quoted)-1])
	}), nil
}

// Placeholders returns the names of all ${Name} in a definition, sorted, each once.
func Placeholders(definition []byte) []string {
	names := map[string]bool{}
	for _, match := range placeholder.FindAllSubmatch(definition, -1) {
		names[string(match[1])] = true
	}
	return slices.Sorted(maps.Keys(names))
}
