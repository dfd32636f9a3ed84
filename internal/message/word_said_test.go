package message

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const kim = "arn:aws:iam::111122223333:user/kim"

// byWord is the triage of a person's word.
func byWord() *quarantine.Triage {
	t := triage()
	word := quarantine.Word{By: kim, Reason: "it sends our data away", At: noon}
	t.Finding = word.Finding(*t.Resource, quarantine.Instance{ID: instanceID})
	t.Verdict = quarantine.Verdict{Action: quarantine.ActionIsolate, Unscored: true,
		Reasons: []quarantine.Reason{{Name: quarantine.ReasonWord, Text: "isolated by a person's word"}}}
	return t
}

// A person's word is told as that: GuardDuty has said nothing, and what has no severity and no score is
// given none.
func TestAMessageBySomebodysWordSaysWhoseAndDressesItAsNoFinding(t *testing.T) {
	t.Parallel()
	record := Record{Incident: &quarantine.Incident{ID: incident, Resource: *byWord().Resource, Status: quarantine.StatusContained,
		Findings: []quarantine.IncidentFinding{{FindingSummary: byWord().Finding.Summary()}}, Verdict: byWord().Verdict}}
	failed := &quarantine.CaughtError{Error: quarantine.AccessDenied, Cause: "no"}
	for _, n := range []quarantine.News{
		{Kind: quarantine.KindContained, Execution: execution(), Triage: byWord(), Incident: incident, Containment: containment()},
		{Kind: quarantine.KindContainmentFailed, Execution: execution(), Triage: byWord(), Incident: incident, Failure: failed},
		{Kind: quarantine.KindMeasureFailed, Execution: execution(), Triage: byWord(), Incident: incident, Measure: "protection", Failure: failed},
	} {
		for _, r := range []Record{{}, record} {
			m := composed(t, n, r)
			flat := strings.Join(strings.Fields(m.Text), " ")
			if !strings.Contains(flat, kim) || !strings.Contains(flat, "it sends our data away") || !strings.Contains(flat, "no finding of GuardDuty's, and not scored") {
				t.Errorf("%s does not say by whose word:\n%s", n.Kind, m.Text)
			}
			for _, lie := range []string{"severity", "score ", "--false-alarm", "WHAT GUARDDUTY SAID", "get-findings", "Finding:"} {
				if strings.Contains(m.Text, lie) {
					t.Errorf("%s says %q of a person's word:\n%s", n.Kind, lie, m.Text)
				}
			}
			if m.Attributes["severity"] != "" || m.Attributes["score"] != "" {
				t.Errorf("%s: attributes %v", n.Kind, m.Attributes)
			}
			var data struct {
				Finding quarantine.Finding
				Verdict quarantine.Verdict
			}
			if err := json.Unmarshal(m.Data, &data); err != nil || data.Finding.Word == nil || data.Finding.Word.By != kim || !data.Verdict.Unscored {
				t.Errorf("%s: programs read %+v: %v", n.Kind, data, err)
			}
		}
	}
}

// Once a finding has joined, its type can be a false alarm.
func TestAFalseAlarmCanBeCalledWhereAFindingHasJoinedAWord(t *testing.T) {
	t.Parallel()
	in := quarantine.Incident{ID: incident, Status: quarantine.StatusContained, Findings: []quarantine.IncidentFinding{
		{FindingSummary: byWord().Finding.Summary()}, {FindingSummary: triage().Finding.Summary()}}}
	n := quarantine.News{Kind: quarantine.KindContained, Execution: execution(), Triage: byWord(), Incident: incident, Containment: containment()}
	f := factsOf(n, Record{Incident: &in})
	if f.byWordAlone() {
		t.Error("a finding is on record, too")
	}
	if types := in.FindingTypes(); len(types) != 1 || types[0] != triage().Finding.Type {
		t.Error(types)
	}
}
