package message

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// judgedOf is the finding and what was made of it: the execution's own, or else what
// a question or the incident keeps of it.
func judgedOf(n quarantine.News, r Record) (*quarantine.Finding, *quarantine.Verdict) {
	switch {
	case n.Triage != nil && n.Triage.Verdict.Action == "":
		return &n.Triage.Finding, nil
	case n.Triage != nil:
		return &n.Triage.Finding, &n.Triage.Verdict
	case n.Approval != nil && n.Approval.Finding != quarantine.FindingSummary{}:
		return ofSummary(n.Approval.Finding), &quarantine.Verdict{Score: n.Approval.Score, Reasons: n.Approval.Reasons}
	case r.Incident != nil && len(r.Incident.Findings) > 0:
		return ofSummary(r.Incident.Findings[0].FindingSummary), &r.Incident.Verdict
	default:
		return nil, nil
	}
}

// ofSummary is a finding of which a summary was kept.
func ofSummary(s quarantine.FindingSummary) *quarantine.Finding {
	return &quarantine.Finding{ID: s.ID, Type: s.Type, Title: s.Title, Severity: s.Severity, DetectorID: s.DetectorID}
}

// findingType is "" where there is no finding.
func (f facts) findingType() string {
	if f.accusing == nil {
		return ""
	}
	return Clean(f.accusing.Type, maxName)
}

// because is one sentence on the finding, for a summary.
func (f facts) because() []line {
	return f.sentence("Because of %s")
}

// about is because, where the finding is what something is about and not why
// it was done.
func (f facts) about() []line {
	return f.sentence("The finding is %s")
}

// sentence says which finding it is, since when, and what was made of it.
func (f facts) sentence(of string) []line {
	if f.accusing == nil || f.accusing.Type == "" {
		return nil
	}
	if f.byWord() {
		return []line{say("%s. It is no finding of GuardDuty's, and not scored.", strings.TrimSuffix(Clean(f.accusing.Title, maxWord), "."))}
	}
	text := fmt.Sprintf(of, f.findingType()) + ", severity " + known(number(f.accusing.Severity), "not known")
	if f.verdict != nil {
		text += fmt.Sprintf(", score %d/100", f.verdict.Score)
	} else {
		text += "; it was not judged"
	}
	if at := clock(f.accusing.LastSeen); at != "" {
		text += "; seen last at " + at
	} else if at := clock(f.accusing.UpdatedAt); at != "" {
		text += "; GuardDuty told of it at " + at
	}
	return []line{say("%s.", text)}
}

// byWord tells whether the news is of what a person said, and no finding.
func (f facts) byWord() bool { return f.accusing != nil && f.accusing.Summary().ByWord() }

// byWordAlone tells whether GuardDuty has said nothing of the incident, as far as is known.
func (f facts) byWordAlone() bool {
	if f.record.Incident != nil {
		return f.record.Incident.ByWordAlone()
	}
	return f.byWord()
}

// maxWord bounds who said what, in a summary.
const maxWord = 250

// maxQuoted bounds what others have written of a finding, in characters: the finding has it all.
const maxQuoted = 150

// finding is what GuardDuty said, and what was made of it. Its words are quoted, as they are not ours.
func (f facts) finding() part {
	p := part{title: "What GuardDuty said"}
	if f.accusing == nil {
		return p
	}
	g := *f.accusing
	if f.byWord() {
		if w := g.Word; w != nil {
			p.title = "What a person said"
			p.lines = append(labelled("Who", Clean(w.By, maxName)), labelled("Said", quoted(Clean(w.Reason, maxQuoted)))...)
		}
		return p
	}
	p.lines = append(p.lines, labelled("Title", quoted(Clean(g.Title, maxQuoted)))...)
	if g.Key != nil && f.resource.ID == "" {
		p.lines = append(p.lines, labelled("Accused", g.Key.String())...)
	}
	p.lines = append(p.lines, labelled("Other side", Clean(strings.TrimPrefix(list(g.Remote)+times(g.Count), ", "), maxQuoted))...)
	p.lines = append(p.lines, labelled("Threats", Clean(list(g.ThreatNames), maxQuoted))...)
	if f.incident() == "" {
		p.lines = append(p.lines, labelled("Finding id", Clean(g.ID, maxName))...)
	}
	if g.Sample {
		p.lines = append(p.lines, say("This is a sample finding: it was made to test, and accuses nobody."))
	}
	return p
}

// findingOnRecord is finding, where the record may have it alone: steps need the room.
func (f facts) findingOnRecord() part {
	if f.record.Incident == nil {
		return f.finding()
	}
	return f.finding().elsewhere()
}

// Rows of the reasons of a verdict: the incident's record has all of them.
const (
	maxReasons = 3
	maxReason  = columns - 6 // characters of one: a row
)

// why is the verdict with its reasons: the points of the rules that add some in a row, and the last
// of those that decide.
func (f facts) why() part {
	p := part{title: "Why"}
	if f.verdict == nil {
		return p.elsewhere()
	}
	var points []string
	var deciding []line
	for _, r := range f.verdict.Reasons {
		switch {
		case r.Name == quarantine.ReasonPolicy: // in a part of its own
		case r.Points != 0:
			points = append(points, fmt.Sprintf("%s %+d", r.Name, r.Points))
		default:
			deciding = append(deciding, item(Clean(r.Name+": "+r.Text, maxReason)))
		}
	}
	if len(points) > 0 {
		p.lines = append(p.lines, item(Clean(fmt.Sprintf("score %d of 100: %s", f.verdict.Score, strings.Join(points, ", ")), maxReason)))
	}
	p.lines = append(p.lines, deciding[max(0, len(deciding)-maxReasons+len(p.lines)):]...)
	return p.elsewhere()
}

// quoted is what somebody else wrote: it does not end its own quotes.
func quoted(s string) string {
	if s == "" {
		return ""
	}
	return `"` + strings.ReplaceAll(Clean(s, maxLine-2), `"`, "'") + `"`
}

func times(count int) string {
	if count < 2 {
		return ""
	}
	return fmt.Sprintf(", seen %d times", count)
}
