package guardduty

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// decode reads JSON into maps, lists, strings, bools, json.Number and nil.
//
// It does not decode into structs: encoding/json matches names case-insensitively,
// so a finding in the PascalCase of the GetFindings API would be read in part, and
// of two equal keys it silently takes the last.
func decode(event []byte) (any, *Malformed) {
	if len(event) > maxEvent {
		return nil, malformed("event", fmt.Sprintf("at most %d bytes", maxEvent), fmt.Sprintf("%d bytes", len(event)))
	}
	if bad := syntax(event); bad != nil {
		return nil, bad
	}
	d := decoder{json.NewDecoder(bytes.NewReader(event))}
	d.UseNumber()
	return d.value("", 0)
}

// syntax distinguishes invalid JSON from a document that was cut off.
func syntax(event []byte) *Malformed {
	const want = "one JSON object: the event as EventBridge delivers it"
	err := json.Unmarshal(event, new(json.RawMessage))
	wrong, isSyntax := errors.AsType[*json.SyntaxError](err)
	switch {
	case err == nil:
		return nil
	case len(bytes.TrimSpace(event)) == 0:
		return malformed("event", want, "empty")
	case isSyntax && wrong.Offset >= int64(len(event)):
		return malformed("event", want, "cut off after "+quote(tail(event)))
	case isSyntax:
		return malformed("event", want, fmt.Sprintf("no JSON from byte %d on", wrong.Offset))
	default:
		return malformed("event", want, "no JSON")
	}
}

// tail returns the end of the event, to show where it was cut off.
func tail(event []byte) string {
	return string(bytes.ToValidUTF8(event[max(0, len(event)-20):], nil))
}

type decoder struct{ *json.Decoder }

func (d decoder) value(path string, depth int) (any, *Malformed) {
	if depth > maxDepth {
		return nil, malformed("event", fmt.Sprintf("nested at most %d deep", maxDepth), "deeper")
	}
	token, err := d.Token()
	if err != nil {
		return nil, malformed("event", "JSON", "no JSON")
	}
	switch token {
	case json.Delim('{'):
		return d.object(path, depth)
	case json.Delim('['):
		return d.list(path, depth)
	default:
		return token, nil
	}
}

func (d decoder) object(path string, depth int) (any, *Malformed) {
	fields := map[string]any{}
	for d.More() {
		key, _ := d.Token()
		name, _ := key.(string)
		at := join(path, name)
		if _, twice := fields[name]; twice {
			return nil, malformed(at, "given once", "given twice")
		}
		v, bad := d.value(at, depth+1)
		if bad != nil {
			return nil, bad
		}
		fields[name] = v
	}
	_, _ = d.Token() // the closing brace: the syntax was checked before
	return fields, nil
}

func (d decoder) list(path string, depth int) (any, *Malformed) {
	items := []any{}
	for d.More() {
		v, bad := d.value(index(path, len(items)), depth+1)
		if bad != nil {
			return nil, bad
		}
		items = append(items, v)
	}
	_, _ = d.Token() // the closing bracket
	return items, nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
