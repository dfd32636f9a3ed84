package asreport

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

// passage is what a new connection and one that was open before can do at a moment; open is nil where
// there was none.
func passage(m moment, fresh simulate.Probe, open *simulate.Probe, n *report.Network) report.Passage {
	answer, reason := m.of(fresh)
	p := report.Passage{Reason: reason}
	switch answer {
	case simulate.Allowed:
		p.Pass, p.Word = report.Open, "open"
	case simulate.Denied:
		p.Pass, p.Word = report.Closed, "closed"
	default:
		p.Pass, p.Word = report.NotKnown, "not known"
	}
	if open == nil {
		return p
	}
	old, why := m.of(*open)
	if word, differs := together[[2]string{answer, old}]; differs {
		p.Pass, p.Word = report.Half, word.word
		p.Reason += "; the open connection: " + why
		if !slices.Contains(n.Notes, word.note) {
			n.Notes = append(n.Notes, word.note)
		}
	}
	return p
}

// together are the words where new connections and open ones differ.
var together = map[[2]string]struct{ word, note string }{
	{simulate.Denied, simulate.Allowed}:  {"goes on", "\"goes on\": nothing new can be opened; a connection that was open before the finding goes on until it was idle for too long."},
	{simulate.Denied, simulate.Unknown}:  {"goes on?", "\"goes on?\": nothing new can be opened; whether a connection that was open before the finding goes on is not known."},
	{simulate.Allowed, simulate.Denied}:  {"new only", "\"new only\": new connections can be opened; one that was open before the finding has ended."},
	{simulate.Allowed, simulate.Unknown}: {"new only?", "\"new only?\": new connections can be opened; whether one that was open before the finding goes on is not known."},
}
