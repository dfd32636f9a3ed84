package timeline

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Print writes the rows with bars: what is side by side has its bars in the
// same columns. A narrow output has no room for bars.
func (t Timeline) Print(w io.Writer, st terminal.Style) {
	fmt.Fprintln(w, st.Dim.Render("      at    took"))
	if len(t.Rows) > 0 && t.Rows[0].Start.After(t.Event) {
		t.row(w, st, Row{Name: "EventBridge", Start: t.Event, End: t.Rows[0].Start})
	}
	for _, r := range t.Rows {
		t.row(w, st, r)
	}
	fmt.Fprintf(w, "%8s          %s\n", Milliseconds(t.Cut.Sub(t.Event)), st.Title.Render("cut"))
}

// Columns of the whole time, of what stands before a name, and those that a name has at least where
// there are bars beside it.
const (
	barColumns  = 26
	timeColumns = 20
	nameColumns = 20
)

func (t Timeline) row(w io.Writer, st terminal.Style, r Row) {
	name, look, block := r.Name, st.Plain, "─"
	if r.IsCall {
		name, look, block = "  "+r.Name, st.Of(0), "█"
	}
	times := fmt.Sprintf("%8s %7s  ", Milliseconds(r.Start.Sub(t.Event)), Milliseconds(r.End.Sub(r.Start)))
	room := st.Columns - barColumns - timeColumns
	if room < nameColumns {
		fmt.Fprintln(w, strings.TrimRight(times, " "))
		fmt.Fprintln(w, st.Wrap(r.Name, 4))
		return
	}
	from, to := t.column(r.Start), t.column(r.End)
	if r.IsCall && to == from {
		to++
	}
	line := times + terminal.Pad(terminal.Cut(name, room), room)
	fmt.Fprintln(w, strings.TrimRight(line+" "+strings.Repeat(" ", from)+look.Render(strings.Repeat(block, to-from)), " "))
}

// column is where a moment stands in the bars. One before the event, which clocks
// that differ can show, stands at their start.
func (t Timeline) column(at time.Time) int {
	return int(int64(barColumns) * int64(max(0, at.Sub(t.Event))) / int64(max(1, t.Cut.Sub(t.Event))))
}

// Milliseconds is a time such as 193 ms.
func Milliseconds(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
