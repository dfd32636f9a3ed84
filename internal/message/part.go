package message

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// part is a titled part of a message, before it is laid out. The one without
// a title is the summary.
type part struct {
	title string
	lines []line
	links []quarantine.Link // a channel that lays out gets these apart, as Message.Links
	rank  rank
	// onRecord says that the incident's record has all of it.
	onRecord bool
}

func (p part) empty() bool { return len(p.lines) == 0 && len(p.links) == 0 }

// line is a line of prose, with what leads it in (a bullet, a label), or a
// command as its words, each already quoted for the shell.
type line struct {
	lead    string
	text    string
	command []string
	hand    *hand // the step by hand that it is a line of
}

func say(format string, args ...any) line { return line{text: fmt.Sprintf(format, args...)} }

// begin is say, where a sentence in it can begin with what it is about.
func begin(format string, args ...any) line {
	return line{text: strings.NewReplacer(". the ", ". The ", ". an unknown ", ". An unknown ").Replace(fmt.Sprintf(format, args...))}
}

func item(text string) line { return line{lead: "- ", text: text} }

// labelled gives no line where there is nothing to show.
func labelled(label, text string) []line {
	if text == "" {
		return nil
	}
	return []line{{lead: fmt.Sprintf("%-13s", label+":"), text: text}}
}

// run is a command line; flags and their values are words of their own.
func run(words ...string) line { return line{command: words} }

// items are bullets, at most maxItems of them and then a count of the rest.
func items(texts []string) []line {
	var out []line
	for _, t := range texts[:min(len(texts), maxItems)] {
		out = append(out, item(t))
	}
	return append(out, omitted(len(texts))...)
}

// omitted counts what a list of n does not show.
func omitted(n int) []line {
	if n <= maxItems {
		return nil
	}
	return []line{say("and %d more", n-maxItems)}
}

// section is the part as channels that lay messages out get it. A line that
// begins with "$ " is a command.
func (p part) section() quarantine.Section {
	s := quarantine.Section{Title: p.title}
	for _, l := range p.lines {
		s.Lines = append(s.Lines, l.String())
	}
	return s
}

// String is the whole line, however long, cleaned.
func (l line) String() string {
	if l.command != nil {
		return "$ " + command.Line(l.command)
	}
	return Clean(l.lead+l.text, maxLine)
}

const (
	columns = 79 // a terminal's 80, and an email's, leave one for the line's end
	indent  = "  "
)

// layout is the message as plain text.
func layout(parts []part) string {
	var all []string
	for i, p := range parts {
		if i > 0 {
			all = append(all, "")
		}
		all = append(all, p.rows()...)
	}
	return shorten(strings.Join(all, "\n")+"\n", maxText)
}

// rows are those of the part as text, its title first.
func (p part) rows() []string {
	var out []string
	margin := ""
	if p.title != "" {
		out = append(out, strings.ToUpper(p.title))
		margin = indent
	}
	for _, l := range p.lines {
		out = append(out, l.rows(margin)...)
	}
	for _, l := range p.links {
		out = append(out, margin+fmt.Sprintf("%-13s", l.Label+":")+l.URL)
	}
	return out
}

// rows lays a line out in rows of at most so many columns, where it can be.
func (l line) rows(margin string) []string {
	if l.command != nil {
		margin += indent + indent
		out := command.Rows(l.command, columns-len(margin))
		for i := range out {
			out[i] = margin + out[i]
		}
		return out
	}
	hang := strings.Repeat(" ", utf8.RuneCountInString(l.lead))
	out := wrap(Clean(l.text, maxLine), columns-len(margin)-len(hang))
	for i, row := range out {
		if i == 0 {
			out[i] = margin + l.lead + row
		} else {
			out[i] = margin + hang + row
		}
	}
	return out
}

// wrap breaks text at spaces. A word that is too long is broken too, unless
// it is an address or an ARN, which are useless in two pieces.
func wrap(text string, width int) []string {
	var out []string
	row := ""
	for word := range strings.FieldsSeq(text) {
		for breakable(word) && utf8.RuneCountInString(word) > width {
			if row != "" {
				out, row = append(out, row), ""
			}
			runes := []rune(word)
			out, word = append(out, string(runes[:width])), string(runes[width:])
		}
		switch {
		case row == "":
			row = word
		case utf8.RuneCountInString(row)+1+utf8.RuneCountInString(word) <= width:
			row += " " + word
		default:
			out, row = append(out, row), word
		}
	}
	return append(out, row)
}

func breakable(word string) bool {
	return !strings.HasPrefix(word, "https://") && !strings.HasPrefix(word, "arn:")
}

// shorten keeps whole rows, at most limit bytes of them, and says so.
func shorten(text string, limit int) string {
	const note = "(shortened: the execution has the rest)\n"
	if len(text) <= limit {
		return text
	}
	cut := strings.LastIndexByte(text[:limit-len(note)], '\n')
	return text[:cut+1] + note
}
