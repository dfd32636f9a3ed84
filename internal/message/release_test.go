package message

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestI8RestoredIsNeverSaidWithoutWhatWasReadBack(t *testing.T) {
	t.Parallel()
	tests := map[string]func(r *quarantine.Release){
		"not completed":                func(r *quarantine.Release) { r.ReleasedAt = time.Time{} },
		"no subnet id":                 func(r *quarantine.Release) { r.Subnets[0].SubnetID = "" },
		"no ACL":                       func(r *quarantine.Release) { r.Subnets[0].Now, r.Subnets[0].Before = "", "" },
		"no association":               func(r *quarantine.Release) { r.Subnets[0].Version = "" },
		"nothing on record":            func(r *quarantine.Release) { r.Subnets[0].Before = "" },
		"another ACL than on record":   func(r *quarantine.Release) { r.Subnets[0].Now = "acl-0other" },
		"the default without its id":   func(r *quarantine.Release) { r.Subnets[1].Now = "" },
		"the default unread":           func(r *quarantine.Release) { r.Subnets[1].Version = "" },
		"the default that is recorded": func(r *quarantine.Release) { r.Subnets[1].Before = r.Subnets[1].Now },
		"an outcome that is none":      func(r *quarantine.Release) { r.Subnets[2].Outcome = "hoped" },
		"held, but what":               func(r *quarantine.Release) { r.Subnets[2].SubnetID = "" },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := releasedMixed()
			spoil(n.Release)
			if _, err := Compose(n, Record{}); !quarantine.Is(err, quarantine.BadRequest) {
				t.Errorf("got %v, want BadRequest", err)
			}
		})
	}
	if _, err := Compose(quarantine.News{Kind: quarantine.KindReleased}, Record{}); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("no release at all: %v, want BadRequest", err)
	}
}

func TestI8AFailedReleaseClaimsOnlyWhatIsShown(t *testing.T) {
	t.Parallel()
	r := onRecord()
	r.Incident.Holds[0].Holders, r.Incident.Holds[0].Releasing = nil, incident
	r.Incident.Holds[1].Holders = nil
	text := unwrapped(composed(t, notReleased(quarantine.Throttled, "EC2 throttled"), r).Text)
	for _, want := range []string{
		"subnet-0aaa1111: BEING RELEASED, and not known whether it is cut off",
		"subnet-0bbb2222: NOT HELD by this incident any more",
		"--association-id ASSOCIATION --network-acl-id acl-0original",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

func TestTheSubjectSaysHowMuchWasReleased(t *testing.T) {
	t.Parallel()
	def := outcome("subnet-2", quarantine.RestoredDefault, "acl-0default")
	held := outcome("subnet-3", quarantine.StillHeld, "acl-0quarantine")
	drifted := outcome("subnet-4", quarantine.Drifted, "acl-0theirs")
	before := outcome("subnet-5", quarantine.AlreadyReleased, "")
	tests := map[string]struct {
		subnets []quarantine.ReleasedSubnet
		already bool
		want    string
	}{
		"all":                  {[]quarantine.ReleasedSubnet{restored("subnet-1"), def}, false, "RELEASED: "},
		"the rest":             {[]quarantine.ReleasedSubnet{before, restored("subnet-1")}, false, "RELEASED: "},
		"one is held":          {[]quarantine.ReleasedSubnet{restored("subnet-1"), held}, false, "RELEASED IN PART: "},
		"one was changed":      {[]quarantine.ReleasedSubnet{def, drifted}, false, "RELEASED IN PART: "},
		"all held or changed":  {[]quarantine.ReleasedSubnet{held, drifted}, false, "RELEASED, NOTHING RESTORED: "},
		"put back, and closed": {[]quarantine.ReleasedSubnet{putBackClosed("subnet-1"), restored("subnet-6")}, false, "RELEASED, STILL CUT OFF: "},
		"all released before":  {[]quarantine.ReleasedSubnet{before}, false, "RELEASED, NOTHING RESTORED: "},
		"there was no subnet":  {nil, false, "RELEASED, NOTHING RESTORED: "},
		"the incident, before": {[]quarantine.ReleasedSubnet{restored("subnet-1")}, true, "RELEASED BEFORE: "},
	}
	for name, tt := range tests {
		n := released(tt.subnets...)
		n.Release.Already = tt.already
		m := compose(t, n)
		if !strings.HasPrefix(m.Subject, tt.want) || !strings.HasPrefix(m.Text, strings.TrimSuffix(tt.want, ": ")+". ") {
			t.Errorf("%s: %s\n%s", name, m.Subject, m.Text)
		}
	}
}

func TestWhatIsNotKnownOfASubnetIsCalledThat(t *testing.T) {
	t.Parallel()
	held, drifted := outcome("subnet-1", quarantine.StillHeld, ""), outcome("subnet-2", quarantine.Drifted, "")
	held.VPCID, drifted.Before = "", ""
	text := compose(t, released(held, drifted)).Text
	for _, want := range []string{
		"- subnet-1: STILL HELD by other incidents;", "another ACL", "--network-acl-id ACL\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

func TestAReleaseIsForProgramsToo(t *testing.T) {
	t.Parallel()
	n := releasedMixed()
	n.Approval = request(quarantine.PurposeRelease)
	var got body
	if err := json.Unmarshal(compose(t, n).Data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(releasedMixed().Release, got.Release); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(request(quarantine.PurposeRelease), got.Approval); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFailureOfAReleaseHasAHintOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, name := range []string{
		quarantine.LockLost, quarantine.BadRequest, quarantine.Contended, quarantine.NotVerified, quarantine.AccessDenied,
		quarantine.Throttled, quarantine.Unavailable, quarantine.TaskGone, quarantine.Unexpected,
	} {
		hint := factsOf(notReleased(name, "why"), Record{}).releaseHint()[0].String()
		if other, ok := seen[hint]; ok {
			t.Errorf("%s and %s have the same hint: %s", name, other, hint)
		}
		seen[hint] = name
	}
	if hint := (facts{fault: fault{name: quarantine.Contended}}).hint()[0].String(); seen[hint] != "" {
		t.Errorf("a cut and a release have the same hint: %s", hint)
	}
}

func TestAFailedReleaseWithoutAnIncidentStillSaysHowByHand(t *testing.T) {
	t.Parallel()
	text := compose(t, quarantine.News{Kind: quarantine.KindReleaseFailed}).Text
	if strings.Contains(text, "quarantine release") || !strings.Contains(text, "replace-network-acl-association") {
		t.Error(text)
	}
}

// An instance that gets its groups back is as free as one that gets its subnets back.
func TestReleasedIsNeverSaidWithoutThatItIsNotClean(t *testing.T) {
	t.Parallel()
	groups := quarantine.ReleasedThing{Measure: "security-group", Thing: "eni-1", Outcome: quarantine.Restored}
	afterNarrowing := released()
	afterNarrowing.Release.Things = []quarantine.ReleasedThing{groups}
	opened := released(outcome("subnet-0ddd4444", quarantine.Drifted, "acl-0theirs"))
	held := released(outcome("subnet-0ccc3333", quarantine.StillHeld, "acl-0quarantine"))
	for name, c := range map[string]struct {
		news quarantine.News
		says bool
	}{
		"after narrowing":    {afterNarrowing, true},
		"opened by others":   {opened, true},
		"nothing on record":  {released(), true},
		"held by others too": {held, false}, // it is as contained as before
	} {
		if text := unwrapped(composed(t, c.news, onRecord()).Text); strings.Contains(text, "Released does not mean clean") != c.says {
			t.Errorf("%s: want it said: %v\n%s", name, c.says, text)
		}
	}
}

// The ledger was read, and what it does not know was not touched.
func TestOfAnUnknownIncidentNothingIsSaidButThat(t *testing.T) {
	t.Parallel()
	missing := quarantine.Failf(quarantine.BadRequest, "the ledger knows no incident %s", incident)
	for kind, word := range map[quarantine.MessageKind]string{
		quarantine.KindReleaseFailed: "NOT RELEASED", quarantine.KindNarrowFailed: "NOT NARROWED",
	} {
		n := quarantine.News{Kind: kind, Execution: execution(), Incident: incident, Failure: caught(quarantine.BadRequest, missing.Error())}
		m, err := Compose(n, Record{Unread: missing, At: deployed})
		if err != nil {
			t.Fatal(err)
		}
		text := unwrapped(m.Text)
		if m.Subject != word+" (no such incident): "+incident || m.Show != "" ||
			!strings.HasPrefix(text, word+". There is no incident "+incident+" on record: nothing was done.") || !strings.Contains(text, "quarantine list --all") {
			t.Errorf("%s\n%s", m.Subject, m.Text)
		}
		for _, never := range []string{"could not be read", "quarantine release", "quarantine narrow", "quarantine show", "cut off", "unknown instance", "by hand"} {
			if strings.Contains(text, never) {
				t.Errorf("the text has %q:\n%s", never, m.Text)
			}
		}
	}
}

// What this product had put only half, and what somebody has changed, is put back by whoever knows which.
func TestWhatAReleaseHasLeftOfAMeasureIsPutBackByHand(t *testing.T) {
	t.Parallel()
	r := onRecord()
	r.Incident.Holds = append(r.Incident.Holds, quarantine.Hold{Measure: "metadata", AccountID: account, Region: region, Thing: instanceID,
		Outcome: quarantine.Drifted, Note: "it was never read back as it was put, and is left as it stands: endpoint is disabled",
		Last: map[string]quarantine.Part{"endpoint": {Before: &quarantine.Value{Text: "enabled"}, Puts: []string{"disabled"}}}})
	n := released(restored("subnet-1"))
	n.Release.Things = []quarantine.ReleasedThing{{Measure: "metadata", Thing: instanceID, Outcome: quarantine.Drifted}}
	const want = "modify-instance-metadata-options --region eu-central-1 --instance-id " + instanceID + " --http-endpoint enabled"
	text := strings.ReplaceAll(unwrapped(composed(t, n, r).Text), `\ `, "")
	if !strings.Contains(text, want) && !strings.Contains(text, "once you know which. quarantine show "+incident+" --by-hand") {
		t.Errorf("the text lacks %q:\n%s", want, text)
	}
	if text := composed(t, released(restored("subnet-1")), onRecord()).Text; strings.Contains(text, "half-way") {
		t.Errorf("nothing was left: %s", text)
	}
}

// putBackClosed is a subnet on which an ACL was put back that lets nothing pass.
func putBackClosed(subnet string) quarantine.ReleasedSubnet {
	s := restored(subnet)
	s.Closed = true
	return s
}

// What stands as before is not open where it was closed before: nobody is told that it works again.
func TestASubnetThatIsCutOffAllTheSameIsNotToldAsRestored(t *testing.T) {
	t.Parallel()
	text := strings.Join(strings.Fields(strings.ReplaceAll(compose(t, released(restored("subnet-1"), putBackClosed("subnet-2"))).Text, `\`, "")), " ")
	for _, want := range []string{
		"what was put back on 1 subnet lets nothing pass.", "- subnet-2: PUT BACK, AND CUT OFF ALL THE SAME. ", "- subnet-1: RESTORED. ",
		"What was put back on subnet-2 lets nothing pass", "--network-acl-id ORIGINAL",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
}
