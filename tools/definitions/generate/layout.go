package generate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// The console shows a definition as deployed, and changes to it are reviewed. So values
// that fit are written on one line.
const (
	lineWidth = 115
	listWidth = 100 // for a list of strings, which is wrapped like text
)

// layout formats a value as JSON, with an object's fields in their order.
func layout(v any) []byte { return []byte(lines(v, 0, 0)) }

// lines formats a value as JSON that starts after used characters of its line, and
// wraps it onto indented lines if it does not fit. For a value that is followed by a
// comma, used includes the comma.
func lines(v any, indent, used int) string {
	if line := inline(v); used+len([]rune(line)) <= lineWidth {
		return line
	}
	inner := strings.Repeat(" ", indent+2)
	switch v := v.(type) {
	case yaml.MapSlice:
		var parts []string
		for i, f := range v {
			key := inner + scalar(f.Key) + ": "
			parts = append(parts, key+lines(f.Value, indent+2, len(key)+comma(i, len(v))))
		}
		return "{\n" + strings.Join(parts, ",\n") + "\n" + inner[2:] + "}"
	case []any:
		if areTexts(v) {
			return "[\n" + filled(v, inner) + "\n" + inner[2:] + "]"
		}
		var parts []string
		for i, x := range v {
			parts = append(parts, inner+lines(x, indent+2, len(inner)+comma(i, len(v))))
		}
		return "[\n" + strings.Join(parts, ",\n") + "\n" + inner[2:] + "]"
	default:
		return scalar(v)
	}
}

// comma is the width of the comma after the value at that index.
func comma(index, length int) int {
	if index == length-1 {
		return 0
	}
	return 1
}

func inline(v any) string {
	var parts []string
	switch v := v.(type) {
	case yaml.MapSlice:
		for _, f := range v {
			parts = append(parts, scalar(f.Key)+": "+inline(f.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, x := range v {
			parts = append(parts, inline(x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	default:
		return scalar(v)
	}
}

func areTexts(values []any) bool {
	for _, v := range values {
		if _, isText := v.(string); !isText {
			return false
		}
	}
	return true
}

// filled writes strings on as few lines as possible.
func filled(words []any, inner string) string {
	text, line := "", inner
	for i, w := range words {
		word := scalar(w) + ","[:comma(i, len(words))]
		switch {
		case line == inner:
			line += word
		case len(line)+1+len(word) > listWidth:
			text, line = text+line+"\n", inner+word
		default:
			line += " " + word
		}
	}
	return text + line
}

// scalar formats a string, a number, a boolean or null as JSON, without escaping < and &.
func scalar(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(fmt.Sprintf("YAML gave %T, which JSON does not know: %v", v, err))
	}
	return strings.TrimSuffix(out.String(), "\n")
}
