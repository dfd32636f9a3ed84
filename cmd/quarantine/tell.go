package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// tell writes verdicts for people.
func tell(w io.Writer, st style, all []explained) {
	for i, e := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, st.title.Render(e.File))
		if e.Error != "" {
			fmt.Fprintln(w, st.bad.Render("  cannot be read"))
			fmt.Fprintln(w, wrap(e.Error, 2))
			continue
		}
		fmt.Fprintln(w, wrap(fmt.Sprintf("%s, severity %g, %s", e.Finding.Type, e.Finding.Severity, accused(*e.Finding)), 2))
		tellVerdict(w, st, *e.Verdict)
	}
}

// tellVerdict writes the action, the score, and the reasons that make it.
func tellVerdict(w io.Writer, st style, v quarantine.Verdict) {
	fmt.Fprintf(w, "  %s, score %d\n", byAction(st, v.Action).Render(string(v.Action)), v.Score)
	for _, r := range v.Reasons {
		points := "    "
		if r.Points != 0 {
			points = fmt.Sprintf("%+4d", r.Points)
		}
		text := strings.TrimLeft(wrap(r.Text, 9), " ")
		fmt.Fprintf(w, "  %s   %s\n", st.dim.Render(points), text)
	}
}

func byAction(st style, a quarantine.Action) lipgloss.Style {
	switch a {
	case quarantine.ActionIsolate:
		return st.bad
	case quarantine.ActionApprove, quarantine.ActionNotify:
		return st.warn
	}
	return st.dim
}

// accused names the instances of a finding.
func accused(f quarantine.Finding) string {
	switch len(f.Instances) {
	case 0:
		return "no instance (" + f.ResourceType + ")"
	case 1:
		return f.Instances[0].ID
	}
	return fmt.Sprintf("%d instances", len(f.Instances))
}
