package summary

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// Conclude writes what matters: whether it is contained, and how fast; what is open; what is next.
func (s *Summary) Conclude(r *simulate.Report) {
	fmt.Fprintln(s.w)
	look, text := s.contained(r)
	s.st.Colored(s.w, look, 0, text)
	s.st.Colored(s.w, s.st.Plain, 0, s.stillOpen(r))
	s.st.Colored(s.w, s.st.Plain, 0, "Next: "+s.next(r))
}

// contained says whether it is contained and how fast, or what became of it instead.
func (s *Summary) contained(r *simulate.Report) (lipgloss.Style, string) {
	about, _ := headline.Of(s.events)
	took := s.cuts(r)
	wrong := failures(r)
	switch {
	case len(took) == 0 && wrong != "":
		return s.st.Bad, "NOT CONTAINED: " + named(about) + wrong
	case len(took) == 0:
		return s.st.Warn, "NOT CONTAINED: " + named(about) + uncut(r)
	}
	look, text := s.st.Good, "CONTAINED in "+duration(slices.Max(took))
	if len(took) > 1 {
		text = fmt.Sprintf("CONTAINED: %d incidents, the last in %s", len(took), duration(slices.Max(took)))
	}
	switch {
	case passed(r, state.Released):
		text += ", and RELEASED afterwards"
	case passed(r, state.Narrowed):
		look, text = s.st.Warn, text+", and NARROWED afterwards"
	}
	for _, more := range []string{about, evidence(r), wrong} {
		if more != "" {
			text += "; " + more
		}
	}
	if wrong != "" {
		look = s.st.Bad
	}
	return look, text
}

func named(about string) string {
	if about == "" {
		return ""
	}
	return about + "; "
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// namedWays is how many open ways are named.
const namedWays = 4

// stillOpen names the ways of what the findings are about that are open in the end.
func (s *Summary) stillOpen(r *simulate.Report) string {
	all, ways := moments(r), waysOf(r)
	if len(ways) == 0 {
		return "Still open: not known, as there was no way to try."
	}
	var open []string
	end := all[len(all)-1]
	for _, w := range ways {
		if !s.ofAccused(w) || !w.isOpen(end) {
			continue
		}
		if word := w.word(end); word != openWord && word != acceptedWord {
			open = append(open, w.name+": "+word)
		} else {
			open = append(open, w.name)
		}
	}
	switch n := len(open); {
	case n == 0:
		return "Still open: nothing that was tried."
	case end.column == released.column || end.column == atTheEnd.column:
		return fmt.Sprintf("Open, as nothing is held: %s of what the findings are about.", counted(n, "way"))
	case n > namedWays:
		open = append(open[:namedWays], fmt.Sprintf("and %d more", n-namedWays))
	}
	return "Still open: " + strings.Join(open, "; ")
}

// next is what to do now.
func (s *Summary) next(r *simulate.Report) string {
	switch {
	case failures(r) != "":
		return s.typed(" --history") + " has every step."
	case passed(r, state.LeftUncut):
		return terminal.Whole(s.Approving) + " shows the cut."
	case len(s.cuts(r)) == 0:
		return terminal.Whole("quarantine policy") + " prints what decided; " + s.typed(" --policy FILE") + " tries another."
	case passed(r, state.Released):
		return terminal.Whole("quarantine simulate --event FILE") + " tries a finding of your own; docs/deploy.md deploys it."
	}
	return s.typed(" --then narrow,release") + " gives it back; --messages has what people read."
}

// typed is a command that nothing breaks.
func (s *Summary) typed(flags string) string { return terminal.Whole(s.Command + flags) }
