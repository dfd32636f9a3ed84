package register_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var (
	noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	host = quarantine.Resource{AccountID: "123456789012", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-1"}
)

// closed is a hold of a measure that was read back.
func closed(of, thing string) quarantine.Hold {
	return quarantine.Hold{Measure: of, Thing: thing, Holders: []string{"inc-1"}, VerifiedAt: noon,
		Parts: map[string]quarantine.Part{"p": {Before: &quarantine.Value{Text: "a"}, Puts: []string{"b"}, After: "b"}}}
}

// I13: a way is said to be closed only where every thing of the measure is, as read back.
func TestI13AWayIsClosedWhereEveryThingIs(t *testing.T) {
	t.Parallel()
	const inside = "Hosts in the same subnet: nothing stands between them."
	for name, spoil := range map[string]func(h *quarantine.Hold){
		"not read back": func(h *quarantine.Hold) { h.VerifiedAt = time.Time{} },
		"released":      func(h *quarantine.Hold) { h.Outcome = quarantine.Restored },
		"being released": func(h *quarantine.Hold) {
			h.Releasing = "inc-1"
		},
		"refused":  func(h *quarantine.Hold) { h.Parts = map[string]quarantine.Part{"p": {Refused: "no"}} },
		"no parts": func(h *quarantine.Hold) { h.Parts = nil },
	} {
		open := closed("security-group", "eni-2")
		spoil(&open)
		held := []quarantine.Hold{closed("network-acl", "subnet-1"), closed("security-group", "eni-1"), open}
		if got := register.StaysOpen(held); !slices.Contains(got, inside) {
			t.Errorf("%s: %v", name, got)
		}
		if got := register.StaysOpen(held[:2]); slices.Contains(got, inside) {
			t.Errorf("all closed: %v", got)
		}
	}
}

func TestWhatTheCutLeavesOpenIsSaid(t *testing.T) {
	t.Parallel()
	all := strings.Join(register.StaysOpen([]quarantine.Hold{closed("network-acl", "subnet-1")}), "\n")
	for _, gap := range []string{"same subnet", "DNS", "metadata", "DHCP", "time sync", "licence activation", "Credentials", "terminate"} {
		if !strings.Contains(all, gap) {
			t.Errorf("not a word about %s in:\n%s", gap, all)
		}
	}
}

func TestWhatStaysOpenWithoutAMeasureIsWhatItCloses(t *testing.T) {
	t.Parallel()
	held := []quarantine.Hold{closed("network-acl", "subnet-1"), closed("security-group", "eni-1")}
	want := []string{"Hosts in the same subnet: nothing stands between them."}
	if diff := cmp.Diff(want, register.StaysOpenWithout("security-group", held)); diff != "" {
		t.Error(diff)
	}
	if got := register.StaysOpenWithout("role-deny", held); len(got) != 0 {
		t.Errorf("of a measure that is not known: %v", got)
	}
}

func TestHoldsAreToldInTheRegistersOrder(t *testing.T) {
	t.Parallel()
	var got []string
	for _, h := range register.Sorted([]quarantine.Hold{closed("role-deny", "role-1"), closed("protection", "i-1"), closed("network-acl", "b"), closed("network-acl", "a")}) {
		got = append(got, h.Measure+" "+h.Thing)
	}
	if diff := cmp.Diff([]string{"network-acl b", "network-acl a", "protection i-1", "role-deny role-1"}, got); diff != "" {
		t.Error(diff)
	}
}

// Help texts and policies of people take these lists: taking back needs nothing that the
// measure's own list lacks, and changes something.
func TestTakingAMeasureBackNeedsActionsOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, m := range register.All() {
		changes := slices.ContainsFunc(m.Undoing, func(action string) bool { return !slices.Contains(m.Reading(), action) })
		if !changes || slices.ContainsFunc(m.Undoing, func(action string) bool { return !slices.Contains(m.Actions, action) }) {
			t.Errorf("%s is taken back by %v, and has %v", m.Name, m.Undoing, m.Actions)
		}
		if (len(m.Removing) > 0) != (len(m.MadeByHand) > 0) {
			t.Errorf("%s: who makes something can list it (%v) and remove it (%v)", m.Name, m.MadeByHand, m.Removing)
		}
	}
}

// Messages print what a measure says without asking what it is: everything is there.
func TestEveryMeasureSaysEverything(t *testing.T) {
	t.Parallel()
	for _, m := range append(register.All(), measure.Unnamed("role-deny")) {
		h := closed(m.Name, "thing-1")
		for what, text := range map[string]string{
			"what it does": m.Does, "what its thing is": m.Thing, "what is not known": m.Unsure, "now": m.Now(h), "before": m.Before(h),
			"before, where nothing is on record": m.Before(quarantine.Hold{}),
		} {
			if text == "" {
				t.Errorf("%s: not a word on %s", m.Name, what)
			}
		}
		if m.Name == "role-deny" {
			continue
		}
		if !slices.ContainsFunc(m.Changes(), func(operation string) bool { return slices.Contains(m.UndoneBy, operation) }) {
			t.Errorf("%s: the operation that closes can open, too: UndoneBy is %v", m.Name, m.UndoneBy)
		}
		for what, steps := range map[string][]measure.Step{
			"to take it": m.ByHand(host, nil), "to look": m.LookByHand(host, []quarantine.Hold{h}),
		} {
			if len(steps) < 2 || steps[0].Say == "" {
				t.Errorf("%s: no steps %s: %v", m.Name, what, steps)
			}
		}
	}
}
