package summary

import (
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// way is how one host gets to another: over a new connection, and over one that was open before the
// finding; nil is what was not asked. Or it is what somebody can do elsewhere who has taken an
// instance's credentials.
type way struct {
	name      string
	new, open *simulate.Probe
	taken     *simulate.Credential
}

// waysOf puts the probes about one way together, in their order, and after them the credentials.
func waysOf(r *simulate.Report) (ways []way) {
	at := map[string]int{}
	for i := range r.Probes {
		p := &r.Probes[i]
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
	for _, c := range r.Credentials {
		ways = append(ways, way{name: "credentials of " + c.Instance + " elsewhere", taken: c})
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

	// What taken credentials are.
	acceptedWord = "accepted"
	refusedWord  = "refused"
)

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
	if w.taken != nil {
		return map[string]string{simulate.Allowed: acceptedWord, simulate.Denied: refusedWord}[w.taken.Answers[m.phase]]
	}
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
	if p == nil {
		return ""
	}
	if answer, reason := m.of(*p); answer != simulate.Allowed {
		return reason
	}
	return ""
}

// isOpen tells whether anything is open at a moment.
func (w way) isOpen(m moment) bool { return w.word(m) != closedWord && w.word(m) != refusedWord }

// ofAccused tells whether the way is one of what a finding is about.
func (s *Summary) ofAccused(w way) bool {
	switch {
	case w.taken != nil:
		return s.accused(w.taken.Instance)
	case w.new != nil:
		return s.accused(w.new.Packet.From) || s.accused(w.new.Packet.To)
	}
	return s.accused(w.open.Packet.From) || s.accused(w.open.Packet.To)
}

// word is what can be done at a moment, in the colour of whether that is good: of what a finding is
// about, that it is closed; of its neighbours, and of everything after a release, that it is as it was.
// Before the findings nothing is either.
func (s *Summary) word(w way, m moment) string {
	text, was := w.word(m), w.word(atFirst)
	look := s.st.Plain
	switch {
	case m.column == atFirst.column:
	case m.column == released.column || !s.ofAccused(w):
		if text != was {
			look = s.st.Warn
		} else if m.column == released.column {
			look = s.st.Good
		}
	case text == was && !w.isOpen(m): // it was closed all along
	case !w.isOpen(m):
		look = s.st.Good
	case text == openWord || text == acceptedWord:
		look = s.st.Bad
	default:
		look = s.st.Warn
	}
	return look.Render(text)
}
