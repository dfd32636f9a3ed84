package oncall_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const keyID = "AKIAIOSFODNN7EXAMPLE"

// ofAKey is an incident about a user's key, which a second finding has joined.
func ofAKey() quarantine.Incident {
	finding := func(kind string, at time.Time) quarantine.IncidentFinding {
		return quarantine.IncidentFinding{FindingSummary: quarantine.FindingSummary{Type: kind, Severity: 8, Title: "A call from a listed address."}, Score: 72, At: at}
	}
	return quarantine.Incident{
		ID: incident, Status: quarantine.StatusContained, OpenedAt: noon, ContainedAt: noon,
		Resource: quarantine.Resource{Kind: quarantine.KindAccessKey, AccountID: "111122223333", Region: "us-east-1", ID: keyID},
		Findings: []quarantine.IncidentFinding{finding("UnauthorizedAccess:IAMUser/MaliciousIPCaller", noon), finding("Recon:IAMUser/TorIPCaller", noon.Add(time.Minute))},
		Holds: []quarantine.Hold{{Measure: "access-key", AccountID: "111122223333", Region: "us-east-1", Thing: "alice/" + keyID, Holders: []string{incident}, VerifiedAt: noon,
			Parts: map[string]quarantine.Part{"status": {Before: &quarantine.Value{Text: "Active"}, Puts: []string{"Inactive"}, After: "Inactive"}}}},
	}
}

func ofAHost(t *testing.T, text string) {
	t.Helper()
	for _, host := range []string{"instance", "subnet", "cut off", "CUT OFF", "us-east-1", "network"} {
		if strings.Contains(text, host) {
			t.Errorf("%q is said of a key:\n%s", host, text)
		}
	}
}

func TestTheRecordOfAKeySaysWhoseItIsAndWhatHoldsIt(t *testing.T) {
	t.Parallel()
	text := printed(func(p oncall.Printer) { p.Record(ofAKey()) })
	has(t, text, "access key "+keyID+" of the user alice, contained account 111122223333 opened",
		"joined: Recon:IAMUser/TorIPCaller, severity 8, score 72",
		"alice/"+keyID+" (access-key), held by this incident alone before: active now: inactive, read back at 2026-03-04 12:00 UTC",
		"What the quarantine does not cover Calls with the key, for the moments until IAM has the change everywhere. Temporary credentials")
	ofAHost(t, text)
}

// Somebody has made the key active again.
func TestAReopenedKeyIsShownAsThat(t *testing.T) {
	t.Parallel()
	in := ofAKey()
	h := in.Holds[0]
	d := quarantine.Drift{Measure: h.Measure, AccountID: h.AccountID, Region: h.Region, Thing: h.Thing, Kind: quarantine.DriftReopened,
		What: "status is Active", By: "bob", Since: noon.Add(time.Minute), LastAt: noon.Add(time.Minute)}
	in.Watch = quarantine.Watch{LookedAt: d.LastAt, Drifts: []quarantine.Drift{d}}
	in.Holds = in.Seen()
	text := printed(func(p oncall.Printer) { p.Record(in) })
	has(t, text, "REOPENED", "now: OPEN as of 2026-03-04 12:01 UTC: status is Active; done by bob", "Whatever is signed with the key: it works from anywhere.")
	ofAHost(t, text)
}

func TestAKeyIsListedBesideInstances(t *testing.T) {
	t.Parallel()
	host := ofAKey()
	host.Resource, host.Holds = quarantine.Resource{Kind: quarantine.KindInstance, ID: "i-0123456789abcdef0"}, nil
	text := printed(func(p oncall.Printer) {
		p.List([]oncall.Listed{oncall.NewListed(ofAKey()), oncall.NewListed(host)}, false)
	})
	has(t, text, "- "+keyID+" access key UnauthorizedAccess 0m contained", "- i-0123456789abcdef0 - UnauthorizedAccess 0m contained")
}

func TestAQuestionAboutAKeySaysWhatAYesDoes(t *testing.T) {
	t.Parallel()
	r := quarantine.ApprovalRequest{ID: "req-1", Purpose: quarantine.PurposeIsolate, Incident: incident, Resource: ofAKey().Resource,
		Status: quarantine.RequestPending, ExpiresAt: noon.Add(time.Hour)}
	for approve, want := range map[bool]string{
		true: "If you approve, the key is made inactive: nothing that is signed with it is accepted", false: "Denying leaves the access key as it is.",
	} {
		text := printed(func(p oncall.Printer) { p.Request(r, approve) })
		has(t, text, "whether to isolate access key "+keyID, "account 111122223333, incident "+incident, want)
		ofAHost(t, text)
	}
	r.Purpose = quarantine.PurposeRelease
	text := printed(func(p oncall.Printer) { p.Request(r, true) })
	has(t, text, "whether to release access key "+keyID)
	ofAHost(t, text)
}

func TestWhatBecameOfAKeyIsShown(t *testing.T) {
	t.Parallel()
	for o, want := range map[quarantine.ReleaseOutcome]string{
		quarantine.Restored:  "restored access-key: RESTORED: what stood before the quarantine stands there again",
		quarantine.Unchanged: "unchanged access-key: UNCHANGED: nothing had been put there",
		quarantine.Gone:      "gone access-key: GONE: it does not exist any more",
	} {
		in := ofAKey()
		in.Status, in.Release = quarantine.StatusReleased, &quarantine.Release{ReleasedAt: noon, By: "kim", Reason: "rotated",
			Things: []quarantine.ReleasedThing{{Measure: "access-key", Thing: "alice/" + keyID, Outcome: o}}}
		text := printed(func(p oncall.Printer) { p.Quarantine(in) })
		has(t, text, "alice/"+keyID+" "+want)
	}
}
