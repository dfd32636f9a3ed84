package message

import (
	"fmt"

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

// sentence says which finding it is, and what was made of it.
func (f facts) sentence(of string) []line {
	if f.accusing == nil || f.accusing.Type == "" {
		return nil
	}
	text := fmt.Sprintf(of, f.findingType()) + ", severity " + known(number(f.accusing.Severity), "not known")
	if f.verdict == nil {
		return []line{say("%s; it was not judged.", text)}
	}
	return []line{say("%s, score %d of 100.", text, f.verdict.Score)}
}

// finding is what GuardDuty said. Its words are quoted, as they are not ours.
func (f facts) finding() part {
	p := part{title: "What GuardDuty said"}
	if f.accusing == nil {
		return p
	}
	g := *f.accusing
	p.lines = append(p.lines, labelled("Type", g.Type)...)
	p.lines = append(p.lines, labelled("Title", quoted(g.Title))...)
	if g.Key != nil {
		p.lines = append(p.lines, labelled("Accused", g.Key.String())...)
	}
	p.lines = append(p.lines, labelled("Severity", number(g.Severity)+times(g.Count))...)
	if g.LastSeen.IsZero() {
		p.lines = append(p.lines, labelled("Updated", clock(g.UpdatedAt))...)
	} else {
		p.lines = append(p.lines, labelled("Last seen", clock(g.LastSeen))...)
	}
	p.lines = append(p.lines, labelled("Other side", list(g.Remote))...)
	p.lines = append(p.lines, labelled("Threats", list(g.ThreatNames))...)
	p.lines = append(p.lines, labelled("Description", quoted(g.Description))...)
	p.lines = append(p.lines, labelled("Finding id", g.ID)...)
	if g.Sample {
		p.lines = append(p.lines, say("This is a sample finding: it was made to test, and accuses nobody."))
	}
	return p
}

// why is the verdict with its reasons.
func (f facts) why() part {
	p := part{title: "Why"}
	if f.verdict == nil {
		return p
	}
	heading := say("Score %d of 100:", f.verdict.Score)
	if f.verdict.Action != "" {
		heading = say("Verdict %s, score %d of 100:", f.verdict.Action, f.verdict.Score)
	}
	p.lines = append(p.lines, heading)
	all := f.verdict.Reasons
	for _, r := range all[:min(len(all), maxItems)] {
		p.lines = append(p.lines, line{lead: points(r.Points), text: r.Name + ": " + r.Text})
	}
	p.lines = append(p.lines, omitted(len(all))...)
	return p
}

// points are blank for a rule that decides and adds none.
func points(n int) string {
	if n == 0 {
		return "      "
	}
	return fmt.Sprintf("%+4d  ", n)
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return `"` + Clean(s, maxLine-2) + `"`
}

func times(count int) string {
	if count < 2 {
		return ""
	}
	return fmt.Sprintf(", seen %d times", count)
}
