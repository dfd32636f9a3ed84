package report

// told is a message as the channels show it.
type told struct {
	Message
	Slack *slackMessage
}

func tell(all []Message) (out []told) {
	for _, m := range all {
		out = append(out, told{m, slackOf(m.Slack)})
	}
	return out
}
