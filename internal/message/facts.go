package message

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// facts are the news with what every kind of message needs read out of it.
type facts struct {
	quarantine.News
	resource quarantine.Resource // zero where it is not one instance
	fault    fault
	judged   *judgedFinding // nil without a finding
}

func factsOf(n quarantine.News) facts {
	if n.Approval != nil && n.Execution.ID == "" {
		n.Execution = n.Approval.Execution
	}
	return facts{News: n, resource: targetOf(n), fault: faultOf(n.Failure), judged: judgedFindingOf(n)}
}

// judgedFinding is the finding and what was made of it, as far as a question keeps them.
type judgedFinding struct {
	quarantine.FindingSummary
	score   int
	reasons []quarantine.Reason
}

func judgedFindingOf(n quarantine.News) *judgedFinding {
	switch {
	case n.Triage != nil:
		g, v := n.Triage.Finding, n.Triage.Verdict
		return &judgedFinding{score: v.Score, reasons: v.Reasons,
			FindingSummary: quarantine.FindingSummary{ID: g.ID, Type: g.Type, Title: g.Title, Severity: g.Severity}}
	case n.Approval != nil && n.Approval.Finding != quarantine.FindingSummary{}:
		return &judgedFinding{score: n.Approval.Score, reasons: n.Approval.Reasons, FindingSummary: n.Approval.Finding}
	default:
		return nil
	}
}

// targetOf takes the surest source that there is.
func targetOf(n quarantine.News) quarantine.Resource {
	switch {
	case n.Triage != nil && n.Triage.Resource != nil:
		return *n.Triage.Resource
	case n.Evidence != nil && n.Evidence.Resource.ID != "":
		return n.Evidence.Resource
	case n.Release != nil && n.Release.Resource.ID != "":
		return n.Release.Resource
	case n.Approval != nil && n.Approval.Resource.ID != "":
		return n.Approval.Resource
	case n.Triage != nil && len(n.Triage.Resources) == 1:
		return n.Triage.Resources[0]
	case n.Containment != nil:
		e, _ := arn.ParseExecution(n.Execution.ID)
		return quarantine.Resource{AccountID: n.Containment.Instance.AccountID, Region: e.Region,
			Kind: quarantine.KindInstance, ID: n.Containment.Instance.ID}
	default:
		return quarantine.Resource{}
	}
}

// incident is the news', or else that of what happened.
func (f facts) incident() string {
	switch {
	case f.Incident != "":
		return f.Incident
	case f.Containment != nil:
		return f.Containment.Incident
	case f.Evidence != nil:
		return f.Evidence.Incident
	case f.Release != nil:
		return f.Release.Incident
	case f.Approval != nil:
		return f.Approval.Incident
	default:
		return ""
	}
}

// what names the instance, or what there is instead of one.
func (f facts) what() string {
	switch {
	case f.resource.ID != "":
		return Clean(f.resource.ID, maxName)
	case f.Triage == nil:
		return "an unknown instance"
	case len(f.Triage.Resources) > 1:
		return fmt.Sprintf("%d instances", len(f.Triage.Resources))
	default:
		return "no instance"
	}
}

// where is account/region, or "" where neither is known.
func (f facts) where() string {
	account, region := f.accountRegion()
	return Clean(strings.Trim(account+"/"+region, "/"), maxName)
}

func (f facts) accountRegion() (account, region string) {
	switch {
	case f.resource.ID != "":
		return f.resource.AccountID, f.resource.Region
	case f.Triage != nil:
		return f.Triage.Finding.AccountID, f.Triage.Finding.Region
	default:
		e, _ := arn.ParseExecution(f.Execution.ID)
		return e.Account, e.Region
	}
}

// accused is the instance as the finding describes it.
func (f facts) accused() (quarantine.AccusedInstance, bool) {
	if f.Triage == nil || f.resource.ID == "" {
		return quarantine.AccusedInstance{}, false
	}
	narrow, ok := f.Triage.Finding.Narrow(f.resource.ID)
	if !ok {
		return quarantine.AccusedInstance{}, false
	}
	return narrow.Instances[0], true
}

// findingType is "" where there is no finding.
func (f facts) findingType() string {
	if f.judged == nil {
		return ""
	}
	return Clean(f.judged.Type, maxName)
}

// subject is one line of what happened to what, where and why.
func (f facts) subject(what string) string {
	s := what + ": " + f.what()
	if w := f.where(); w != "" {
		s += " in " + w
	}
	if t := f.findingType(); t != "" {
		s += ", " + t
	}
	if f.Triage != nil && f.Triage.Finding.Sample {
		s = "[SAMPLE] " + s
	}
	return Clean(s, maxSubject)
}

// because is one sentence on the finding, for a summary.
func (f facts) because() []line {
	if f.judged == nil {
		return nil
	}
	return []line{say("Because of %s, severity %s, score %d of 100.",
		f.findingType(), number(f.judged.Severity), f.judged.score)}
}

// about is because, where the finding is what something is about and not why
// it was done.
func (f facts) about() []line {
	if f.judged == nil {
		return nil
	}
	return []line{say("The finding is %s, severity %s, score %d of 100.",
		f.findingType(), number(f.judged.Severity), f.judged.score)}
}

// finding is what GuardDuty said. Its words are quoted, as they are not ours.
func (f facts) finding() part {
	p := part{title: "What GuardDuty said"}
	if f.judged == nil {
		return p
	}
	g := quarantine.Finding{ID: f.judged.ID, Type: f.judged.Type, Title: f.judged.Title, Severity: f.judged.Severity}
	if f.Triage != nil {
		g = f.Triage.Finding
	}
	p.lines = append(p.lines, labelled("Type", g.Type)...)
	p.lines = append(p.lines, labelled("Title", quoted(g.Title))...)
	p.lines = append(p.lines, labelled("Severity", number(g.Severity)+times(g.Count))...)
	p.lines = append(p.lines, labelled("Last seen", clock(g.UpdatedAt))...)
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
	if f.judged == nil {
		return p
	}
	heading := say("Score %d of 100:", f.judged.score)
	if f.Triage != nil {
		heading = say("Verdict %s, score %d of 100:", f.Triage.Verdict.Action, f.judged.score)
	}
	p.lines = append(p.lines, heading)
	for _, r := range f.judged.reasons[:min(len(f.judged.reasons), maxItems)] {
		p.lines = append(p.lines, line{lead: points(r.Points), text: r.Name + ": " + r.Text})
	}
	p.lines = append(p.lines, omitted(len(f.judged.reasons))...)
	return p
}

// look says where to look.
func (f facts) look() part {
	return part{title: "Where to look", lines: labelled("Incident", f.incident()), links: f.links()}
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

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// list joins a few values and counts the rest.
func list(values []string) string {
	s := strings.Join(values[:min(len(values), maxItems)], ", ")
	if len(values) > maxItems {
		s += fmt.Sprintf(" and %d more", len(values)-maxItems)
	}
	return s
}

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// plural gives "1 subnet" or "2 subnets".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
