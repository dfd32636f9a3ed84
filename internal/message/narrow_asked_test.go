package message

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The answer between yes and no is said where the incident has what it takes, and not else.
func TestAQuestionSaysThatTheSubnetsAloneCanBeGivenBack(t *testing.T) {
	t.Parallel()
	group := quarantine.Hold{Measure: "security-group", AccountID: "111122223333", Region: "eu-west-1", Thing: "eni-1", Holders: []string{incident}}
	for name, c := range map[string]struct {
		purpose quarantine.Purpose
		holds   []quarantine.Hold
		says    bool
	}{
		"with a group":        {quarantine.PurposeRelease, append(onRecord().Incident.Holds, group), true},
		"without a group":     {quarantine.PurposeRelease, onRecord().Incident.Holds, false},
		"without a subnet":    {quarantine.PurposeRelease, []quarantine.Hold{group}, false},
		"before anything cut": {quarantine.PurposeIsolate, append(onRecord().Incident.Holds, group), false},
	} {
		r := onRecord()
		r.Incident.Holds, r.Incident.Questions = c.holds, nil
		text := strings.Join(strings.Fields(composed(t, askedWhether(c.purpose), r).Text), " ")
		if strings.Contains(text, "hosts of those subnets") {
			t.Errorf("%s: it speaks of subnets that need not be cut:\n%s", name, text)
		}
		if got := strings.Contains(text, "Narrow: once its security group has held the instance for ten minutes"); got != c.says {
			t.Errorf("%s: said is %t:\n%s", name, got, text)
		}
	}
}

// What was refused changed nothing, and nothing else may be feared of it.
func TestARefusalToNarrowSaysThatNothingWasChanged(t *testing.T) {
	t.Parallel()
	for failure, says := range map[string]string{
		quarantine.NotNarrowed:  "NOT NARROWED. Nothing was changed: the subnets of " + instanceID + " are not given back",
		quarantine.AccessDenied: "could not be given back, or not everywhere",
	} {
		n := quarantine.News{Kind: quarantine.KindNarrowFailed, Execution: execution(), Incident: incident, Triage: triage(),
			Failure: &quarantine.CaughtError{Error: failure, Cause: `{"errorType":"` + failure + `","errorMessage":"interface eni-1 came later"}`}}
		m := composed(t, n, onRecord())
		if text := strings.Join(strings.Fields(m.Text), " "); !strings.Contains(text, says) || !strings.Contains(text, "eni-1 came later") {
			t.Errorf("%s: %s", failure, text)
		}
	}
}
