package oncall_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// laptop is where nothing is deployed.
var laptop = command.Place{Table: "quarantine-ledger"}

// at is what is printed where those commands are to be typed.
func at(place command.Place, write func(oncall.Printer)) string {
	return printed(func(p oncall.Printer) {
		p.At = place
		write(p)
	})
}

// beside is an incident with three others in its subnet, held by its group since an hour.
func beside() quarantine.Incident {
	in := watched()
	in.Resource = quarantine.Resource{Kind: quarantine.KindInstance, ID: "i-1"}
	in.Neighbours = &quarantine.Neighbours{Subnets: []string{"subnet-1"}, Kinds: []quarantine.NeighbourCount{
		{Kind: quarantine.NeighbourInstance, Count: 4, Names: []string{"i-7", "i-8", "i-9"}}}}
	return in
}

func TestAListAndARecordSayHowTheOthersAreSparedAndFromWhenOn(t *testing.T) {
	t.Parallel()
	const named, give = "cut off with it, as counted at the cut: 4 other instances (i-7, i-8, i-9 and 1 more)", "To give the subnets back to the others while this instance stays held"
	for name, c := range map[string]struct {
		change func(*quarantine.Incident)
		want   string
	}{
		"held for long": {func(*quarantine.Incident) {}, give + ": quarantine narrow " + incident},
		"held since a minute": {func(in *quarantine.Incident) { in.Holds[1].VerifiedAt = noon.Add(-time.Minute) },
			give + ", from 2026-03-04 12:09 UTC on: quarantine narrow " + incident},
	} {
		in := beside()
		c.change(&in)
		for _, text := range []string{listed(in), shown(in)} {
			has(t, text, named, c.want)
			if strings.Index(strings.Join(strings.Fields(text), " "), c.want) > strings.Index(strings.Join(strings.Fields(text), " "), "quarantine release") {
				t.Errorf("%s: the release comes first:\n%s", name, text)
			}
		}
	}
	in := beside()
	in.Holds = in.Holds[:1]
	for _, text := range []string{listed(in), shown(in)} {
		if strings.Contains(text, "quarantine narrow") {
			t.Errorf("nothing would hold it, and it says:\n%s", text)
		}
	}
}

func TestARecordEndsWithWhatToDoNext(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]quarantine.Incident{
		"What next To give the subnets back to the others while this instance stays held: quarantine narrow " + incident + " --reason 'SAY WHY' " +
			"Once it is examined, put everything back: quarantine release " + incident + " --reason 'SAY WHY' " +
			"If this is a false alarm, say so: the same type of finding asks before it cuts again. quarantine release " + incident + " --false-alarm": beside(),
		"What next See what is left to do by hand: quarantine show " + incident + " --by-hand The next finding tries again.": {ID: incident, Status: quarantine.StatusFailed},
		"What next See how it stands now: quarantine show " + incident:                                                       {ID: incident, Status: quarantine.StatusReleasing},
		"What next Nothing: it is over.": {ID: incident, Status: quarantine.StatusReleased},
		"What next A question waits for an answer, whether to isolate: quarantine approve req-1": {ID: incident,
			Questions: []quarantine.ApprovalRequest{{ID: "req-1", Purpose: quarantine.PurposeIsolate, Status: quarantine.RequestPending}}},
	} {
		has(t, shown(in), want)
	}
}

// What was opened is closed before anything else is done about an incident.
func TestTheFirstStepOfWhatWasOpenedIsToCloseIt(t *testing.T) {
	t.Parallel()
	in := beside()
	in.Holds[0].Drift = &quarantine.Drift{Measure: in.Holds[0].Measure, Thing: in.Holds[0].Thing, Kind: quarantine.DriftReopened, LastAt: noon}
	has(t, shown(in), "What next It is open again. A later look puts it right; to close it by hand now: quarantine show "+incident+" --by-hand")
}

// Where nothing is deployed, nothing goes on by itself, and nothing of the kind is said.
func TestOfWhatNothingWatchesNothingIsPromised(t *testing.T) {
	t.Parallel()
	const nobody = "nothing is deployed: nothing watches this"
	in := beside()
	in.Watch = quarantine.Watch{PausedUntil: noon.Add(time.Hour)}
	failed := in
	failed.Status = quarantine.StatusFailed
	for name, text := range map[string]string{
		"list":    at(laptop, func(p oncall.Printer) { p.List([]oncall.Listed{oncall.NewListed(in)}, false) }),
		"show":    at(laptop, func(p oncall.Printer) { p.Record(in) }),
		"pause":   at(laptop, func(p oncall.Printer) { p.Pausing(in) }),
		"resume":  at(laptop, func(p oncall.Printer) { p.Resuming(in, []string{"the pause"}) }),
		"failed":  at(laptop, func(p oncall.Printer) { p.List([]oncall.Listed{oncall.NewListed(failed)}, false) }),
		"failed2": at(laptop, func(p oncall.Printer) { p.Record(failed) }),
	} {
		if !strings.HasPrefix(name, "failed") {
			has(t, text, nobody)
		}
		for _, promise := range []string{"no look yet", "goes on by itself", "looks go on", "next look", "tries again:", "finding tries", "asks before it cuts"} {
			if strings.Contains(strings.Join(strings.Fields(text), " "), promise) {
				t.Errorf("%s promises %q:\n%s", name, promise, text)
			}
		}
	}
	for name, place := range map[string]command.Place{"a deployed stack": {Stack: "quarantine"}, "a table that is looked at": laptop} {
		seen := in
		if place == laptop {
			seen.Watch.LookedAt = noon
		}
		if text := at(place, func(p oncall.Printer) { p.Record(seen); p.Pausing(seen) }); strings.Contains(text, nobody) || !strings.Contains(text, "Then it goes on by itself") {
			t.Errorf("%s: %s", name, text)
		}
	}
}
