package timeline

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Print writes the rows with bars: what is side by side has its bars in the
// same columns.
func (t Timeline) Print(w io.Writer, st terminal.Style) {
	fmt.Fprintln(w, st.Dim.Render("      at    took"))
	if len(t.Rows) > 0 && t.Rows[0].Start.After(t.Event) {
		t.row(w, st, Row{Name: "EventBridge", Start: t.Event, End: t.Rows[0].Start})
	}
	for _, r := range t.Rows {
		t.row(w, st, r)
	}
	fmt.Fprintf(w, "%8s          %s\n", Milliseconds(t.Cut.Sub(t.Event)), st.Good.Render("cut"))
}

// barColumns is how many columns the whole time has, and nameColumns the names.
const (
	barColumns  = 26
	nameColumns = terminal.Columns - barColumns - 20
)

func (t Timeline) row(w io.Writer, st terminal.Style, r Row) {
	name, look, block := r.Name, st.Plain, "─"
	if r.IsCall {
		name, look, block = "  "+r.Name, st.Of(0), "█"
	}
	from, to := t.column(r.Start), t.column(r.End)
	if r.IsCall && to == from {
		to++
	}
	line := fmt.Sprintf("%8s %7s  %s", Milliseconds(r.Start.Sub(t.Event)), Milliseconds(r.End.Sub(r.Start)), terminal.Pad(terminal.Cut(name, nameColumns), nameColumns))
	fmt.Fprintln(w, strings.TrimRight(line+" "+strings.Repeat(" ", from)+look.Render(strings.Repeat(block, to-from)), " "))
}

// column is where a moment stands in the bars. One before the event, which clocks
// that differ can show, stands at their start.
func (t Timeline) column(at time.Time) int {
	return int(int64(barColumns) * int64(max(0, at.Sub(t.Event))) / int64(max(1, t.Cut.Sub(t.Event))))
}

// Milliseconds is a time such as 193 ms.
func Milliseconds(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
