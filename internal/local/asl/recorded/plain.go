package recorded

import (
	"encoding/json"
	"regexp"
	"strconv"
	"time"
)

// window is the period of an execution: times within it come from the clock, and differ between runs.
type window struct{ from, to time.Time }

// around returns the window of an execution: from an hour before its start to the latest time that is computed from
// the start, the expiry of items.
func around(x Execution) (*window, error) {
	first, err := x.Event(0)
	return &window{from: first.Timestamp.Add(-time.Hour), to: first.Timestamp.AddDate(2, 0, 0)}, err
}

func (w *window) has(t time.Time) bool { return t.After(w.from) && t.Before(w.to) }

var (
	timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)`)
	epoch     = regexp.MustCompile(`^\d{10}$`)
)

// plain decodes the JSON in a value's texts, and replaces what differs between runs: times within the window, and
// task tokens, which are fields named token.
func (w *window) plain(name string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, part := range v {
			out[name] = w.plain(name, part)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, part := range v {
			out[i] = w.plain("", part)
		}
		return out
	case string:
		return w.text(name, v)
	}
	return value
}

func (w *window) text(name, text string) any {
	if name == "token" {
		return "<token>"
	}
	var inside any
	if len(text) > 1 && (text[0] == '{' || text[0] == '[' || text[0] == '"') && json.Unmarshal([]byte(text), &inside) == nil {
		return w.plain(name, inside)
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && epoch.MatchString(text) && w.has(time.Unix(n, 0)) {
		return "<time>"
	}
	return timestamp.ReplaceAllStringFunc(text, func(found string) string {
		if t, err := time.Parse(time.RFC3339Nano, found); err != nil || !w.has(t) {
			return found
		}
		return "<time>"
	})
}
