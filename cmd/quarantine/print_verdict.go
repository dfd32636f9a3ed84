package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// printVerdicts writes verdicts for people.
func printVerdicts(w io.Writer, st terminal.Style, all []judged) {
	for i, e := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, st.Title.Render(e.File))
		if e.Error != "" {
			fmt.Fprintln(w, st.Bad.Render("  cannot be read"))
			fmt.Fprintln(w, terminal.Wrap(e.Error, 2))
			continue
		}
		fmt.Fprintln(w, terminal.Wrap(fmt.Sprintf("%s, severity %g, %s", e.Finding.Type, e.Finding.Severity, headline.Accused(*e.Finding)), 2))
		printVerdict(w, st, *e.Verdict)
	}
}

// printVerdict writes the action, the score, and the reasons that make it.
func printVerdict(w io.Writer, st terminal.Style, v quarantine.Verdict) {
	fmt.Fprintf(w, "  %s, score %d\n", byAction(st, v.Action).Render(string(v.Action)), v.Score)
	for _, r := range v.Reasons {
		points := "    "
		if r.Points != 0 {
			points = fmt.Sprintf("%+4d", r.Points)
		}
		text := strings.TrimLeft(terminal.Wrap(r.Text, 9), " ")
		fmt.Fprintf(w, "  %s   %s\n", st.Dim.Render(points), text)
	}
}

func byAction(st terminal.Style, a quarantine.Action) lipgloss.Style {
	switch a {
	case quarantine.ActionIsolate:
		return st.Bad
	case quarantine.ActionApprove, quarantine.ActionNotify:
		return st.Warn
	}
	return st.Dim
}
