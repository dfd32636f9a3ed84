package report

import (
	"encoding/json"
	"strings"
)

// slackMessage is what Slack was sent, as it shows it: https://docs.slack.dev/reference/block-kit/blocks
type slackMessage struct {
	Color  string // a class: good, bad, ...; "" for none
	Blocks []slackBlock
}

// slackBlock is a header, section, context, actions or divider.
type slackBlock struct {
	Kind    string
	Lines   [][]span // of a section or a context
	Fields  [][][]span
	Text    string // of a header
	Buttons []string
}

// span is text of one look: "", "bold", "italic", "code" or "link".
type span struct{ Look, Text, URL string }

// block is one as Slack is sent it.
type block struct {
	Type     string
	Text     *slackText
	Fields   []slackText
	Elements []struct {
		Type string
		Text json.RawMessage
	}
}

type slackText struct{ Type, Text string }

// slackOf reads what Slack was sent; nil where that is nothing, or cannot be read.
func slackOf(text json.RawMessage) *slackMessage {
	var sent struct {
		Blocks      []block
		Attachments []struct {
			Color  string
			Blocks []block
		}
	}
	if len(text) == 0 || json.Unmarshal(text, &sent) != nil {
		return nil
	}
	out := &slackMessage{}
	for _, b := range sent.Blocks {
		out.Blocks = append(out.Blocks, b.shown())
	}
	for _, a := range sent.Attachments {
		out.Color = colorOf(a.Color)
		for _, b := range a.Blocks {
			out.Blocks = append(out.Blocks, b.shown())
		}
	}
	return out
}

// colorOf is the class of a colour: a page takes no colour from outside.
func colorOf(color string) string {
	if strings.HasPrefix(color, "#") && len(color) == 7 {
		red, green, blue := color[1:3], color[3:5], color[5:7]
		switch {
		case red >= green && red >= blue && green > "70":
			return "warn"
		case red >= green && red >= blue:
			return "bad"
		case green >= blue:
			return "good"
		}
		return "info"
	}
	return map[string]string{"good": "good", "warning": "warn", "danger": "bad"}[color]
}

func (b block) shown() slackBlock {
	out := slackBlock{Kind: b.Type}
	switch b.Type {
	case "header":
		if b.Text != nil {
			out.Text = unescape(b.Text.Text)
		}
	case "section":
		if b.Text != nil {
			out.Lines = mrkdwn(*b.Text)
		}
		for _, f := range b.Fields {
			out.Fields = append(out.Fields, mrkdwn(f))
		}
	case "context":
		for _, e := range b.Elements {
			var text string
			if json.Unmarshal(e.Text, &text) == nil {
				out.Lines = append(out.Lines, mrkdwn(slackText{e.Type, text})...)
			}
		}
	case "actions":
		for _, e := range b.Elements {
			var text slackText
			if json.Unmarshal(e.Text, &text) == nil {
				out.Buttons = append(out.Buttons, text.Text)
			}
		}
	}
	return out
}

// mrkdwn is a text in lines of spans: https://docs.slack.dev/messaging/formatting-message-text
func mrkdwn(t slackText) (out [][]span) {
	for line := range strings.SplitSeq(t.Text, "\n") {
		if t.Type != "mrkdwn" {
			out = append(out, []span{{"", line, ""}})
			continue
		}
		out = append(out, spans(line))
	}
	return out
}

// marked are the characters that begin and end a look.
var marked = map[byte]string{'*': "bold", '_': "italic", '`': "code"}

func spans(line string) (out []span) {
	plain := func(text string) {
		if text != "" {
			out = append(out, span{"", unescape(text), ""})
		}
	}
	from := 0
	for i := 0; i < len(line); i++ {
		look, end := marked[line[i]], byte(0)
		switch {
		case line[i] == '<':
			look, end = "link", '>'
		case look != "" && (i == 0 || line[i-1] == ' ' || line[i-1] == '('):
			end = line[i]
		default:
			continue
		}
		n := strings.IndexByte(line[i+1:], end)
		if n < 1 {
			continue
		}
		plain(line[from:i])
		out = append(out, spanOf(look, line[i+1:i+1+n]))
		i += n + 1
		from = i + 1
	}
	plain(line[from:])
	return out
}

func spanOf(look, text string) span {
	if look != "link" {
		return span{look, unescape(text), ""}
	}
	address, label, named := strings.Cut(text, "|")
	if !named {
		label = address
	}
	if !strings.HasPrefix(address, "https://") { // a channel, a mention, a date
		return span{"", unescape(label), ""}
	}
	return span{"link", unescape(label), unescape(address)}
}

var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

func unescape(text string) string { return unescaper.Replace(text) }
