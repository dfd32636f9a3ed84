package message

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// says holds a message's text to sentences that it has, in one line each, and to those that
// it must not have.
func says(t *testing.T, text string, has []string, lacks ...string) {
	t.Helper()
	one := strings.ReplaceAll(unwrapped(text), ` \ `, " ")
	for _, want := range has {
		if !strings.Contains(one, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	for _, not := range lacks {
		if strings.Contains(one, not) {
			t.Errorf("the text has %q:\n%s", not, text)
		}
	}
}

// lined is a part as text.
func lined(p part) string { return strings.Join(p.rows(), "\n") }

func TestEveryHoldIsToldMeasureByMeasure(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]quarantine.News{
		"contained": contained(), "asked to release": askedWhether(quarantine.PurposeRelease), "kept": kept(quarantine.PurposeRelease),
		"release failed": notReleased(quarantine.Throttled, "try again"), "containment failed": notContained(quarantine.Throttled, "try again"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			says(t, lined(factsOf(n, measured()).furtherPart()), []string{
				"- security-group, interface eni-1: has sg-0none alone, which has no rules, read back at 2026-11-02 12:00:08 UTC",
				"- security-group, interface eni-2: has sg-0none alone, which has no rules, read back at 2026-11-02 12:00:08 UTC; held by inc-20261101-ffffffffff too",
				"- protection, instance " + instanceID + ": a shutdown stops it, cannot be stopped by the API, vol-0aaa stays, read back at 2026-11-02 12:00:09 UTC; " +
					"EC2 takes no termination protection for it",
			})
		})
	}
}

// I13: what was not read back is not known, and a change that AWS never took is none.
func TestI13AThingIsNotToldToStandAsItWasNotRead(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spoil func(h *quarantine.Hold)
		want  string
	}{
		"not read back": {func(h *quarantine.Hold) { h.VerifiedAt = time.Time{} },
			"eni-1: NOT KNOWN whether it has the group without rules alone: no read-back is on record"},
		"being released": {func(h *quarantine.Hold) { h.Holders, h.Releasing = nil, incident },
			"eni-1: BEING RELEASED, and not known whether it has the group without rules alone"},
		"refused": {func(h *quarantine.Hold) {
			h.Parts = map[string]quarantine.Part{"groups": {Before: &quarantine.Value{Text: "sg-0web"}, Refused: "OperationNotPermitted"}}
		}, "eni-1: NOT CHANGED, as AWS takes no such change; EC2 does not let its groups be changed"},
		"let go":  {func(h *quarantine.Hold) { h.Holders = []string{"inc-2"} }, "eni-1: NOT HELD by this incident any more; held by inc-2 too"},
		"drifted": {func(h *quarantine.Hold) { h.Outcome, h.Note = quarantine.Drifted, "groups is sg-9" }, "eni-1: LEFT ALONE: groups is sg-9"},
	} {
		r := onRecord()
		h := interfaceHold("eni-1", incident)
		tt.spoil(&h)
		r.Incident.Holds = append(r.Incident.Holds, h)
		text := lined(factsOf(notReleased(quarantine.Throttled, "try again"), r).furtherPart())
		t.Run(name, func(t *testing.T) { t.Parallel(); says(t, text, []string{tt.want}) })
	}
}

// A ledger that a later version writes has measures that this one does not know.
func TestAMeasureOfAnotherVersionIsToldByItsParts(t *testing.T) {
	t.Parallel()
	r := onRecord()
	r.Incident.Holds = append(r.Incident.Holds, quarantine.Hold{Measure: "role-deny", Thing: "role-1", Holders: []string{incident}, VerifiedAt: noon,
		Parts: map[string]quarantine.Part{"policy": {Before: &quarantine.Value{Text: "none"}, Puts: []string{"deny"}, After: "deny"}}})
	says(t, lined(factsOf(notReleased(quarantine.Throttled, "try again"), r).furtherPart()),
		[]string{"role-deny, thing role-1: policy is deny, read back at 2026-11-02 12:00:07 UTC"})
}

func TestWhatStaysOpenIsWhatNoReadBackShowsClosed(t *testing.T) {
	t.Parallel()
	const inside, dns, ending = "osts in the same subnet;", "DNS through the VPC's resolver", "its end by the API or its own shutdown"
	says(t, composed(t, contained(), Record{}).Text, []string{inside, dns, ending}, "verything that crosses the subnet's border")
	r := measured()
	says(t, composed(t, contained(), r).Text, []string{"onnections inside its subnet that were open before, until they time out", dns, ending}, inside)
	r.Incident.Holds[1].VerifiedAt = time.Time{}
	says(t, composed(t, contained(), r).Text, []string{inside}) // one interface of two
	whole := protectionHold()
	whole.Parts["termination"] = whole.Parts["stop"]
	r.Incident.Holds[0] = whole
	says(t, composed(t, contained(), r).Text, []string{"its end, if it is a Spot instance, by AWS", "by its Auto Scaling group"}, ending)
}

// Processes of a group are suspended for all of its instances: that is for where nothing else keeps
// it from ending this one.
func TestAGroupsProcessesAreSuspendedWhereTheInstanceDoesNotStandBy(t *testing.T) {
	t.Parallel()
	const suspend = "autoscaling suspend-processes"
	failed := notContained(quarantine.Throttled, "try again")
	failed.Containment = containment()
	for _, n := range []quarantine.News{contained(), failed} {
		n.Triage.Measures = []string{"protection"}
		says(t, composed(t, n, Record{}).Text, []string{suspend})
		n.Triage.Measures = []string{"standby", "protection"}
		says(t, composed(t, n, Record{}).Text, nil, suspend)
	}
}

func TestEverythingStillHeldHasAWayBackByHand(t *testing.T) {
	t.Parallel()
	r := measured()
	says(t, composed(t, notReleased(quarantine.AccessDenied, "denied"), r).Text, []string{"put it back by hand. quarantine show " + incident + " --by-hand"})
	text := ByHandOf(*r.Incident, r.At)
	says(t, text, []string{
		"aws ec2 replace-network-acl-association --region eu-central-1 --association-id aclassoc-0after --network-acl-id acl-0original",
		"aws ec2 modify-network-interface-attribute --region eu-central-1 --network-interface-id eni-1 --groups sg-0web sg-0ssh",
		"aws ec2 modify-instance-attribute --region eu-central-1 --instance-id " + instanceID + " --no-disable-api-stop",
		"--instance-initiated-shutdown-behavior terminate", "aws ec2 describe-volumes --region eu-central-1 --volume-ids vol-0aaa",
	}, "--network-interface-id eni-2") // another incident holds it
}

func TestAMeasureThatFailedIsToldByName(t *testing.T) {
	t.Parallel()
	r := onRecord()
	h := interfaceHold("eni-1", incident)
	h.VerifiedAt = time.Time{}
	r.Incident.Holds = append(r.Incident.Holds, h)
	m := composed(t, measureFailed(), r)
	if want := "MEASURE NOT TAKEN (security-group): " + instanceID + ", CryptoCurrency:EC2/"; !strings.HasPrefix(m.Subject, want) {
		t.Errorf("subject %q, want %q", m.Subject, want)
	}
	says(t, m.Text, []string{
		"MEASURE NOT TAKEN. security-group of " + instanceID + " \"web-1\" failed, or could not be proved.", "The measure gives its interfaces a security group without rules.",
		"The cut stands, as read back at 2026-11-02 12:00:07 UTC.", "NameTaken", "sg-0theirs",
		"- security-group, interface eni-1: NOT KNOWN", "WHAT STAYS OPEN BECAUSE OF IT Hosts in the same subnet. WHAT",
		"If it cannot wait, do it by hand.", "quarantine show " + incident,
	})
	says(t, ByHandOf(*r.Incident, r.At), []string{
		"TO TAKE SECURITY-GROUP", "aws ec2 create-security-group --region eu-central-1 --vpc-id VPC", "See which groups its interfaces have:",
	}, "TO TAKE NETWORK-ACL") // the cut holds
}

func TestAReleaseTellsWhatBecameOfEveryThing(t *testing.T) {
	t.Parallel()
	n := released(restored("subnet-1"))
	n.Release.Things = []quarantine.ReleasedThing{
		{Measure: "security-group", Thing: "eni-1", Outcome: quarantine.Restored},
		{Measure: "security-group", Thing: "eni-2", Outcome: quarantine.Gone, Note: "eni-2 does not exist any more"},
		{Measure: "protection", Thing: instanceID, Outcome: quarantine.Drifted, Note: "somebody has changed it since: stop is false"},
	}
	m := compose(t, n)
	if !strings.HasPrefix(m.Subject, "RELEASED IN PART: ") {
		t.Errorf("subject %q", m.Subject)
	}
	says(t, m.Text, []string{
		"is lifted from 1 subnet and 1 further thing, read back at", "; 1 was left as it was.",
		"- security-group, interface eni-1: RESTORED: what stood before the quarantine stands there again",
		"- security-group, interface eni-2: GONE: eni-2 does not exist any more",
		"- protection, instance " + instanceID + ": LEFT ALONE: somebody has changed it since: stop is false",
	})
	n.Release.Things[0].Outcome = "hoped"
	if _, err := Compose(n, Record{}); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("an outcome that is none: %v, want BadRequest", err)
	}
}
