package slack

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

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

// unshown takes the place of a command that Slack cannot show as it is.
const unshown = "_A command that Slack cannot show as it is to be typed: mail and the command line have it._"

// row formats a line for a block. A command ("$ ...") becomes inline code, in which Slack reads no
// character as formatting, and is shown as it is or not at all: another character in it could end a
// quote, and what a name says be run.
func row(line string) string {
	command, ok := strings.CutPrefix(line, "$ ")
	if !ok || strings.TrimSpace(command) == "" {
		return escaped(line, maxRow)
	}
	if strings.Contains(command, "`") || !utf8.ValidString(command) || strings.Join(strings.Fields(command), " ") != command ||
		utf8.RuneCountInString(escaper.Replace(command)) > maxRow {
		return unshown
	}
	return "`" + escaped(command, maxRow) + "`"
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
