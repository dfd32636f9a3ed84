package slack

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// shortened takes the place of what a message has no room for, and says where that is.
func shortened(m quarantine.Message) string {
	rest := "_Shortened. The rest is in the execution"
	if incident := escaped(m.Attributes["incident"], maxTitle); incident != "" {
		rest += ", and in \"quarantine show " + incident + "\""
	}
	return rest + "; e-mail subscribers have the whole message._"
}

// room is what is left of what a message may have.
type room struct {
	weight, blocks int
	full           bool // something did not fit, and so nothing after it is taken
}

// fitted are the texts of the first part, which is the summary, and of all others, as far as blocks
// and weight last. A note takes the place of the rest.
func fitted(m quarantine.Message, weight int) (summary, detail []string) {
	note := shortened(m)
	left := &room{weight: weight - blockWeight(note) - blockWeight(fallback(m)), blocks: maxBlocks - 4} // beside header, note, buttons and links
	for i, s := range m.Sections {
		if left.full {
			break
		}
		texts := left.take(sectionTexts(s))
		if i == 0 {
			summary = texts
		} else {
			detail = append(detail, texts...)
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

// take is as many of the texts as there is room for.
func (r *room) take(texts []string) []string {
	for i, text := range texts {
		if r.full {
			return nil
		}
		r.weight -= blockWeight(text)
		if r.full = r.weight < 0 || r.blocks == 0; r.full {
			return texts[:i]
		}
		r.blocks--
	}
	return texts
}
