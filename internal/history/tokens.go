package history

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Masked stands in a task token's place.
const Masked = "(task token)"

// waits is the end of the resource of a task that waits for a token.
const waits = ".waitForTaskToken"

// tokenLike is what a task token looks like, as itself or in a link: far
// longer than any id, hash or ARN's part.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
var tokenLike = regexp.MustCompile(`[A-Za-z0-9+/_%-]{100,}={0,2}`)

// secretLength is from how many characters on a token is looked for in every
// text: a shorter one would be found where it is none.
const secretLength = 16

// WithoutTokens gives the events with task tokens masked. A task's parameters
// are the one place where Step Functions writes a token down: what a key named
// token holds there, and, where the task waits for one, whatever looks like
// one. It is masked wherever else it stands, too. Parameters that cannot be
// read are not shown.
func WithoutTokens(events []Event) []Event {
	var s secrets
	out := slices.Clone(events)
	for i, e := range out {
		if e.TaskScheduled != nil {
			scheduled := *e.TaskScheduled
			scheduled.Parameters = s.hide(scheduled.Parameters, strings.HasSuffix(scheduled.Resource, waits))
			out[i].TaskScheduled = &scheduled
		}
	}
	for i := range out {
		out[i] = s.hideEverywhere(out[i])
	}
	return out
}

// secrets are the tokens that were found.
type secrets struct{ found []string }

// hide masks the tokens in a task's parameters, and remembers them.
func (s *secrets) hide(parameters string, waits bool) string {
	d := json.NewDecoder(strings.NewReader(parameters))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() {
		return "(not shown: no JSON)"
	}
	before := len(s.found)
	v = s.walk(v, "", waits)
	if len(s.found) == before {
		return parameters
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // it came from JSON
	return strings.TrimSuffix(b.String(), "\n")
}

// walk gives a value of JSON, which stands under a key, with tokens masked.
func (s *secrets) walk(v any, key string, waits bool) any {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			v[k] = s.walk(inner, k, waits)
		}
	case []any:
		for i, inner := range v {
			v[i] = s.walk(inner, key, waits)
		}
	case string:
		if isTokensName(key) && v != "" {
			s.found = append(s.found, v)
			return Masked
		}
		if waits {
			return tokenLike.ReplaceAllStringFunc(v, func(token string) string {
				s.found = append(s.found, token)
				return Masked
			})
		}
	}
	return v
}

func isTokensName(key string) bool {
	key = strings.ToLower(strings.ReplaceAll(key, "_", ""))
	return key == "token" || strings.HasSuffix(key, "tasktoken")
}

// hideEverywhere masks the tokens that were found in every text of an event.
func (s *secrets) hideEverywhere(e Event) Event {
	text, _ := json.Marshal(e) // texts and numbers: cannot fail
	masked := string(text)
	for _, token := range s.found {
		if len(token) >= secretLength {
			quoted, _ := json.Marshal(token)
			masked = strings.ReplaceAll(masked, strings.Trim(string(quoted), `"`), Masked)
		}
	}
	if masked == string(text) {
		return e
	}
	var out Event
	if json.Unmarshal([]byte(masked), &out) != nil {
		// Only a token that is no token, but a piece of the event's own form, can
		// do this: nothing of the event is shown then but what it is.
		return Event{Timestamp: e.Timestamp, Type: e.Type, ID: e.ID, PreviousEventID: e.PreviousEventID}
	}
	return out
}
