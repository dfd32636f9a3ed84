package asreport

import (
	"encoding/json"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

// messages are each one once, with the channels that took it.
func messages(s *simulate.Report) (out []report.Message) {
	at := map[string]int{}
	calls := map[string][]simulate.Call{}
	for _, c := range s.Calls {
		if (c.Operation == "Publish" || c.Operation == "PostWebhook") && c.Error == "" {
			calls[c.Service] = append(calls[c.Service], c)
		}
	}
	for _, n := range s.Notifications {
		i, known := at[n.Text]
		if !known {
			i = len(out)
			at[n.Text] = i
			out = append(out, report.Message{Subject: n.Subject, Text: n.Text})
		}
		m := &out[i]
		m.Channels = append(m.Channels, n.Channel)
		if len(calls[n.Channel]) == 0 {
			continue
		}
		call := calls[n.Channel][0] // a channel takes messages in the order in which it is called
		calls[n.Channel] = calls[n.Channel][1:]
		if m.At.IsZero() {
			m.At = call.Ended
		}
		if body, is := call.Input.(*json.RawMessage); is {
			m.Slack = *body
		}
	}
	return out
}
