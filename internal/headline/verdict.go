package headline

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// PrintVerdict writes the action, the score, and the reasons that make it.
func PrintVerdict(w io.Writer, st terminal.Style, v quarantine.Verdict) {
	score := fmt.Sprintf("score %d", v.Score)
	if v.Unscored {
		score = "not scored"
	}
	fmt.Fprintf(w, "  %s, %s\n", byAction(st, v.Action).Render(string(v.Action)), score)
	for _, r := range v.Reasons {
		points := "    "
		if r.Points != 0 {
			points = fmt.Sprintf("%+4d", r.Points)
		}
		text := strings.TrimLeft(st.Wrap(r.Text, 9), " ")
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
