package main

import (
	"fmt"
	"io"

	"github.com/ec2-quarantine/quarantine/internal/headline"
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
			fmt.Fprintln(w, st.Wrap(e.Error, 2))
			continue
		}
		fmt.Fprintln(w, st.Wrap(fmt.Sprintf("%s, severity %g, %s", e.Finding.Type, e.Finding.Severity, headline.Accused(*e.Finding)), 2))
		headline.PrintVerdict(w, st, *e.Verdict)
	}
}
