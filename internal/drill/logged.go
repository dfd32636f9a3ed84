package drill

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

const logQuestion = "Does the state machine's log name states as the template's metric filters expect?"

// Logged compares what an execution has in the log with its history: filters of the template
// compare $.type and $.details.name. Lines are the log's, each a JSON object.
func Logged(lines []string, events []history.Event) Measured {
	m := Measured{Question: logQuestion}
	entered := map[string]bool{} // by type and name, whether the log has it
	for _, e := range events {
		if e.StateEntered != nil {
			entered[e.Type+" "+e.StateEntered.Name] = false
		}
	}
	for _, line := range lines {
		var l struct {
			Type    string
			Details struct{ Name string }
		}
		if json.Unmarshal([]byte(line), &l) != nil {
			continue
		}
		if _, wanted := entered[l.Type+" "+l.Details.Name]; wanted {
			entered[l.Type+" "+l.Details.Name] = true
		}
	}
	var missing []string
	for name, seen := range entered {
		if !seen {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	switch {
	case len(entered) == 0:
		m.NotKnown = "the execution's history could not be read"
	case len(lines) == 0:
		m.NotKnown = "the log has nothing of the execution yet"
	case len(missing) == 0:
		m.Answer = fmt.Sprintf("yes: all %d states that were entered are there by their types and names", len(entered))
	case len(missing) == len(entered):
		m.Answer = "no: it names none of the states that were entered"
	default:
		m.NotKnown = "of the states that were entered, the log lacks " + strings.Join(missing, ", ")
	}
	return m
}

// NotLogged is Logged where the log could not be read.
func NotLogged(err error) Measured { return Measured{Question: logQuestion, NotKnown: err.Error()} }

// NotTried is AuthorisedOn where it could not be tried.
func NotTried(err error) Measured { return Measured{Question: aclQuestion, NotKnown: err.Error()} }
