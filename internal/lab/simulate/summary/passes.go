package summary

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// passes writes what can be done at each moment: a table where it fits, and else the words of each
// way below it. What does not speak for itself is explained once.
func (s *Summary) passes(r *simulate.Report) {
	all, ways := moments(r), waysOf(r)
	if len(ways) == 0 {
		return
	}
	shown := all
	if len(all) > most && !s.fits(all, ways) { // then what stood between the first and the last word goes first
		shown = slices.DeleteFunc(slices.Clone(all), func(m moment) bool { return m.column == afterCut.column })
	}
	if s.fits(shown, ways) {
		s.table(shown, ways)
	} else {
		s.below(all, ways)
	}
	s.explain(r, all, ways)
}

// gap parts a column from the one before it.
const gap = 2

// width is how wide a moment's column is, with the gap before it.
func width(m moment, ways []way) int {
	widest := len(m.column)
	for _, w := range ways {
		widest = max(widest, len(w.word(m)))
	}
	return gap + widest
}

// row has a text of each moment, in its column.
func row(all []moment, ways []way, text func(moment) string) string {
	var out string
	for _, m := range all {
		out += strings.Repeat(" ", gap) + terminal.Pad(text(m), width(m, ways)-gap)
	}
	return strings.TrimRight(out, " ")
}

// most is how many moments an ordinary table has.
const most = 3

// nameWidth is how wide the longest name is; the title stands above the names, two columns to the left.
func nameWidth(ways []way) int {
	widest := len(title) - 2
	for _, w := range ways {
		widest = max(widest, ansi.StringWidth(w.name))
	}
	return widest
}

func wordsWidth(all []moment, ways []way) (words int) {
	for _, m := range all {
		words += width(m, ways)
	}
	return words
}

func (s *Summary) fits(all []moment, ways []way) bool {
	return 2+nameWidth(ways)+wordsWidth(all, ways) <= s.st.Columns
}

// title is that of the map.
const title = "What passes"

// table writes a line a way, with a column for each moment.
func (s *Summary) table(all []moment, ways []way) {
	widest := nameWidth(ways)
	s.st.Heading(s.w, terminal.Pad(title, 2+widest)+row(all, ways, func(m moment) string { return m.column }))
	for _, w := range ways {
		fmt.Fprintf(s.w, "  %s%s\n", terminal.Pad(w.name, widest), row(all, ways, func(m moment) string { return s.word(w, m) }))
	}
}

// below writes each way, and below it its words: in columns or, where there is no room for those,
// each with its moment.
func (s *Summary) below(all []moment, ways []way) {
	s.heading(title)
	columns := 2+wordsWidth(all, ways) <= s.st.Columns
	if columns {
		s.st.Dimmed(s.w, "  "+row(all, ways, func(m moment) string { return m.column }))
	}
	for _, w := range ways {
		fmt.Fprintln(s.w, s.st.Wrap(w.name, 2))
		if columns {
			fmt.Fprintln(s.w, "  "+row(all, ways, func(m moment) string { return s.word(w, m) }))
			continue
		}
		for _, m := range all {
			fmt.Fprintf(s.w, "    %s %s\n", terminal.Pad(m.column, 9), s.word(w, m))
		}
	}
}

// explain says what each word means that does not speak for itself, and what that follows from.
func (s *Summary) explain(r *simulate.Report, all []moment, ways []way) {
	for _, e := range explained {
		rules, seen := rulesBehind(e.word, all, ways)
		if !seen {
			continue
		}
		text := fmt.Sprintf("%q: %s", e.word, e.means)
		for i, rule := range rules {
			if slices.Index(rules, rule) == i {
				text += " " + r.Rules[rule].Says
			}
		}
		s.st.Colored(s.w, s.st.Dim, 2, text)
	}
	var why []string
	for _, w := range ways {
		for _, m := range all {
			if reason := w.reason(m); w.word(m) == unknownWord && reason != "" && !slices.Contains(why, reason) {
				why = append(why, reason)
			}
		}
	}
	for _, reason := range why {
		s.st.Colored(s.w, s.st.Dim, 2, fmt.Sprintf("%q: %s", unknownWord, reason))
	}
}

// rulesBehind are the rules by which open connections are what a word says of a way, at any moment.
func rulesBehind(word string, all []moment, ways []way) (rules []account.PathRule, seen bool) {
	for _, w := range ways {
		for _, m := range all {
			if w.open == nil || w.word(m) != word {
				continue
			}
			seen = true
			for _, rule := range w.open.Rules[m.phase] {
				if !ordinary[rule] {
					rules = append(rules, rule)
				}
			}
		}
	}
	return rules, seen
}
