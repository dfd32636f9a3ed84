package oncall_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

const incident = "inc-20260304-0123456789"

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// printed is what is written, in one line.
func printed(write func(oncall.Printer)) string {
	var out bytes.Buffer
	write(oncall.Printer{W: &out, Style: terminal.NewStyle(&out), Now: func() time.Time { return noon }})
	return strings.Join(strings.Fields(out.String()), " ")
}

func has(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
}

func held(measure, thing, before, after string) quarantine.Hold {
	part := map[string]string{"network-acl": "acl", "security-group": "groups", "protection": "stop"}[measure]
	return quarantine.Hold{Measure: measure, VPCID: "vpc-1", Thing: thing, Holders: []string{incident}, VerifiedAt: noon,
		Parts: map[string]quarantine.Part{part: {Before: &quarantine.Value{Text: before}, Puts: []string{after}, After: after}}}
}

func TestAnIncidentShowsEverythingThatItHolds(t *testing.T) {
	t.Parallel()
	unread := held("security-group", "eni-2", "sg-1", "sg-none")
	unread.VerifiedAt, unread.Holders = time.Time{}, []string{"inc-other", incident}
	spot := held("protection", "i-1", "false", "true")
	spot.VPCID, spot.Parts["termination"] = "", quarantine.Part{Refused: "UnsupportedOperation"}
	in := quarantine.Incident{ID: incident, Status: quarantine.StatusContained,
		Holds: []quarantine.Hold{spot, held("security-group", "eni-1", "sg-1", "sg-none"), unread, held("network-acl", "subnet-1", "acl-1", "acl-q")}}
	has(t, printed(func(p oncall.Printer) { p.Quarantine(in) }),
		"Quarantine subnet-1 in vpc-1, held by this incident alone before: acl-1 now: CUT OFF by acl-q, read back at 2026-03-04 12:00 UTC",
		"eni-1 in vpc-1 (security-group), held by this incident alone before: sg-1 now: has sg-none alone, which has no rules, read back at 2026-03-04 12:00 UTC",
		"eni-2 in vpc-1 (security-group), held by this incident and by inc-other before: sg-1 now: NOT KNOWN whether it has the group without rules alone",
		"i-1 (protection), held by this incident alone before: can be stopped now: cannot be stopped by the API, read back at 2026-03-04 12:00 UTC EC2 takes no termination protection for it",
	)
	has(t, printed(func(p oncall.Printer) { p.Record(in) }), "What the quarantine does not cover Hosts in the same subnet: nothing stands between them.")
	has(t, printed(func(p oncall.Printer) { p.Quarantine(quarantine.Incident{}) }), "Nothing is held.")
}

// Nobody is to read "contained" without what the group lets go on.
func TestAnIncidentThatTheGroupContainsShowsItsReservation(t *testing.T) {
	t.Parallel()
	in := quarantine.Incident{ID: incident, Status: quarantine.StatusContained, ContainedBy: "security-group",
		Holds: []quarantine.Hold{held("security-group", "eni-1", "sg-1", "sg-none")}}
	has(t, printed(func(p oncall.Printer) { p.Record(in) }),
		"by security-group", "CONTAINED BY SECURITY-GROUP ALONE: connections that are tracked go on until they end",
		"What the quarantine does not cover Connections that were open before the group was changed, and are tracked")
	has(t, printed(func(p oncall.Printer) { p.List([]oncall.Listed{oncall.NewListed(in)}, false) }), " by security-group "+incident)
	in.Holds = append(in.Holds, held("network-acl", "subnet-1", "acl-1", "acl-q"))
	if text := printed(func(p oncall.Printer) { p.Record(in) }); strings.Contains(text, "ALONE") {
		t.Errorf("a subnet is cut, and it says:\n%s", text)
	}
}

func TestAReleaseUnderWayShowsWhatWasLetGo(t *testing.T) {
	t.Parallel()
	gone, going := held("security-group", "eni-1", "sg-1", "sg-none"), held("network-acl", "subnet-1", "acl-1", "acl-q")
	gone.Holders, gone.Outcome = nil, quarantine.Restored
	going.Holders, going.Releasing = nil, incident
	in := quarantine.Incident{ID: incident, Status: quarantine.StatusReleasing, Holds: []quarantine.Hold{gone, going}}
	has(t, printed(func(p oncall.Printer) { p.Quarantine(in) }),
		"subnet-1 in vpc-1, is being released before: acl-1 now: BEING RELEASED, and not known whether it is cut off",
		"eni-1 in vpc-1 (security-group) now: RESTORED: what stood before the quarantine stands there again")
}

func TestAReleaseShowsWhatBecameOfEveryThing(t *testing.T) {
	t.Parallel()
	r := quarantine.Release{ReleasedAt: noon, By: "someone", Reason: "rebuilt",
		Subnets: []quarantine.ReleasedSubnet{{SubnetID: "subnet-1", Outcome: quarantine.Restored, Now: "acl-1", Version: "aclassoc-1"}},
		Things: []quarantine.ReleasedThing{
			{Measure: "security-group", Thing: "eni-1", Outcome: quarantine.StillHeld, Note: "inc-other holds it"},
			{Measure: "protection", Thing: "i-1", Outcome: quarantine.Drifted, Note: "stop is false"},
		}}
	has(t, printed(func(p oncall.Printer) { p.Release(r) }),
		"subnet-1 restored RESTORED. acl-1 stands there again, as before the quarantine (aclassoc-1)", "eni-1 still-held security-group: STILL HELD: inc-other holds it",
		"i-1 drifted protection: LEFT ALONE: stop is false")
}
