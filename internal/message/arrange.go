package message

import (
	"cmp"
	"slices"
	"strings"
)

// Bounds of a message's text, in rows: people read it on a phone at night. What happened and what to
// do now fit its first screen.
const (
	maxSummary = 5 // lines, not rows
	maxFirst   = 22
	maxRows    = 46
)

// rank is where a part of a message comes.
type rank int

const (
	detail  rank = iota
	summary      // what happened to what, and whom else it hits
	unread       // that the ledger could not be read
	now          // what to do
	open         // what is open, and what went wrong
	then         // what to do, as far as the first screen has no room for it
)

// order has the detail last.
func (r rank) order() int {
	if r == detail {
		return int(then) + 1
	}
	return int(r)
}

// Titles of the parts that most messages have.
const (
	nowTitle  = "What to do now"
	thenTitle = "What to do then"
	openTitle = "What is open"
)

// told is the summary: at most maxSummary lines.
func told(lines ...line) part { return part{rank: summary, lines: lines} }

// toDo are the steps of a person, the most urgent first.
func toDo(each ...[]line) part { return part{title: nowTitle, rank: now, lines: steps(each...)} }

// isOpen is the part among those that say what is open.
func (p part) isOpen() part {
	p.rank = open
	return p
}

// elsewhere says that the incident's record has all of a part: of a message that grows too long it
// is the first to go.
func (p part) elsewhere() part {
	p.onRecord = true
	return p
}

// arranged puts the parts in their order, and bounds them: steps that the first screen has no room
// for come after what is open; what is on record goes until the whole fits, and then, the last
// first, what is done by hand, which a command shows.
func arranged(parts []part) []part {
	parts = slices.DeleteFunc(slices.Clone(parts), part.empty)
	for {
		out := withoutRecorded(inOrder(withoutOverflow(slices.Clone(parts))))
		if rowsOf(out) <= maxRows || !shownElsewhere(parts) {
			return out
		}
	}
}

func withoutRecorded(parts []part) []part {
	for rowsOf(parts) > maxRows {
		last := -1
		for i, p := range parts {
			if p.onRecord {
				last = i
			}
		}
		if last < 0 {
			break
		}
		parts = slices.Delete(parts, last, last+1)
	}
	return parts
}

// hand is a step by hand, and what it gives way to.
type hand struct{ instead []line }

// handy makes the lines of a step by hand ones that can give way to the command which shows them.
// It does where the incident could be read.
func (f facts) handy(first string, lines []line) []line {
	if f.record.Incident == nil {
		return lines
	}
	return givesWay(lines, say("%s", first), f.quarantine("show", f.incident(), "--by-hand"))
}

// givesWay makes the lines of a step ones that can give way to others.
func givesWay(lines []line, instead ...line) []line {
	h := &hand{instead: instead}
	out := slices.Clone(lines)
	for i := range out {
		out[i].hand = h
	}
	return out
}

// shownElsewhere has the last step by hand give way to its command, and tells whether there was one.
func shownElsewhere(parts []part) bool {
	for i := len(parts) - 1; i >= 0; i-- {
		all := parts[i].lines
		for last := len(all) - 1; last >= 0; last-- {
			h := all[last].hand
			if h == nil {
				continue
			}
			first := slices.IndexFunc(all, func(l line) bool { return l.hand == h })
			instead := slices.Clone(h.instead)
			instead[0].lead = all[first].lead
			parts[i].lines = slices.Concat(all[:first], instead, all[last+1:])
			return true
		}
	}
	return false
}

func inOrder(parts []part) []part {
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.rank.order(), b.rank.order()) })
	return parts
}

// withoutOverflow moves the steps that the first screen has no room for into a part of their own.
func withoutOverflow(parts []part) []part {
	var before int
	for _, p := range parts {
		if p.rank == summary || p.rank == unread {
			before += len(p.rows()) + 1
		}
	}
	i := slices.IndexFunc(parts, func(p part) bool { return p.rank == now })
	if i < 0 {
		return parts
	}
	p := parts[i]
	for n := 1; n < len(p.lines); n++ {
		first := part{title: p.title, lines: p.lines[:n+1], links: p.links}
		if before+len(first.rows()) <= maxFirst {
			continue
		}
		if cut := p.stepOf(n); cut > 0 {
			parts[i].lines = p.lines[:cut]
			return append(parts, part{title: thenTitle, rank: then, lines: p.lines[cut:]})
		}
	}
	return parts
}

// stepOf is the index of the line with which the step of a line begins.
func (p part) stepOf(i int) int {
	for ; i > 0 && !strings.HasSuffix(p.lines[i].lead, ". "); i-- {
	}
	return i
}

func rowsOf(parts []part) int {
	n := max(len(parts)-1, 0) // the empty ones between them
	for _, p := range parts {
		n += len(p.rows())
	}
	return n
}

// few gives at most so many entries, each a line, and a count of the rest.
func few(entries []line, most int) []line {
	if len(entries) <= most {
		return entries
	}
	return append(slices.Clone(entries[:most]), say("and %d more", len(entries)-most))
}
