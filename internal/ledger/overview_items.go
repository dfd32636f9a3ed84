package ledger

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// text is a string attribute, or "".
func text(i item, name string) string {
	if s, ok := i[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// of gives an incident's summary.
func (o *overview) of(id string) *Summary {
	if o.incidents[id] == nil {
		o.incidents[id] = &Summary{ID: id, Subnets: []quarantine.Quarantine{}, Questions: []quarantine.ApprovalRequest{}}
	}
	return o.incidents[id]
}

// incident takes the items of incidents that were contained.
func (o *overview) incident(pk []string, sk string, i item) error {
	if sk != sortIncident || len(pk) != 2 {
		return nil
	}
	var in Incident
	if err := decode(i, &in); err != nil {
		return err
	}
	s := o.of(pk[1])
	s.Resource, s.Status, s.Score, s.Finding, s.Since = in.Resource, in.Status, in.Score, in.Finding, in.OpenedAt
	return nil
}

// lock takes locks: of an incident that was never contained there is nothing
// else, and of one that was they tell whether its release is under way.
func (o *overview) lock(pk []string, sk string, i item) error {
	var lock struct {
		Incident   string            `json:"incident"`
		Status     quarantine.Status `json:"status"`
		Score      int               `json:"score"`
		AcquiredAt time.Time         `json:"acquiredAt"`
	}
	if sk != sortLock || len(pk) != 5 || text(i, attrIncident) == "" {
		return nil
	}
	if err := decode(i, &lock); err != nil {
		return err
	}
	s := o.of(lock.Incident)
	switch {
	case s.Status == "":
		s.Resource = quarantine.Resource{Kind: quarantine.Kind(pk[1]), AccountID: pk[2], Region: pk[3], ID: pk[4]}
		s.Status, s.Score, s.Since = lock.Status, lock.Score, lock.AcquiredAt
	case lock.Status == quarantine.StatusReleasing && s.Open():
		s.Status = lock.Status
	}
	return nil
}

// subnet takes the quarantines of subnets, for each incident that has a part in them.
func (o *overview) subnet(pk []string, sk string, i item) error {
	if sk != sortQuarantine || len(pk) != 4 {
		return nil
	}
	q, err := quarantineOf(quarantine.Quarantine{AccountID: pk[1], Region: pk[2], SubnetID: pk[3]}, i)
	if err != nil {
		return err
	}
	for id, s := range o.incidents {
		if q.Releasing == id || slices.Contains(q.Holders, id) {
			s.Subnets = append(s.Subnets, q)
			slices.SortFunc(s.Subnets, bySubnet)
		}
	}
	return nil
}

// request takes the questions that can still be decided.
func (o *overview) request(_ []string, sk string, i item) error {
	if sk != sortRequest {
		return nil
	}
	r, err := requestOf(i, o.now)
	if err != nil || r.Status != quarantine.RequestPending {
		return err
	}
	s := o.of(r.Incident)
	if s.Status == "" {
		s.Resource, s.Score, s.Since = r.Resource, r.Score, r.AskedAt
		s.Finding = FirstFinding{ID: r.Finding.ID, Type: r.Finding.Type, Severity: r.Finding.Severity, Title: r.Finding.Title}
	}
	s.Questions = append(s.Questions, r)
	slices.SortFunc(s.Questions, byAge)
	return nil
}

// evidenceKinds are the events that set the state of an incident's evidence.
var evidenceKinds = map[quarantine.EventKind]quarantine.EvidenceStatus{
	quarantine.EventEvidenceStarted:  quarantine.EvidencePending,
	quarantine.EventEvidenceComplete: quarantine.EvidenceComplete,
	quarantine.EventEvidenceFailed:   quarantine.EvidenceStatusFailed,
	quarantine.EventEvidenceNotTaken: quarantine.EvidenceStatusFailed,
}

// EvidenceAfter is the state of an incident's evidence after an event of that
// kind; false if the kind does not say.
func EvidenceAfter(kind quarantine.EventKind) (status quarantine.EvidenceStatus, says bool) {
	status, says = evidenceKinds[kind]
	return status, says
}

// evidenceEvent takes the events of evidence; the latest counts.
func (o *overview) evidenceEvent(pk []string, _ string, i item) error {
	status, known := EvidenceAfter(quarantine.EventKind(text(i, "kind")))
	if !known || len(pk) != 2 || o.incidents[pk[1]] == nil {
		return nil
	}
	at, err := time.Parse(time.RFC3339, text(i, "at"))
	if err != nil {
		return err
	}
	if !at.Before(o.evidence[pk[1]]) {
		o.evidence[pk[1]] = at
		o.of(pk[1]).Evidence = status
	}
	return nil
}
