package message

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestWhatCouldNotBeReadIsAdmittedInOneSentence(t *testing.T) {
	t.Parallel()
	r := Record{Unread: quarantine.Failf(quarantine.Throttled, "DynamoDB throttled\nQuery")}
	const want = "The ledger could not be read (Throttled: DynamoDB throttled Query): this message says only what the execution knew."
	for name, n := range oneOfEach() {
		if text := unwrapped(composed(t, n, r).Text); strings.Count(text, want) != 1 {
			t.Errorf("%s: the text lacks %q:\n%s", name, want, text)
		}
		if text := compose(t, n).Text; strings.Contains(text, "The ledger could not be read") {
			t.Errorf("%s: says so although there was nothing to read:\n%s", name, text)
		}
	}
}

func TestI13OnlyRecordsSayThatASubnetIsNotCut(t *testing.T) {
	t.Parallel()
	n := notContained(quarantine.AccessDenied, "denied")
	if text := compose(t, n).Text; !strings.Contains(text, "- subnet-0aaa1111: NOT KNOWN whether it is cut off.") {
		t.Errorf("nothing was read:\n%s", text)
	}
	r := onRecord()
	r.Incident.Holds = nil
	if text := composed(t, n, r).Text; !strings.Contains(text, "- subnet-0aaa1111: NOT CUT by this incident: nothing is on record of it.") {
		t.Errorf("nothing is on record:\n%s", text)
	}
}

// A replacement by the association on record is the whole way back, and one that
// another incident holds is left out of it.
func TestWhatIsPutBackByHandIsWhatStoodThereBefore(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]quarantine.News{
		"release failed": notReleased(quarantine.AccessDenied, "denied"), "kept": kept(quarantine.PurposeRelease),
		"expired": expired(quarantine.PurposeRelease, ""),
	} {
		text := unwrapped(composed(t, n, onRecord()).Text)
		if got := strings.Count(text, "replace-network-acl-association"); got != 1 {
			t.Errorf("%s: %d replacements, want one: subnet-0bbb2222 is held by another incident too:\n%s", name, got, text)
		}
		if !strings.Contains(text, `--association-id aclassoc-0after --network-acl-id acl-0original`) {
			t.Errorf("%s: the command does not name what is on record:\n%s", name, text)
		}
	}
}

func TestTheFindingIsKnownFromTheRecordAlone(t *testing.T) {
	t.Parallel()
	n := quarantine.News{Kind: quarantine.KindReleaseFailed, Execution: execution(), Incident: incident, Failure: caught(quarantine.Throttled, "x")}
	m := composed(t, n, onRecord())
	if !strings.HasPrefix(m.Subject, "NOT RELEASED (Throttled): "+instanceID+", CryptoCurrency:") {
		t.Errorf("subject %q", m.Subject)
	}
	want := map[string]string{"kind": "release-failed", "severity": "8", "score": "85", "account": account, "region": region,
		"instance": instanceID, "incident": incident}
	if diff := cmp.Diff(want, m.Attributes); diff != "" {
		t.Errorf("attributes: %s", diff)
	}
	var got body
	if err := json.Unmarshal(m.Data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(onRecord().Incident.Holds, got.Holds); diff != "" {
		t.Errorf("holds: %s", diff)
	}
}

// The ledger has through which channels it was asked; what became of the question
// the state machine knows better.
func TestAQuestionIsCompletedFromTheRecord(t *testing.T) {
	t.Parallel()
	n := quarantine.News{Kind: quarantine.KindApprovalExpired, Execution: execution(), Incident: incident, Triage: triage(),
		Approval: &quarantine.ApprovalRequest{ID: requestID, Purpose: quarantine.PurposeRelease, Status: quarantine.RequestExpired}}
	text := unwrapped(composed(t, n, onRecord()).Text)
	for _, want := range []string{"NOBODY DECIDED", "Asked: 2026-11-02 12:00:07 UTC through sns, slack"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}
