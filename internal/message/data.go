package message

import (
	"cmp"
	"encoding/json"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// body is the message for programs: what subscribers by SQS, Lambda and HTTP get, and the
// detail of the event. Fields are added, never renamed; docs/events.schema.json is made of it.
type body struct {
	Version int                    `json:"version"`
	Kind    quarantine.MessageKind `json:"kind"`
	Outcome quarantine.Outcome     `json:"outcome"`
	// Key is the same however often the same news is told, and no other news has it.
	Key string `json:"key"`
	// Thread is what all news of one incident have in common; without one, it is of the
	// resource, or of this news alone.
	Thread      string                  `json:"thread"`
	Subject     string                  `json:"subject"`
	Summary     string                  `json:"summary"`
	Execution   quarantine.Execution    `json:"execution"`
	Incident    string                  `json:"incident,omitempty"`
	Resource    *quarantine.Resource    `json:"resource,omitempty"`
	Failure     *failureBody            `json:"failure,omitempty"`
	Links       []quarantine.Link       `json:"links,omitempty"`
	Finding     *quarantine.Finding     `json:"finding,omitempty"`
	Verdict     *quarantine.Verdict     `json:"verdict,omitempty"`
	Containment *quarantine.Containment `json:"containment,omitempty"`
	// Observation is what would have been done, where the policy has it observed.
	Observation *quarantine.Observation `json:"observation,omitempty"`
	Evidence    *quarantine.Evidence    `json:"evidence,omitempty"`
	// Approval is without its link, which would let every subscriber decide.
	Approval *quarantine.ApprovalRequest `json:"approval,omitempty"`
	Release  *quarantine.Release         `json:"release,omitempty"`
	// Drill says that the ledger has the resource as that of a drill: people try the quarantine.
	Drill bool `json:"drill,omitempty"`
	// Drifts are the things that did not stand as they were put.
	Drifts []quarantine.Drift `json:"drifts,omitempty"`
	// Holds are what the ledger has of the things that the incident holds or held.
	Holds []quarantine.Hold `json:"holds,omitempty"`
	// Unread says why the ledger could not be read.
	Unread string `json:"unread,omitempty"`
	// Shortened says that what follows the links was too large: the ledger and
	// the execution have it.
	Shortened bool `json:"shortened,omitempty"`
}

type failureBody struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

func (d draft) data() (json.RawMessage, error) {
	b := body{
		Version: quarantine.MessageVersion, Kind: d.Kind, Outcome: d.outcome(), Key: d.key(), Thread: d.thread(), Subject: d.drillSubject(d.subject), Summary: d.summary(),
		Incident: Clean(d.incident(), maxName), Links: d.links(),
		Execution: quarantine.Execution{ID: Clean(d.Execution.ID, maxLine), Name: Clean(d.Execution.Name, maxName),
			StartedAt: d.Execution.StartedAt, Version: d.Execution.Version},
		Drill:       d.record.Drill != nil,
		Containment: d.Containment, Observation: d.Observation, Evidence: d.Evidence, Approval: d.Approval, Release: d.Release, Drifts: d.Drifts,
	}
	if r := d.resource; r.ID != "" {
		b.Resource = &quarantine.Resource{AccountID: Clean(r.AccountID, maxName), Region: Clean(r.Region, maxName),
			Kind: cmp.Or(quarantine.Kind(Clean(string(r.Kind), maxName)), quarantine.KindInstance), ID: Clean(r.ID, maxName)}
	}
	if d.Failure != nil {
		b.Failure = &failureBody{Name: d.fault.label(), Message: d.fault.text}
	}
	if d.Triage != nil {
		b.Finding, b.Verdict = &d.Triage.Finding, d.verdict
	}
	if d.record.Incident != nil {
		b.Holds = d.record.Incident.Holds
	}
	if d.record.Unread != nil {
		b.Unread = Clean(d.record.Unread.Error(), maxFailure)
	}
	raw, err := json.Marshal(b)
	if err == nil && len(raw) <= maxData {
		return raw, nil
	}
	b.Finding, b.Verdict, b.Containment, b.Observation, b.Evidence, b.Approval, b.Release, b.Drifts, b.Holds = nil, nil, nil, nil, nil, nil, nil, nil, nil
	b.Shortened = true
	return json.Marshal(b)
}
