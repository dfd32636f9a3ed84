package message

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// keyMessages are those about an access key, with what is on record.
func keyMessages() map[string]struct {
	quarantine.News
	Record
} {
	type of = struct {
		quarantine.News
		Record
	}
	failed := func(in *quarantine.Incident) { in.Status, in.Holds = quarantine.StatusFailed, nil }
	left := func(in *quarantine.Incident) {
		in.Status = quarantine.StatusFailed
		in.Holds = []quarantine.Hold{{Measure: "access-key", AccountID: account, Region: "us-east-1", Thing: keyID, Outcome: quarantine.LeftOpen,
			Note: "it is the root user's, which nobody else can change: sign in as root"}}
	}
	notClosed := keyDrifted(notPutRight)
	unasked := keyNews(quarantine.KindAskingFailed)
	unasked.Failure = caught(quarantine.Unavailable, "the ledger did not answer")
	noEvidence := keyEvidence(quarantine.KindEvidenceFailed, quarantine.EvidenceStatusFailed)
	noEvidence.Evidence.Problems = []string{"the policies of the user could not be read"}
	exempt := keyNews(quarantine.KindToldOnly)
	exempt.Failure = caught(quarantine.UserExempt, "the access key "+keyID+" must not be changed: the user alice is exempt (read from IAM just now)")
	return map[string]of{
		"asked":            {keyAsked(quarantine.PurposeIsolate), Record{}},
		"asked-to-release": {keyAsked(quarantine.PurposeRelease), keyRecord()},
		"asking-failed":    {unasked, Record{}},
		"left":             {keyAnswered(quarantine.KindKept, quarantine.PurposeIsolate, quarantine.RequestDenied), Record{}},
		"nobody-decided":   {keyAnswered(quarantine.KindApprovalExpired, quarantine.PurposeIsolate, quarantine.RequestExpired), Record{}},
		"kept":             {keyAnswered(quarantine.KindKept, quarantine.PurposeRelease, quarantine.RequestDenied), keyRecord()},
		"contained":        {keyContained(), keyRecord()},
		"failed-gone":      {keyNotContained(quarantine.ThingGone, "IAM does not know the user or the access key (any more)"), keyRecord(failed)},
		"failed-root":      {keyNotContained(quarantine.NotSupported, keyID+" is not cut: it is the root user's, which nobody else can change: sign in as root"), keyRecord(left)},
		"failed-denied": {keyNotContained(quarantine.AccessDenied, "IAM does not show whose key "+keyID+
			" is: it does not exist (any more), is of another account, or the function's role lacks the action iam:GetAccessKeyLastUsed"), Record{}},
		"exempt":            {exempt, Record{}},
		"reopened":          {keyDrifted(), keyRecord()},
		"reopened-open":     {notClosed, keyRecord(func(in *quarantine.Incident) { in.Holds[0].Drift = &notClosed.Drifts[0] })},
		"evidence-complete": {keyEvidence(quarantine.KindEvidenceComplete, quarantine.EvidenceComplete), keyRecord()},
		"evidence-failed":   {noEvidence, keyRecord()},
		"released":          {keyReleased(quarantine.Restored, ""), keyRecord()},
		"released-left":     {keyReleased(quarantine.Drifted, "status is Active, and on record is Inactive"), keyRecord()},
		"release-failed":    {quarantine.News{Kind: quarantine.KindReleaseFailed, Execution: execution(), Incident: incident, Failure: caught(quarantine.Throttled, "IAM throttled")}, keyRecord()},
	}
}

// Every message about a key, as people read it.
func TestMessagesAboutAKey(t *testing.T) {
	t.Parallel()
	for name, c := range keyMessages() {
		m := composed(t, c.News, c.Record)
		golden.File(t, "testdata/keys/"+name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
		for _, host := range []string{"subnet", "instance", "EC2", "neighbour", "volume", "napshot", "cut off", "CUT OFF", " host", "network ACL"} {
			if strings.Contains(unwrapped(m.Text), host) {
				t.Errorf("%s says %q of a key:\n%s", name, host, m.Text)
			}
		}
	}
}

func TestAProgramIsToldThatItIsAKey(t *testing.T) {
	t.Parallel()
	m := composed(t, keyContained(), keyRecord())
	var got body
	if err := json.Unmarshal(m.Data, &got); err != nil {
		t.Fatal(err)
	}
	if got.Resource == nil || *got.Resource != keyResource() {
		t.Errorf("the resource is %+v", got.Resource)
	}
	if m.Attributes["access-key"] != keyID || m.Attributes["instance"] != "" {
		t.Errorf("the attributes are %v", m.Attributes)
	}
}

// I5: what was not read back is not announced, whatever kind of thing it is.
func TestI5AKeyIsNotCalledContainedWithoutReadBack(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(c *quarantine.Containment){
		"nothing":    func(c *quarantine.Containment) { c.Things = nil },
		"no name":    func(c *quarantine.Containment) { c.Things[0].Thing = "" },
		"not put":    func(c *quarantine.Containment) { c.Things[0].Parts = nil },
		"not read":   func(c *quarantine.Containment) { c.Things[0].VerifiedAt = c.Things[0].LeaseUntil },
		"let go of":  func(c *quarantine.Containment) { c.Things[0].Outcome = quarantine.Restored },
		"one of two": func(c *quarantine.Containment) { c.Things = append(c.Things, quarantine.Hold{Thing: "bob/" + keyID}) },
	} {
		n := keyContained()
		spoil(n.Containment)
		if _, err := Compose(n, keyRecord()); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%s: %v, want BadRequest", name, err)
		}
	}
}

// A yes that ends sessions, too, does not say that they go on.
func TestAQuestionAboutAKeyContradictsNoMeasure(t *testing.T) {
	t.Parallel()
	n := keyAsked(quarantine.PurposeIsolate)
	n.Approval.Measures = []string{"key-sessions"}
	says(t, composed(t, n, Record{}).Text, []string{
		"That alone ends no session that it was used to get.", "And: it denies everything to temporary sessions of the key's user",
	}, "go on until they expire")
}

// What is lifted beside a key does not hide that the key is.
func TestAReleaseOfAKeyAndItsSessionsTellsBoth(t *testing.T) {
	t.Parallel()
	n := keyReleased(quarantine.Restored, "")
	n.Release.Things = append(n.Release.Things, quarantine.ReleasedThing{Measure: "key-sessions", Thing: "alice/AIDA1/" + keyID, Outcome: quarantine.Restored})
	says(t, composed(t, n, keyRecord()).Text, []string{"The quarantine of the access key " + keyID + " of the user alice is lifted from it and 1 further thing, read back"})
	n.Release.Things[0].Outcome = quarantine.Gone
	says(t, composed(t, n, keyRecord()).Text, []string{"of the user alice is lifted from 1 further thing, read back"})
}

// Where the ledger could not be read, the news has the key and its user all the same.
func TestWhatIsNotReadOfAKeyIsNotKnown(t *testing.T) {
	t.Parallel()
	unread := Record{Unread: quarantine.Failf(quarantine.Throttled, "try again")}
	says(t, composed(t, keyContained(), unread).Text, []string{
		"The access key " + keyID + " of the user alice is inactive, as IAM shows it, read back at 2026-11-02 12:00:07 UTC", "The ledger could not be read",
	}, "Whatever is signed with the key")
	n := keyEvidence(quarantine.KindEvidenceFailed, quarantine.EvidenceStatusFailed)
	n.Containment = nil
	says(t, composed(t, keyReleased(quarantine.Restored, ""), unread).Text, []string{"The quarantine of the access key " + keyID + " of the user alice is lifted, read back"})
	says(t, composed(t, keyDrifted(), unread).Text, []string{"An unknown access key was made active; it is inactive again", "access key alice/" + keyID + ": status is Active"})
	says(t, composed(t, n, unread).Text, []string{"This changes nothing about the key's being inactive."})
	failed := quarantine.News{Kind: quarantine.KindReleaseFailed, Execution: execution(), Triage: keyTriage(), Incident: incident, Failure: caught(quarantine.Throttled, "try again")}
	says(t, composed(t, failed, unread).Text, []string{
		"Only the ledger says whether the key was active before", "aws dynamodb get-item --region " + region, "HOLD#access-key#ACCOUNT#",
		"aws iam update-access-key --region us-east-1 --user-name alice --access-key-id " + keyID + " --status Active",
	})
}

// A finding is kept where it was made, and IAM is asked where it is run.
func TestACommandAboutAKeyGoesToItsRegion(t *testing.T) {
	t.Parallel()
	says(t, composed(t, keyContained(), keyRecord()).Text, []string{"aws iam list-access-keys --region us-east-1", "aws cloudtrail lookup-events --region " + region})
	says(t, composed(t, keyReleased(quarantine.Restored, ""), keyRecord()).Text, []string{"aws guardduty archive-findings --region " + region})
}
