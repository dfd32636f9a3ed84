package summary

import (
	"fmt"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// way is how one host gets to another: over a new connection, and over one that was open before the
// finding; nil is what was not asked.
type way struct {
	name      string
	new, open *simulate.Probe
}

// waysOf puts the probes about one way together, in their order.
func waysOf(probes []simulate.Probe) (ways []way) {
	at := map[string]int{}
	for i := range probes {
		p := &probes[i]
		name := p.From + " → " + p.To
		if _, known := at[name]; !known {
			at[name] = len(ways)
			ways = append(ways, way{name: name})
		}
		if of := &ways[at[name]]; p.Open {
			of.open = p
		} else {
			of.new = p
		}
	}
	return ways
}

// words say what new connections and open ones can do.
const (
	openWord    = "open"
	closedWord  = "closed"
	unknownWord = "?"
	goesOn      = "goes on"
	mayGoOn     = "goes on?"
	newOnly     = "new only"
	mayBeNew    = "new only?"
)

// column is the width of a word with what parts it from the next.
const column = 10

// explained are the words that do not speak for themselves.
var explained = []struct{ word, means string }{
	{goesOn, "nothing new can be opened; a connection that was open before the finding goes on."},
	{mayGoOn, "nothing new can be opened; whether a connection that was open before the finding goes on is not known."},
	{newOnly, "new connections can be opened; one that was open before the finding has ended."},
	{mayBeNew, "new connections can be opened; whether one that was open before the finding goes on is not known."},
}

// ordinary are the rules that hold for new connections as well.
var ordinary = map[account.PathRule]bool{
	"route": true, "network-acl": true, "inside-a-subnet": true, "internet-gateway": true, "security-group": true, "nat-gateway": true,
}

var together = map[[2]string]string{
	{simulate.Denied, simulate.Allowed}: goesOn, {simulate.Denied, simulate.Unknown}: mayGoOn,
	{simulate.Allowed, simulate.Denied}: newOnly, {simulate.Allowed, simulate.Unknown}: mayBeNew,
}

var alone = map[string]string{simulate.Allowed: openWord, simulate.Denied: closedWord, simulate.Unknown: unknownWord}

// word is what can be done at a moment.
func (w way) word(m moment) string {
	var fresh, open string
	if w.new != nil {
		fresh, _ = m.of(*w.new)
	}
	if w.open != nil {
		open, _ = m.of(*w.open)
	}
	switch {
	case fresh == "":
		return alone[open]
	case together[[2]string{fresh, open}] != "":
		return together[[2]string{fresh, open}]
	}
	return alone[fresh]
}

// reason says why it is not open at a moment.
func (w way) reason(m moment) string {
	p := w.new
	if p == nil {
		p = w.open
	}
	if answer, reason := m.of(*p); answer != simulate.Allowed {
		return reason
	}
	return ""
}

func (s *Summary) look(word string) lipgloss.Style {
	switch word {
	case openWord:
		return s.st.Good
	case closedWord:
		return s.st.Bad
	}
	return s.st.Warn
}

// way writes one way at a moment, with the reason if that is wanted.
func (s *Summary) way(w way, m moment, reason bool) {
	word := w.word(m)
	fmt.Fprintf(s.w, "  %s%s\n", s.look(word).Render(terminal.Pad(word, column)), terminal.Cut(w.name, s.width-column-2))
	if text := w.reason(m); text != "" && reason {
		s.st.Dimmed(s.w, terminal.Wrap(text, column+2))
	}
}
