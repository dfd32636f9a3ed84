package register_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// contained is an incident with one interface, held by its security group since noon.
func contained() quarantine.Incident {
	return quarantine.Incident{ID: "inc-1", Resource: host, Status: quarantine.StatusContained,
		Holds: []quarantine.Hold{closed("network-acl", "subnet-1"), closed("security-group", "eni-1"), closed("protection", "i-1")}}
}

// byItsGroup has the group contain it in place of the cut.
func byItsGroup(in *quarantine.Incident) { in.ContainedBy, in.Holds = "security-group", in.Holds[1:] }

func TestTheSubnetsAreGivenBackWhereEveryInterfaceIsHeldForLongEnough(t *testing.T) {
	t.Parallel()
	late := noon.Add(register.Settled)
	open := quarantine.Drift{Measure: "protection", Thing: "i-1", Kind: quarantine.DriftReopened, LastAt: late}
	another := func(spoil func(*quarantine.Hold)) func(*quarantine.Incident) {
		return func(in *quarantine.Incident) {
			h := closed("security-group", "eni-2")
			spoil(&h)
			in.Holds = append(in.Holds, h)
		}
	}
	for name, c := range map[string]struct {
		spoil func(*quarantine.Incident)
		at    time.Time
		want  string // "" is that they may be
	}{
		"held":            {at: late},
		"a moment before": {at: late.Add(-time.Second), want: "It is possible from 2026-03-04 12:10:00 UTC on"},
		"one of two came later": {at: late, want: "interface eni-2 has the security group since 2026-03-04 12:05:00 UTC",
			spoil: another(func(h *quarantine.Hold) { h.VerifiedAt = noon.Add(5 * time.Minute) })},
		"one is gone":       {at: late, spoil: another(func(h *quarantine.Hold) { h.Outcome, h.Holders = quarantine.Gone, nil })},
		"one was left open": {at: late, want: "it is open: it is a trunk", spoil: another(func(h *quarantine.Hold) { h.Outcome, h.Holders, h.Note = quarantine.LeftOpen, nil, "it is a trunk" })},
		"one was refused": {at: late, want: "interface eni-2 is not held by the security group",
			spoil: another(func(h *quarantine.Hold) { h.Parts = map[string]quarantine.Part{"groups": {Refused: "no"}} })},
		"one is not read back":   {at: late, want: "no read-back is on record", spoil: another(func(h *quarantine.Hold) { h.VerifiedAt = time.Time{} })},
		"one is another's alone": {at: late, want: "eni-2 is not held", spoil: another(func(h *quarantine.Hold) { h.Holders = []string{"inc-2"} })},
		"a key":                  {at: late, want: "of the kind access-key, which has none", spoil: func(in *quarantine.Incident) { in.Resource.Kind = quarantine.KindAccessKey }},
		"by its group alone":     {at: late, want: "security-group contains the instance by itself: there is nothing to give back", spoil: byItsGroup},
		"no group":               {at: late, want: "no security group holds", spoil: func(in *quarantine.Incident) { in.Holds = in.Holds[:1] }},
		"something is open":      {at: late, want: "the last look found open: i-1 (protection)", spoil: func(in *quarantine.Incident) { in.Holds[2].Drift = &open }},
		"something was not seen": {at: late, want: "could not see everything: eni-1", spoil: func(in *quarantine.Incident) { in.Watch.Unseen = "eni-1" }},
		"released":               {at: late, want: "it is released", spoil: func(in *quarantine.Incident) { in.Status = quarantine.StatusReleased }},
		"never cut":              {at: late, want: "it is not cut", spoil: func(in *quarantine.Incident) { in.Status = "" }},
	} {
		in := contained()
		if c.spoil != nil {
			c.spoil(&in)
		}
		err := register.Narrowable(in, c.at)
		if (err == nil) != (c.want == "") || err != nil && (!quarantine.Is(err, quarantine.NotNarrowed) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		in.Watch.Unseen = ""
		timeAlone := c.want == "" || strings.Contains(c.want, "could not see") || strings.Contains(c.want, "possible from") || strings.Contains(c.want, "since")
		switch from, can := register.NarrowableFrom(in); {
		case can != timeAlone:
			t.Errorf("%s: that time alone is missing is %v", name, can)
		case can && (register.Narrowable(in, from) != nil || register.Narrowable(in, from.Add(-time.Nanosecond)) == nil):
			t.Errorf("%s: %s is not from when on they may be given back", name, from)
		}
	}
}

func TestAnInterfaceThatNobodyHoldsKeepsTheSubnets(t *testing.T) {
	t.Parallel()
	has := func(ids ...string) (now quarantine.Instance) {
		for _, id := range ids {
			now.Interfaces = append(now.Interfaces, quarantine.Interface{ID: id})
		}
		return now
	}
	if err := register.NarrowableNow(contained(), has("eni-1")); err != nil {
		t.Error(err)
	}
	if err := register.NarrowableNow(contained(), has("eni-1", "eni-9")); !quarantine.Is(err, quarantine.NotNarrowed) || !strings.Contains(err.Error(), "eni-9 came later") {
		t.Error(err)
	}
}

// Once the subnets are given back, what the group lets go on at the border is said, and not that
// everything passes there; what it does not hold any more leaves the border open.
func TestWhatIsOpenOnceTheSubnetsAreGivenBack(t *testing.T) {
	t.Parallel()
	const border = "Everything that crosses the subnet's border."
	in := contained()
	in.Holds[0].Outcome, in.Holds[0].Holders = quarantine.Restored, nil
	if open := register.StaysOpenOf(in); !slices.Contains(open, border) {
		t.Errorf("without a word that it was given back: %q", open)
	}
	in.Narrowed = &quarantine.Release{Subnets: []quarantine.ReleasedSubnet{{SubnetID: "subnet-1"}}}
	if open := register.StaysOpenOf(in); slices.Contains(open, border) || !slices.Contains(open, register.Unverified()[0]) {
		t.Errorf("given back: %q", open)
	}
	in.Holds[1].Drift = &quarantine.Drift{Kind: quarantine.DriftReopened}
	if open := register.StaysOpenOf(in); !slices.Contains(open, border) {
		t.Errorf("with the interface open: %q", open)
	}
}

// What the group lets go on is open, and nothing else at the border, for as long as it holds.
func TestWhatStaysOpenWithoutACutIsWhatTheGroupLetsGoOn(t *testing.T) {
	t.Parallel()
	const border = "Everything that crosses the subnet's border."
	in := contained()
	byItsGroup(&in)
	open := register.StaysOpenOf(in)
	if !slices.Equal(open[:2], register.Tracked()) || slices.Contains(open, border) || len(open) < 4 {
		t.Errorf("open is %q", open)
	}
	in.Holds[0].VerifiedAt = time.Time{}
	if open := register.StaysOpenOf(in); !slices.Contains(open, border) || slices.Contains(open, register.Tracked()[0]) {
		t.Errorf("the group does not hold, and open is %q", open)
	}
	in = contained()
	in.ContainedBy = "security-group" // and its subnets were cut since
	if open := register.StaysOpenOf(in); slices.Contains(open, register.Tracked()[0]) {
		t.Errorf("a subnet is cut, and open is %q", open)
	}
}
