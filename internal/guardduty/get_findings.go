package guardduty

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// fromGetFindings makes an event of each finding, which the API names in PascalCase.
func fromGetFindings(within string, inner json.RawMessage, _ int) []Event {
	var list []map[string]any
	d := json.NewDecoder(bytes.NewReader(inner))
	d.UseNumber()
	if d.Decode(&list) != nil {
		return []Event{{Within: within, Body: inner}}
	}
	var out []Event
	for i, finding := range list {
		at := within
		if len(list) > 1 {
			at = joinWithin(within, fmt.Sprintf("finding %d", i+1))
		}
		out = append(out, Event{Within: at, Body: asEvent(finding)})
	}
	return out
}

// asEvent puts a finding of the API into the envelope that EventBridge has for it. One with
// two spellings of a field stays as it is, and Parse refuses it.
func asEvent(finding map[string]any) []byte {
	event := any(finding)
	clash := false
	if detail, _ := camelCase(finding, &clash).(map[string]any); !clash {
		event = map[string]any{
			"source": source, "detail-type": detailType, "detail": detail,
			"account": detail["accountId"], "region": detail["region"], "time": detail["updatedAt"],
		}
	}
	body, err := json.Marshal(event)
	if err != nil {
		return nil // not of what was JSON
	}
	return body
}

// camelCase renames the fields of a value of the API to those of events, and notes
// in clash whether two fields would become one.
func camelCase(v any, clash *bool) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			lower := name
			if first, size := utf8.DecodeRuneInString(name); first != utf8.RuneError {
				lower = string(unicode.ToLower(first)) + name[size:]
			}
			_, twice := out[lower]
			*clash = *clash || twice
			out[lower] = camelCase(value, clash)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = camelCase(item, clash)
		}
		return out
	default:
		return v
	}
}
