package simulate_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// said is a person's word about hostA, and the input of an execution by it.
func said(t *testing.T) (quarantine.Finding, simulate.Event) {
	t.Helper()
	word := quarantine.Word{By: "arn:aws:iam::111122223333:user/kim", Reason: "it sends our data away", At: start}
	about := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: "111122223333", Region: "eu-west-1", ID: hostA}
	input, err := json.Marshal(map[string]any{"word": word, "resource": about})
	if err != nil {
		t.Fatal(err)
	}
	return word.Finding(about, quarantine.Instance{ID: hostA}), simulate.Event{Name: "word", Body: input}
}

// The same definition contains by a word as by a finding, and everything on record and told says that it
// is one.
func TestAPersonsWordIsContainedAsAFindingIsAndTold(t *testing.T) {
	t.Parallel()
	word, input := said(t)
	r := checked(t, simulate.Options{
		Events: []simulate.Event{input}, Account: network, Word: &word, Policy: triage.DefaultPolicy().Confirmed(), Start: start, Incidents: true,
	}, world(false, input))
	if got := path(r.Executions[0]); !strings.HasPrefix(got, "Triage Decide AcquireLock Isolate Respond") || !strings.HasSuffix(got, "Contained") {
		t.Errorf("path %s", got)
	}
	if len(r.Incidents) != 1 || !r.Incidents[0].ByWordAlone() || r.Incidents[0].Findings[0].Title != word.Title || r.Incidents[0].Status != quarantine.StatusContained {
		t.Fatalf("%+v", r.Incidents)
	}
	for _, n := range r.Notifications {
		if strings.Contains(n.Text, "severity") || strings.Contains(n.Text, "--false-alarm") || !strings.Contains(strings.Join(strings.Fields(n.Text), " "), word.Word.By) {
			t.Errorf("%s %s dresses a word as a finding, or does not say whose it is:\n%s", n.Channel, n.Kind, n.Text)
		}
	}
	events := r.Incidents[0].Timeline
	contained := slices.IndexFunc(events, func(e quarantine.Event) bool { return e.Kind == quarantine.EventContained })
	if contained < 0 || !strings.Contains(events[contained].Text, quarantine.TypeWord+", not scored") {
		t.Errorf("%+v", events)
	}
}

// What is deployed has no word beside the event: the very same input is malformed there, reaches a
// person, and changes nothing.
func TestTheInputOfAPersonsWordIsRefusedWhereItIsDeployed(t *testing.T) {
	t.Parallel()
	_, input := said(t)
	r := checked(t, simulate.Options{Events: []simulate.Event{input}, Account: network, Start: start}, world(false))
	if got := path(r.Executions[0]); !strings.HasPrefix(got, "Triage TellMalformed") {
		t.Errorf("path %s", got)
	}
	if cut := quarantined(t, r); len(cut) > 0 {
		t.Errorf("it has cut %v", cut)
	}
}
