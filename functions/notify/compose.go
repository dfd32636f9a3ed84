package notify

import (
	"encoding/json"
	"slices"

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

// Compose makes the message of the news.
//
// Errors: BadRequest for a kind that is unknown, and for news that claims what
// it does not show: contained without every subnet read back, evidence
// complete without every snapshot completed. What is merely missing makes a
// message with less in it, because bad news must get out.
func Compose(n quarantine.News) (quarantine.Message, error) {
	d, err := drafted(factsOf(n))
	if err != nil {
		return quarantine.Message{}, err
	}
	d.parts = slices.DeleteFunc(d.parts, part.empty)
	m := quarantine.Message{
		Kind:       n.Kind,
		Subject:    d.subject,
		Text:       layout(d.parts),
		Links:      d.links(),
		Attributes: d.attributes(),
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
}

func drafted(f facts) (draft, error) {
	switch f.Kind {
	case quarantine.KindContained:
		return f.contained()
	case quarantine.KindContainmentFailed:
		return f.containmentFailed(), nil
	case quarantine.KindEvidenceComplete:
		return f.evidenceComplete()
	case quarantine.KindEvidenceFailed:
		return f.evidenceFailed(), nil
	case quarantine.KindToldOnly:
		return f.toldOnly(), nil
	case quarantine.KindMalformed:
		return f.malformed(), nil
	default:
		return draft{}, quarantine.Failf(quarantine.BadRequest,
			"there is no message of kind %q: the definition and the function may be of different versions",
			clean(string(f.Kind), maxName))
	}
}

// attributes are for filter policies; there is never an empty one.
func (f facts) attributes() map[string]string {
	account, region := f.accountRegion()
	out := map[string]string{
		"kind":     string(f.Kind),
		"account":  account,
		"region":   region,
		"instance": f.target.InstanceID,
		"incident": f.incident(),
	}
	if f.Triage != nil {
		out["severity"] = number(f.Triage.Finding.Severity)
		out["score"] = number(float64(f.Triage.Verdict.Score))
	}
	for name, value := range out {
		if out[name] = clean(value, maxName); out[name] == "" {
			delete(out, name)
		}
	}
	return out
}

// body is the message for programs. Fields are added, never renamed.
type body struct {
	Version     int                     `json:"version"`
	Kind        quarantine.MessageKind  `json:"kind"`
	Subject     string                  `json:"subject"`
	Execution   quarantine.Execution    `json:"execution"`
	Incident    string                  `json:"incident,omitempty"`
	Target      *quarantine.Target      `json:"target,omitempty"`
	Failure     *failureBody            `json:"failure,omitempty"`
	Links       []quarantine.Link       `json:"links,omitempty"`
	Finding     *quarantine.Finding     `json:"finding,omitempty"`
	Verdict     *quarantine.Verdict     `json:"verdict,omitempty"`
	Containment *quarantine.Containment `json:"containment,omitempty"`
	Evidence    *quarantine.Evidence    `json:"evidence,omitempty"`
	// Shortened says that finding, verdict, containment and evidence were too
	// large: the ledger and the execution have them.
	Shortened bool `json:"shortened,omitempty"`
}

type failureBody struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

func (d draft) data() (json.RawMessage, error) {
	b := body{
		Version: 1, Kind: d.Kind, Subject: d.subject, Incident: clean(d.incident(), maxName), Links: d.links(),
		Execution: quarantine.Execution{ID: clean(d.Execution.ID, maxLine), Name: clean(d.Execution.Name, maxName),
			StartedAt: d.Execution.StartedAt},
		Containment: d.Containment, Evidence: d.Evidence,
	}
	if d.target.InstanceID != "" {
		b.Target = &quarantine.Target{AccountID: clean(d.target.AccountID, maxName),
			Region: clean(d.target.Region, maxName), InstanceID: clean(d.target.InstanceID, maxName)}
	}
	if d.Failure != nil {
		b.Failure = &failureBody{Name: d.fault.label(), Message: d.fault.text}
	}
	if d.Triage != nil {
		b.Finding, b.Verdict = &d.Triage.Finding, &d.Triage.Verdict
	}
	raw, err := json.Marshal(b)
	if err == nil && len(raw) <= maxData {
		return raw, nil
	}
	b.Finding, b.Verdict, b.Containment, b.Evidence, b.Shortened = nil, nil, nil, nil, true
	return json.Marshal(b)
}
