package approval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Limits of what stands before the buttons: a phone shows it at once. The whole is below them.
const (
	maxName  = 40  // characters of a name
	maxFact  = 160 // characters of a fact
	maxTypes = 4   // types of finding
)

// gist is what a person reads before the buttons.
type gist struct {
	Name     string // what the tag Name says, or "": a hint
	Place    string
	Why      string // why a person is asked; "" where that is always so
	Hit      string // who else is hit
	Evidence string
	Types    []found
	More     []found // further types, folded
	Unread   bool    // the ledger did not say which findings there are beside the question's
}

// found is a type of finding that an incident has.
type found struct {
	Type     string
	Severity float64 // the highest
	Times    int
}

// ByWord tells whether this is a person's word, and no finding.
func (f found) ByWord() bool { return f.Type == quarantine.TypeWord }

func gistOf(r quarantine.ApprovalRequest, of record) gist {
	words := kinds.Of(r.Resource.Kind)
	g := gist{
		Name: message.Clean(cmp.Or(of.Name(), r.Finding.Name), maxName), Place: place(r.Resource, words),
		Hit: message.Clean(hit(r, of, words), maxFact), Evidence: evidence(r, of), Unread: of.unread,
	}
	if r.Purpose == quarantine.PurposeIsolate {
		_, braked := braking(r)
		g.Why = message.Clean(cmp.Or(braked, strings.Join(unscored(r), "; ")), maxFact)
	}
	all := types(findings(r, of))
	g.Types, g.More = all[:min(len(all), maxTypes)], all[min(len(all), maxTypes):]
	return g
}

// place is where a resource is, as far as that says anything.
func place(r quarantine.Resource, words kinds.Words) string {
	if words.Global {
		return r.AccountID
	}
	return r.AccountID + ", " + r.Region
}

// unscored are the reasons that have no points: for these a person is asked.
func unscored(r quarantine.ApprovalRequest) []string {
	var out []string
	for _, reason := range r.Reasons {
		if reason.Points == 0 {
			out = append(out, reason.Text)
		}
	}
	return out
}

// findings are all of the incident, the question's own among them.
func findings(r quarantine.ApprovalRequest, of record) []quarantine.IncidentFinding {
	own := func(f quarantine.IncidentFinding) bool { return f.ID == r.Finding.ID }
	if slices.ContainsFunc(of.Findings, own) {
		return of.Findings
	}
	return append([]quarantine.IncidentFinding{{FindingSummary: r.Finding, Score: r.Score}}, of.Findings...)
}

// types are those of the findings, the most severe first.
func types(all []quarantine.IncidentFinding) []found {
	var out []found
	for _, f := range all {
		n := slices.IndexFunc(out, func(other found) bool { return other.Type == f.Type })
		if n < 0 {
			n, out = len(out), append(out, found{Type: f.Type})
		}
		out[n].Times++
		out[n].Severity = max(out[n].Severity, f.Severity)
	}
	slices.SortStableFunc(out, func(a, b found) int { return cmp.Compare(b.Severity, a.Severity) })
	return out
}

// hit says who else the cut has hit, or a yes would hit.
func hit(r quarantine.ApprovalRequest, of record, words kinds.Words) string {
	switch {
	case r.Purpose == quarantine.PurposeIsolate:
		return wouldHit(r, words)
	case !words.Placed:
		return words.Ask.Hit
	case len(of.Held()) == 0:
		return unknown
	case len(of.HeldQuarantines()) == 0:
		return "nobody: no subnet is held"
	case of.Neighbours == nil:
		return "not known: nobody counted"
	}
	return of.Neighbours.String()
}

const unknown = "not known"

// wouldHit is what the brake has counted for the question, or what is true of every cut.
func wouldHit(r quarantine.ApprovalRequest, words kinds.Words) string {
	if counted, _ := braking(r); counted != "" {
		return counted
	}
	return words.Ask.Hit
}

// braking is what a cut would hit of which the brake holds it, and why it does; "" where it does
// not.
func braking(r quarantine.ApprovalRequest) (counted, why string) {
	for _, reason := range r.Reasons {
		_, what, found := strings.Cut(reason.Text, "the cut would hit ")
		for _, policy := range []string{quarantine.TooManyNeighbours, quarantine.GroupIsHit} {
			if counted, of, is := strings.Cut(what, policy); is && found && reason.Name == quarantine.ReasonBrake {
				return strings.TrimRight(strings.TrimSuffix(counted, "and "), ":, "), strings.TrimPrefix(policy, "that is ") + of
			}
		}
	}
	return "", ""
}

// evidence says what is kept of the resource by now.
func evidence(r quarantine.ApprovalRequest, of record) string {
	e := of.Evidence
	kept := counted(len(e.Artifacts), "artifact")
	if len(e.Snapshots) > 0 {
		kept = counted(len(e.Snapshots), "snapshot") + ", " + kept
	}
	switch {
	case of.unread:
		return unknown
	case e.Status == quarantine.EvidenceComplete:
		return "complete: " + kept
	case e.Status == quarantine.EvidencePending:
		return "being taken: " + kept + " so far"
	case e.Status == quarantine.EvidenceStatusFailed:
		return "NOT COMPLETE: " + kept
	case r.Purpose == quarantine.PurposeIsolate:
		return "none yet: it is taken after a yes"
	}
	return "none is on record"
}

// counted gives "1 subnet" or "2 subnets".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
