// Package message puts news into words: for people, for channels that lay
// messages out, and for programs. It knows the domain and nothing else, and
// does nothing but compose.
package message

import (
	"cmp"
	"strconv"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Bounds of a message. The text goes out twice and the JSON four times in one
// SNS message of 256 KiB, escaped, which these leave room for.
const (
	maxSubject = 99       // characters; SNS wants less than 100
	maxText    = 24 << 10 // bytes
	maxData    = 24 << 10 // bytes
	maxLine    = 1000     // characters
	maxFailure = 800      // characters of an error's text
	maxName    = 200      // characters of an id, a name, a type
	maxItems   = 15       // entries of a list
	maxExcerpt = 800      // characters of an event that could not be read
)

// Compose makes the message of the news and of what is on record of its incident.
// Where the record was to be read and could not be, the message is made of the news
// alone, and says so.
//
// Errors: BadRequest for a kind that is unknown, and for news that claims what
// it does not show: contained without every subnet read back, evidence
// complete without every snapshot completed, restored without what was read
// back, a decision without who decided, a question that nobody could answer.
// What is merely missing makes a message with less in it, because bad news must
// get out.
//
// News.Link is a secret of those who are told: it goes into Text and Ask, and
// nowhere else.
func Compose(n quarantine.News, r Record) (quarantine.Message, error) {
	d, err := drafted(factsOf(n, r))
	if err != nil {
		return quarantine.Message{}, err
	}
	d.parts = arranged(append(d.withDrill(d.withPlace()), d.record.unread(), d.judgedBy()))
	m := quarantine.Message{
		Kind:       n.Kind,
		Outcome:    d.outcome(),
		Subject:    d.drillSubject(d.subject),
		Text:       layout(d.parts),
		Links:      d.links(),
		Ask:        d.ask,
		Attributes: d.attributes(),
	}
	if d.incident() != "" && !r.unknown() {
		m.Show = command.Line(d.quarantine("show", d.incident()).command)
	}
	for _, p := range d.parts {
		if len(p.lines) > 0 {
			m.Sections = append(m.Sections, p.section())
		}
	}
	m.Data, err = d.data()
	return m, err
}

// draft is a message before it is laid out.
type draft struct {
	facts
	subject string
	parts   []part
	ask     *quarantine.MessageAsk // of a question
}

func drafted(f facts) (draft, error) {
	switch f.Kind {
	case quarantine.KindContained:
		return f.contained()
	case quarantine.KindContainmentFailed:
		return f.containmentFailed(), nil
	case quarantine.KindMeasureFailed:
		return f.measureFailed(), nil
	case quarantine.KindReopened:
		return f.reopened()
	case quarantine.KindEvidenceComplete:
		return f.evidenceComplete()
	case quarantine.KindEvidenceFailed:
		return f.evidenceFailed(), nil
	case quarantine.KindToldOnly:
		return f.toldOnly(), nil
	case quarantine.KindMalformed:
		return f.malformed(), nil
	case quarantine.KindApprovalAsked:
		return f.asked()
	case quarantine.KindAskingFailed:
		return f.askingFailed(), nil
	case quarantine.KindApprovalExpired:
		return f.expired()
	case quarantine.KindKept:
		return f.kept()
	case quarantine.KindReleased:
		return f.released()
	case quarantine.KindReleaseFailed:
		return f.releaseFailed(), nil
	case quarantine.KindNarrowed:
		return f.narrowed()
	case quarantine.KindNarrowFailed:
		return f.narrowFailed(), nil
	default:
		return draft{}, quarantine.Failf(quarantine.BadRequest,
			"there is no message of kind %q: the definition and the function may be of different versions",
			Clean(string(f.Kind), maxName))
	}
}

// attributes are for filter policies; there is never an empty one.
func (f facts) attributes() map[string]string {
	account, region := f.accountRegion()
	out := map[string]string{
		"kind":     string(f.Kind),
		"account":  account,
		"region":   region,
		"incident": f.incident(),
	}
	out[cmp.Or(string(f.resource.Kind), string(quarantine.KindInstance))] = f.resource.ID
	if f.accusing != nil {
		out["severity"] = number(f.accusing.Severity)
	}
	if f.verdict != nil && !f.byWord() {
		out["score"] = strconv.Itoa(f.verdict.Score)
	}
	for name, value := range out {
		if out[name] = Clean(value, maxName); out[name] == "" {
			delete(out, name)
		}
	}
	return out
}
