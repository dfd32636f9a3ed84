package message

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// facts are the news with what every kind of message needs read out of it.
type facts struct {
	quarantine.News
	record   Record
	resource quarantine.Resource // zero where it is not one
	words    kinds.Words         // of its kind
	fault    fault
	accusing *quarantine.Finding // as far as it is known; nil without one
	verdict  *quarantine.Verdict // nil where the finding was not judged
}

func factsOf(n quarantine.News, r Record) facts {
	if n.Approval != nil {
		a := questionOnRecord(n, r)
		n.Approval = &a
		if n.Execution.ID == "" {
			n.Execution = a.Execution
		}
	}
	f := facts{News: n, record: r, resource: targetOf(n, r), fault: faultOf(n.Failure)}
	f.words = kinds.Of(kindOf(n, f.resource))
	f.accusing, f.verdict = judgedOf(n, r)
	return f
}

// questionOnRecord is the news' question with what the ledger has of it. What became
// of it is the news' to say.
func questionOnRecord(n quarantine.News, r Record) quarantine.ApprovalRequest {
	a := *n.Approval
	if r.Incident != nil {
		for _, q := range r.Incident.Questions {
			if q.ID == a.ID {
				q.Status, q.Decision, q.OnSilence = a.Status, a.Decision, cmp.Or(a.OnSilence, q.OnSilence)
				return q
			}
		}
	}
	if t := n.Triage; t != nil && t.Resource != nil && a.Resource.ID == "" {
		a.Incident, a.Resource, a.Execution = n.Incident, *t.Resource, n.Execution
		a.Finding, a.Score, a.Reasons = t.Finding.Summary(), t.Verdict.Score, t.Verdict.Reasons
	}
	return a
}

// targetOf takes the surest source that there is.
func targetOf(n quarantine.News, r Record) quarantine.Resource {
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
	case r.Incident != nil && r.Incident.Resource.ID != "":
		return r.Incident.Resource
	case n.Containment != nil && n.Containment.Instance.ID != "":
		e, _ := arn.ParseExecution(n.Execution.ID)
		return quarantine.Resource{AccountID: n.Containment.Instance.AccountID, Region: e.Region,
			Kind: quarantine.KindInstance, ID: n.Containment.Instance.ID}
	default:
		return quarantine.Resource{}
	}
}

// kindOf is the resource's, or that of several, or that of the measure that the news is of.
func kindOf(n quarantine.News, r quarantine.Resource) quarantine.Kind {
	switch {
	case r.ID != "":
		return r.Kind
	case n.Triage != nil && len(n.Triage.Resources) > 0:
		return n.Triage.Resources[0].Kind
	case len(n.Drifts) > 0:
		return register.Named(n.Drifts[0].Measure).Kind
	}
	return ""
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

// subject is one line of what happened to what and why and, as far as there is room, what people
// call that, and where it is.
func (f facts) subject(what string) string {
	if f.sample() {
		what = "[SAMPLE] " + what
	}
	if f.record.Drill != nil {
		what = drillPrefix + what
	}
	called, where := f.called(), f.where()
	id := strings.TrimSuffix(strings.TrimPrefix(f.what(), "the "), called)
	if where != "" {
		where = " in " + where
	}
	var s string
	alone := strings.TrimPrefix(f.words.Before, "the ") + f.resource.ID
	if f.resource.ID == "" {
		alone = id
	}
	for _, to := range []string{id + called + where, id + called, id, alone} {
		s = what + ": " + to
		if t := f.findingType(); t != "" {
			s += ", " + t
		}
		if utf8.RuneCountInString(s) <= maxSubject {
			break
		}
	}
	return Clean(s, maxSubject)
}

// look says where to look.
func (f facts) look() part {
	p := part{title: "Where to look", links: f.links()}
	if f.incident() != "" {
		p.lines = []line{say("All that is on record, with what stood before and every hash:"), f.quarantine("show", f.incident())}
	}
	return p
}

// ifFalseAlarm is the first step about what is contained.
func (f facts) ifFalseAlarm() []line {
	if f.incident() == "" || !f.isContained() {
		return nil
	}
	if f.byWordAlone() { // there is no type of finding that could be one
		return []line{say("If this is a mistake:"), f.quarantine("release", f.incident())}
	}
	return []line{say("If this is a false alarm:"), f.quarantine("release", f.incident(), "--false-alarm")}
}

// isContained tells whether there is anything to release, as far as is known.
func (f facts) isContained() bool {
	if in := f.record.Incident; in != nil {
		return in.Status != quarantine.StatusReleased && len(in.Held()) > 0
	}
	return readBack(f.Containment) == nil
}

// number is "" for what is not known: no severity and no score is told as 0.
func number(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

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
