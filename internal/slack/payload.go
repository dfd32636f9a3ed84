package slack

import (
	"encoding/json"

	"github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Limits of Block Kit, in characters: https://docs.slack.dev/reference/block-kit/blocks
const (
	maxHeader  = 150
	maxSection = 3000
	maxTitle   = 200             // this package's own limit
	maxRow     = maxSection - 10 // leaves room for the markup around a row
)

// look is how an outcome looks: a sign in the header, and the bar beside the detail.
type look struct{ sign, color string }

var looks = map[quarantine.Outcome]look{
	quarantine.OutcomeGood: {"\U0001f7e2", "#2eb67d"},
	quarantine.OutcomeBad:  {"\U0001f534", "#e01e5a"},
	quarantine.OutcomeAsk:  {"\U0001f7e0", "#ecb22e"},
	quarantine.OutcomeInfo: {"\U0001f535", "#36c5f0"},
}

// Body is the JSON that is posted of a message.
func Body(m quarantine.Message) (json.RawMessage, error) { return json.Marshal(payload(m)) }

// payload lays a message out: the subject as a header with the outcome's sign, the summary in
// full, the buttons of a question, and the links. All other parts are the detail behind that: an
// attachment with the outcome's color, in which Slack folds a long part ("see more"). The summary
// is no attachment, for Slack may fold these as it likes:
// https://docs.slack.dev/messaging/formatting-message-text#attachments
// The buttons are no part of one either: what is pressed there comes from the message itself.
func payload(m quarantine.Message) *slack.WebhookMessage {
	subject, links := header(m), linksText(m.Links)
	summary, detail := fitted(m, maxWeight-blockWeight(subject)-blockWeight(links)-buttonsWeight(m.Ask))
	blocks := []slack.Block{slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, subject, false, false))}
	for _, text := range summary {
		blocks = append(blocks, section(text, true))
	}
	if b := buttons(m.Ask); b != nil {
		blocks = append(blocks, b)
	}
	if links != "" {
		blocks = append(blocks, slack.NewContextBlock("", markdown(links)))
	}
	off := false
	return &slack.WebhookMessage{
		Text:        fallback(m), // shown in notifications
		Blocks:      &slack.Blocks{BlockSet: blocks},
		Attachments: attached(m, detail),
		UnfurlLinks: &off,
		UnfurlMedia: &off,
	}
}

// attached is the attachment with the detail, if there is any.
func attached(m quarantine.Message, detail []string) []slack.Attachment {
	if len(detail) == 0 {
		return nil
	}
	a := slack.Attachment{Color: looks[m.Outcome].color, Fallback: fallback(m)}
	for _, text := range detail {
		a.Blocks.BlockSet = append(a.Blocks.BlockSet, section(text, false))
	}
	return []slack.Attachment{a}
}

// section is a block of text. Slack folds a long one that is not to be expanded:
// https://docs.slack.dev/reference/block-kit/blocks/section-block
func section(text string, expand bool) slack.Block {
	return slack.NewSectionBlock(markdown(text), nil, nil, slack.SectionBlockOptionExpand(expand))
}

// markdown is verbatim: Slack makes neither links nor mentions of its text.
func markdown(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, text, false, true)
}

// header makes plain text, which Slack escapes.
func header(m quarantine.Message) string {
	sign := looks[m.Outcome].sign
	if sign == "" {
		return fallback(m)
	}
	return sign + " " + titled(m.Subject, maxHeader-3)
}

func fallback(m quarantine.Message) string { return titled(m.Subject, maxHeader) }

func titled(subject string, limit int) string {
	if s := escaped(subject, limit); s != "" {
		return s
	}
	return "(no subject)" // Slack refuses an empty header
}

// plain is a message without a layout, for the case that Slack refuses the layout: Block Kit
// changes, and news must get out.
func plain(m quarantine.Message) *slack.WebhookMessage {
	text := "*" + titled(m.Subject, maxHeader) + "*"
	if m.Ask != nil && linkable(m.Ask.Link) {
		text += "\n<" + escaper.Replace(m.Ask.Link) + "|Open the page>"
	}
	for _, s := range m.Sections {
		for _, part := range sectionTexts(s) {
			if len(text)+len(part) > maxSection {
				return &slack.WebhookMessage{Text: text + "\n" + shortened(m)}
			}
			text += "\n" + part
		}
	}
	return &slack.WebhookMessage{Text: text}
}
