package slack

import (
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// shortened takes the place of what a message has no room for, and says where that is.
func shortened(m quarantine.Message) string {
	rest := "_Shortened. The rest is in the execution; e-mail subscribers have the whole message._"
	if m.Show != "" {
		rest += "\n" + row("$ "+m.Show)
	}
	return rest
}

// room is what is left of what a message may have. Blocks are no part of it: two that follow each
// other have more text than one may, so that there are few.
type room struct {
	weight int
	full   bool // something did not fit, and so nothing after it is taken
}

// fitted are the texts of the first part, which is the summary, and of all others, as far as the
// weight lasts. A note takes the place of the rest. The detail is in as few blocks as can be: Slack
// folds each that is long, and none that is short.
func fitted(m quarantine.Message, weight int) (summary, detail []string) {
	note := shortened(m)
	left := &room{weight: weight - blockWeight(note) - blockWeight(fallback(m))}
	for i, s := range m.Sections {
		switch {
		case left.full:
		case i == 0:
			summary = left.take(nil, sectionTexts(s))
		default:
			detail = left.take(detail, sectionTexts(s))
		}
	}
	switch {
	case !left.full:
	case len(detail) > 0:
		detail = append(detail, note)
	default:
		summary = append(summary, note)
	}
	return summary, detail
}

// take adds as many of the texts as there is room for, to the last block where they fit in it.
func (r *room) take(blocks, texts []string) []string {
	const gap = "\n\n"
	for _, text := range texts {
		last := len(blocks) - 1
		joins := last >= 0 && utf8.RuneCountInString(blocks[last])+len(gap)+utf8.RuneCountInString(text) <= maxSection
		cost := blockWeight(text)
		if joins {
			cost = weight(gap + text)
		}
		if r.weight -= cost; r.weight < 0 {
			r.full = true
			return blocks
		}
		if joins {
			blocks[last] += gap + text
		} else {
			blocks = append(blocks, text)
		}
	}
	return blocks
}
