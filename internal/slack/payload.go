package slack

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Limits of Block Kit, in characters: https://docs.slack.dev/reference/block-kit/blocks
const (
	maxHeader  = 150
	maxSection = 3000
	maxBlocks  = 50
	maxTitle   = 200             // this package's own limit
	maxRow     = maxSection - 10 // leaves room for the markup around a row
)

// payload lays a message out: the subject as a header block, one or more sections for
// each part, the buttons of a question, and the links.
func payload(m quarantine.Message) *slack.WebhookMessage {
	subject, links, note := header(m.Subject), linksText(m.Links), shortened(m)
	blocks := []slack.Block{slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, subject, false, false))}
	room := maxWeight - blockWeight(subject) - blockWeight(links) - buttonsWeight(m.Ask)
	for _, text := range fitting(m.Sections, note, room) {
		blocks = append(blocks, section(text))
	}
	if b := buttons(m.Ask); b != nil {
		blocks = append(blocks, b)
	}
	if links != "" {
		blocks = append(blocks, section(links))
	}
	off := false
	return &slack.WebhookMessage{
		Text:        header(m.Subject), // shown in notifications
		Blocks:      &slack.Blocks{BlockSet: blocks},
		UnfurlLinks: &off,
		UnfurlMedia: &off,
	}
}

// section makes a verbatim block: Slack makes neither links nor mentions of its text.
func section(text string) slack.Block {
	return slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, text, false, true), nil, nil)
}

// header makes plain text, which Slack escapes.
func header(subject string) string {
	if s := escaped(subject, maxHeader); s != "" {
		return s
	}
	return "(no subject)" // Slack refuses an empty header
}

// shortened takes the place of what a message has no room for, and says where that is.
func shortened(m quarantine.Message) string {
	rest := "_Shortened. The rest is in the execution; e-mail subscribers have the whole message._"
	if m.Show != "" {
		rest += "\n" + row("$ "+m.Show)
	}
	return rest
}

// fitting are the texts of all parts, from the first on, as far as blocks and room last, and
// then the note.
func fitting(parts []quarantine.Section, note string, room int) (out []string) {
	room -= blockWeight(note)
	for _, s := range parts {
		for _, text := range sectionTexts(s) {
			if room -= blockWeight(text); room < 0 || len(out) == maxBlocks-4 { // beside header, note, buttons and links
				return append(out, note)
			}
			out = append(out, text)
		}
	}
	return out
}

// sectionTexts splits one part into texts, none longer than a block may be.
func sectionTexts(s quarantine.Section) []string {
	var rows []string
	if s.Title != "" {
		rows = append(rows, "*"+escaped(s.Title, maxTitle)+"*")
	}
	for _, l := range s.Lines {
		rows = append(rows, row(l))
	}
	var out []string
	text := ""
	for _, r := range rows {
		if text != "" && utf8.RuneCountInString(text)+1+utf8.RuneCountInString(r) > maxSection {
			out, text = append(out, text), ""
		}
		if text != "" {
			text += "\n"
		}
		text += r
	}
	if strings.TrimSpace(text) != "" {
		out = append(out, text)
	}
	return out
}

// row formats a line for a block. A command ("$ ...") becomes inline code, in which
// Slack reads no character as formatting.
func row(line string) string {
	command, ok := strings.CutPrefix(line, "$ ")
	if ok && strings.TrimSpace(command) != "" && !strings.Contains(command, "`") {
		return "`" + escaped(command, maxRow) + "`"
	}
	return escaped(line, maxRow)
}

// escaper escapes mrkdwn: https://docs.slack.dev/messaging/formatting-message-text#escaping
// Without < there are no mentions, channels or links. A backtick has no escape and
// would start inline code that takes in the text after it.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "'")

// escaped returns s as one line that Slack shows literally, at most limit characters
// long, counted as Slack counts: after escaping.
func escaped(s string, limit int) string {
	const dots = "..."
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	whole := escaper.Replace(s)
	if utf8.RuneCountInString(whole) <= limit {
		return whole
	}
	var b strings.Builder
	length := len(dots)
	for _, r := range s {
		piece := escaper.Replace(string(r))
		if length += utf8.RuneCountInString(piece); length > limit {
			break
		}
		b.WriteString(piece)
	}
	return b.String() + dots
}

func linkable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.HasPrefix(address, "https://") && u.Host != "" &&
		!strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>|`", r) })
}

// linksText returns "" without links. Only https URLs become links, and none with a
// character that would end the link's markup early.
func linksText(links []quarantine.Link) string {
	var out []string
	length := 0
	for _, l := range links {
		if !linkable(l.URL) {
			continue
		}
		link := "<" + escaper.Replace(l.URL) + "|" + strings.ReplaceAll(escaped(l.Label, maxTitle), "|", "/") + ">"
		if length += utf8.RuneCountInString(link) + len(" · "); length > maxSection {
			break
		}
		out = append(out, link)
	}
	return strings.Join(out, " · ")
}
