package message

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func heldByGroup(id string) quarantine.Hold {
	return quarantine.Hold{
		Measure: "security-group", AccountID: account, Region: region, VPCID: "vpc-0ccc3333", Thing: id, Holders: []string{incident}, VerifiedAt: noon,
		Parts: map[string]quarantine.Part{"groups": {Before: &quarantine.Value{Text: "sg-0web"}, Puts: []string{"sg-0quarantine"}, After: "sg-0quarantine"}},
	}
}

// byGroup is news of an instance that its security group contains, with the record of it.
func byGroup() (quarantine.News, Record) {
	n := contained()
	n.Containment.By, n.Containment.Subnets = "security-group", nil
	n.Containment.Things = []quarantine.Hold{heldByGroup("eni-1"), heldByGroup("eni-2")}
	n.Containment.Warnings = []string{"the cut would hit 2 other instances and a NAT gateway (nat-1)"}
	r := onRecord()
	r.Incident.Holds, r.Incident.ContainedBy = n.Containment.Things, "security-group"
	return n, r
}

// The reservation comes before everything else, with the record and without it.
func TestAContainmentWithoutACutBeginsWithItsReservation(t *testing.T) {
	t.Parallel()
	n, r := byGroup()
	for name, record := range map[string]Record{"on record": r, "no record": {}} {
		m, err := Compose(n, record)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(m.Subject, "CONTAINED by its security group alone: "+instanceID) {
			t.Errorf("%s: the subject is %q", name, m.Subject)
		}
		text := strings.Join(strings.Fields(m.Text), " ")
		if !strings.HasPrefix(text, "CONTAINED BY ITS SECURITY GROUP ALONE, "+instanceID+" \"web-1\": tracked connections go on until they end") {
			t.Errorf("%s: it begins %q", name, text[:100])
		}
		for _, words := range []string{
			"2 interfaces are held, read back at 2026-11-02 12:00:07 UTC", "a NAT gateway (nat-1)",
			"onnections that were open before the group was changed", register.Briefly(register.Tracked())[1], "cut the subnets by hand",
		} {
			if !strings.Contains(text, words) {
				t.Errorf("%s: %q is not in:\n%s", name, words, m.Text)
			}
		}
		for _, words := range []string{instanceID + " is cut off", "verything that crosses the subnet's border"} {
			if strings.Contains(text, words) {
				t.Errorf("%s: it says %q:\n%s", name, words, m.Text)
			}
		}
	}
}

func TestNothingLessThanEveryInterfaceReadBackIsAnnounced(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*quarantine.Containment){
		"nothing is held":         func(c *quarantine.Containment) { c.Things = nil },
		"one is not held":         func(c *quarantine.Containment) { c.Things = c.Things[:1] },
		"one was not read back":   func(c *quarantine.Containment) { c.Things[1].VerifiedAt = time.Time{} },
		"one is being given back": func(c *quarantine.Containment) { c.Things[1].Releasing = incident },
	} {
		n, r := byGroup()
		spoil(n.Containment)
		if _, err := Compose(n, r); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// What fails beside it says how the instance stands, as after a cut.
func TestOtherNewsSayThatTheGroupAloneContains(t *testing.T) {
	t.Parallel()
	n, r := byGroup()
	n.Kind, n.Measure, n.Failure = quarantine.KindMeasureFailed, "protection", caught(quarantine.AccessDenied, "no")
	const says = "It is contained by its security group alone, as read back at 2026-11-02 12:00:07 UTC; its subnets are not cut."
	for name, record := range map[string]Record{"on record": r, "no record": {}} {
		if m, err := Compose(n, record); err != nil || !strings.Contains(strings.Join(strings.Fields(m.Text), " "), says) {
			t.Errorf("%s: %v\n%s", name, err, m.Text)
		}
	}
	r.Incident.Holds[1].VerifiedAt = time.Time{}
	if m, err := Compose(n, r); err != nil || !strings.Contains(strings.Join(strings.Fields(m.Text), " "), "security group still holds it everywhere is not known") {
		t.Errorf("%v\n%s", err, m.Text)
	}
}
