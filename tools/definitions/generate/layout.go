package generate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// The console shows a definition as it was deployed, and changes to it are
// reviewed: what fits stands on one line.
const (
	lineWidth = 115
	listWidth = 100 // of a list of words, which is filled
)

// layout is the JSON of a value, objects in the order of their fields.
func layout(v any) []byte { return []byte(lines(v, 0, 0)) }

// lines is a value in JSON that starts after used characters of its line and
// goes on, if it must, on lines that are indented. A value that is followed by
// a comma has it counted among what is used.
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

// comma is how much room the comma takes after the value of that index.
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

// filled are words on as few lines as they fit on.
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

// scalar is a text, a number, a truth value or null in JSON, with < and & as they are.
func scalar(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(fmt.Sprintf("YAML gave %T, which JSON does not know: %v", v, err))
	}
	return strings.TrimSuffix(out.String(), "\n")
}
