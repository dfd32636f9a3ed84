package guardduty

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Malformed says why an event could not be parsed as a finding.
type Malformed struct {
	// Field is the path of the field, such as
	// detail.resource.instanceDetails.instanceId; "event" is the event as a whole.
	Field string
	// Want is the value that was expected.
	Want string
	// Got is the value that was found, shortened and safe to print.
	Got string
}

// Error returns one line that completes "the event was refused because ...".
func (m *Malformed) Error() string {
	return fmt.Sprintf("no GuardDuty finding can be read: %s should be %s, but is %s", m.Field, m.Want, m.Got)
}

// malformed makes a Malformed. It also makes the path printable, since parts of the
// path can come from the event.
func malformed(path, want, got string) *Malformed {
	if path == "" || len(path) > 200 || strings.ContainsFunc(path, func(c rune) bool { return !strconv.IsPrint(c) }) {
		path = quote(path)
	}
	return &Malformed{Field: path, Want: want, Got: got}
}

// describe says what a JSON value is, short enough for an error.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quote(v)
	case json.Number:
		return "the number " + shorten(v.String())
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	default:
		return "an object"
	}
}

func quote(s string) string { return strconv.QuoteToASCII(shorten(s)) }

// shorten keeps the first 60 characters.
func shorten(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "..."
}
