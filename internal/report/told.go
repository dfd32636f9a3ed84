package report

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Told are the messages that histories have: the function that sends them answers with the subject and
// with what each channel did, and the one that asks people with the channels that took the question.
// Their texts are not kept.
func Told(executions []history.Execution) (out []Message) {
	for _, x := range executions {
		in := map[int64]telling{} // by event
		for _, e := range x.History {
			of := in[e.PreviousEventID]
			of.by(e)
			in[e.ID] = of
			if m, is := of.message(e); is {
				m.At, m.By = e.Timestamp, of.state
				out = append(out, m)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Message) int { return a.At.Compare(b.At) })
	return out
}

// telling is the state that an event belongs to, and what its task asks people, or "".
type telling struct{ state, purpose string }

// by takes from an event what it says of those after it.
func (of *telling) by(e history.Event) {
	switch {
	case e.StateEntered != nil:
		*of = telling{state: e.StateEntered.Name}
	case e.TaskScheduled != nil:
		var arguments struct{ Payload struct{ Purpose string } }
		_ = json.Unmarshal([]byte(e.TaskScheduled.Parameters), &arguments) // what is not asked has no purpose
		of.purpose = arguments.Payload.Purpose
	}
}

// message is what an event says that people were told. A task that waits for a person is answered by the
// function when it has asked, which is when it is submitted.
func (of telling) message(e history.Event) (m Message, is bool) {
	switch {
	case e.TaskSucceeded != nil && e.TaskSucceeded.ResourceType == "lambda":
		return sent(e.TaskSucceeded.Output)
	case e.TaskSubmitted != nil && e.TaskSubmitted.ResourceType == "lambda":
		return asked(e.TaskSubmitted.Output, of.purpose)
	}
	return m, false
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

// asked reads the answer of the function that asks people; false of any other, and where a question was
// decided already, so that nobody was asked. It has no subject: what was asked stands in for one.
func asked(output, purpose string) (m Message, is bool) {
	var answer struct {
		Payload struct {
			Request, Status string
			Asked           []string
			Reminders       int
		}
	}
	a := &answer.Payload
	if json.Unmarshal([]byte(output), &answer) != nil || a.Request == "" || a.Status != string(quarantine.RequestPending) {
		return m, false
	}
	m.Subject, m.Channels = "A question", a.Asked
	if purpose != "" {
		m.Subject += ", whether to " + purpose
	}
	if a.Reminders > 0 {
		m.Subject += fmt.Sprintf(": reminder %d", a.Reminders)
	}
	if len(a.Asked) == 0 {
		m.Subject += ", which no channel took"
	}
	return m, true
}
