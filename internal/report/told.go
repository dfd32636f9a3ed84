package report

import (
	"encoding/json"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// Told are the messages that histories have: the function that sends them answers with the subject and
// with what each channel did. Their texts are not kept.
func Told(executions []history.Execution) (out []Message) {
	for _, x := range executions {
		by := map[int64]string{} // the state that an event belongs to
		for _, e := range x.History {
			by[e.ID] = by[e.PreviousEventID]
			if e.StateEntered != nil {
				by[e.ID] = e.StateEntered.Name
			}
			if e.TaskSucceeded == nil || e.TaskSucceeded.ResourceType != "lambda" {
				continue
			}
			if m, is := sent(e.TaskSucceeded.Output); is {
				m.At, m.By = e.Timestamp, by[e.ID]
				out = append(out, m)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Message) int { return a.At.Compare(b.At) })
	return out
}

// sent reads the answer of the function that sends messages; false of any other.
func sent(output string) (m Message, is bool) {
	var answer struct {
		Payload struct {
			Subject string
			Sent    []struct {
				Channel string
				OK      bool
			}
		}
	}
	if json.Unmarshal([]byte(output), &answer) != nil || answer.Payload.Subject == "" {
		return m, false
	}
	m.Subject = answer.Payload.Subject
	for _, d := range answer.Payload.Sent {
		if d.OK {
			m.Channels = append(m.Channels, d.Channel)
		} else {
			m.Failed = append(m.Failed, d.Channel)
		}
	}
	return m, true
}
