package outcome

import (
	"encoding/json"
	"strings"
)

// inWords is a cause with what Lambda functions said in place of the objects in which they said it.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
func inWords(cause string) string {
	var out strings.Builder
	for {
		before, _, found := strings.Cut(cause, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		rest := cause[len(before):]
		said, length := thrown(rest)
		out.WriteString(said)
		cause = rest[length:]
	}
}

// thrown is what the object at the start of a text says, and how long that is; the brace alone where
// it is no error of a function.
func thrown(text string) (said string, length int) {
	var e struct {
		ErrorMessage string `json:"errorMessage"`
	}
	d := json.NewDecoder(strings.NewReader(text))
	if d.Decode(&e) != nil || e.ErrorMessage == "" {
		return "{", 1
	}
	return e.ErrorMessage, int(d.InputOffset())
}
