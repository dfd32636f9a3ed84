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

func observed(o quarantine.Observation) quarantine.Incident {
	in := mining("i-0aaaaaaaaaaaaaaaa", "web")
	in.Status, in.ContainedAt, in.OpenedAt, in.Observation = quarantine.StatusObserved, time.Time{}, noon.Add(-3*time.Hour), &o
	return in
}

func TestWhatIsObservedIsListedWithItsAgeAndNothingIsWaitedFor(t *testing.T) {
	t.Parallel()
	text := list(120, observed(quarantine.Observation{Would: quarantine.WouldCut, Neighbours: &quarantine.Neighbours{
		Kinds: []quarantine.NeighbourCount{{Kind: quarantine.NeighbourInstance, Count: 7}},
	}}))
	for _, want := range []string{"-        observed", "observed 3h 0m ago: WOULD HAVE CUT i-0aaaaaaaaaaaaaaaa, with 7 others."} {
		if !strings.Contains(text, want) {
			t.Errorf("the list lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "waits for") || strings.Contains(text, "release") {
		t.Errorf("it waits for something:\n%s", text)
	}
}

func TestTheRecordOfWhatIsObservedSaysThatNothingWasChanged(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := oncall.Printer{W: &out, Style: terminal.NewStyle(terminal.Sized(&out, 100)), Now: func() time.Time { return noon }}
	p.Record(observed(quarantine.Observation{Would: quarantine.WouldAsk, Why: "the cut would hit a NAT gateway"}))
	for _, want := range []string{"WOULD HAVE ASKED A PERSON whether to cut i-0aaaaaaaaaaaaaaaa off.", "Nothing was changed", "the cut would hit a NAT gateway", "mode: act", "--by-hand"} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), want) {
			t.Errorf("the record lacks %q:\n%s", want, out.String())
		}
	}
	for _, not := range []string{"Evidence", "Quarantine\n", "contained 0001", "quarantine release"} {
		if strings.Contains(out.String(), not) {
			t.Errorf("the record has %q:\n%s", not, out.String())
		}
	}
}

func TestWhatIsObservedIsNotOpen(t *testing.T) {
	t.Parallel()
	in := observed(quarantine.Observation{Would: quarantine.WouldCut})
	if in.Open() {
		t.Error("it is open")
	}
	if !(oncall.Filter{Status: []string{"observed"}}).Wants(in) || (oncall.Filter{Status: []string{"waiting"}}).Wants(in) {
		t.Error("the filter takes it for another")
	}
}

func TestAFindingThatIsObservedAgainAndAgainStandsInTheListOnce(t *testing.T) {
	t.Parallel()
	about := func(id, resource, finding string) quarantine.Incident {
		in := observed(quarantine.Observation{Would: quarantine.WouldCut})
		in.ID, in.Resource.ID, in.Findings = id, resource, []quarantine.IncidentFinding{{FindingSummary: quarantine.FindingSummary{ID: finding}}}
		return in
	}
	all := []quarantine.Incident{about("1", "i-a", "rare"), about("2", "i-a", "noisy"), about("3", "i-b", "noisy"), about("4", "i-a", "noisy"), about("5", "i-a", "noisy")}
	for most, want := range map[int]string{10: "1 3 5", 2: "3 5"} {
		var got []string
		for _, in := range oncall.LatestOfEach(all, most) {
			got = append(got, in.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("of %d at most: %v, want %s", most, got, want)
		}
	}
}
