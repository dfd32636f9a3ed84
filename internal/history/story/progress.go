package story

import (
	"fmt"
	"io"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/table"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Progress writes one execution's states as they are entered, and what goes wrong.
type Progress struct {
	w     io.Writer
	st    terminal.Style
	start time.Time
	seen  int64 // the id of the latest event
}

// NewProgress follows an execution from its first event.
func NewProgress(w io.Writer, st terminal.Style) *Progress { return &Progress{w: w, st: st} }

// Event tells of an event. One that was told already is passed over, so that a
// history can be read again and again from its start.
func (p *Progress) Event(e history.Event) {
	if e.ID <= p.seen {
		return
	}
	if p.seen = e.ID; p.start.IsZero() {
		p.start = e.Timestamp
	}
	text := ""
	switch {
	case e.StateEntered != nil:
		text = e.StateEntered.Name
	case e.WentWrong():
		text = p.st.Bad.Render("  " + table.Details(e))
	default:
		return
	}
	fmt.Fprintf(p.w, "  %s  %s\n", p.st.Dim.Render(terminal.Elapsed(e.Timestamp.Sub(p.start))), text)
}
