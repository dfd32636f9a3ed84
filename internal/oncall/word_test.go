package oncall_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// spoken is an incident that is contained, its things as a look has found them, and a person.
type spoken struct {
	t      *testing.T
	ledger *ledger.Ledger
	word   oncall.Word
}

func speak(t *testing.T, found ...quarantine.Drift) *spoken {
	t.Helper()
	acct := account.New(account.Options{})
	acct.AddDefined(ledger.TableDefinition("quarantine"))
	s := &spoken{t: t, ledger: ledger.New(acct.DynamoDB(), "quarantine")}
	s.word = oncall.Word{Ledger: s.ledger, By: "kim", Reason: "we work on it", Now: func() time.Time { return noon }}
	for _, d := range found {
		if err := s.ledger.Drifted(t.Context(), incident, d); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.ledger.Append(t.Context(), incident, quarantine.Event{At: noon, Kind: quarantine.EventContained}); err != nil {
		t.Fatal(err)
	}
	return s
}

// incident is what is on record.
func (s *spoken) incident() quarantine.Incident {
	s.t.Helper()
	in, err := s.ledger.Incident(s.t.Context(), incident)
	if err != nil {
		s.t.Fatal(err)
	}
	in.Status = quarantine.StatusContained
	return in
}

// said are the texts of the events of a kind, by whom.
func (s *spoken) said(kind quarantine.EventKind) string {
	var out []string
	for _, e := range s.incident().Timeline {
		if e.Kind == kind {
			out = append(out, e.By+": "+e.Text)
		}
	}
	return strings.Join(out, "; ")
}

func (s *spoken) works(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestAPauseIsOnRecordWithWhoAndWhy(t *testing.T) {
	t.Parallel()
	s := speak(t)
	s.works(s.word.Pause(t.Context(), s.incident(), 2*time.Hour))
	w := s.incident().Watch
	if !w.PausedUntil.Equal(noon.Add(2*time.Hour)) || w.PausedBy != "kim" || w.PauseReason != "we work on it" {
		t.Errorf("%+v", w)
	}
	if got := s.said(quarantine.EventWatchPaused); got != "kim: nothing is put right until 2026-03-04 14:00 UTC: we work on it" {
		t.Error(got)
	}
	s.word.Now = func() time.Time { return noon.Add(time.Minute) }
	ended, err := s.word.Resume(t.Context(), s.incident(), "")
	s.works(err)
	if w := s.incident().Watch; len(ended) != 1 || w.Paused(noon.Add(time.Minute)) {
		t.Errorf("ended %v: %+v", ended, w)
	}
	has(t, s.said(quarantine.EventWatchPaused), "the pause has ended")
	if ended, err = s.word.Resume(t.Context(), s.incident(), ""); err != nil || len(ended) > 0 {
		t.Errorf("a second time: %v, %v", ended, err)
	}
}

func TestAThingIsLeftByItsIDOrAsItIsShown(t *testing.T) {
	t.Parallel()
	metadata, protection := drift(quarantine.DriftReopened, "metadata", "i-1", "is enabled"), drift(quarantine.DriftReopened, "protection", "i-1", "stop is false")
	s := speak(t, opened(), metadata, protection)
	_, err := s.word.Leave(t.Context(), s.incident(), "i-1")
	refused(t, err, "several measures hold i-1: say which, one of 'i-1 (metadata)', 'i-1 (protection)'")
	for _, thing := range []string{"subnet-1", "i-1 (metadata)"} {
		_, err = s.word.Leave(t.Context(), s.incident(), thing)
		s.works(err)
	}
	for _, d := range s.incident().Watch.Drifts {
		if d.Left() != (d.Measure != "protection") || d.Left() && (d.LeftBy != "kim" || d.LeftReason != "we work on it" || !d.LeftAt.Equal(noon)) {
			t.Errorf("%+v", d)
		}
	}
	if got := s.said(quarantine.EventLeft); got != "kim: i-1 (metadata) is left as it is: we work on it; kim: subnet-1 is left as it is: we work on it" {
		t.Error(got)
	}
}

func TestOneThingOrEverythingIsPutRightAgain(t *testing.T) {
	t.Parallel()
	s := speak(t, opened(), drift(quarantine.DriftReopened, "protection", "i-1", "stop is false"))
	s.works(s.word.Pause(t.Context(), s.incident(), time.Hour))
	for _, thing := range []string{"subnet-1", "i-1"} {
		_, err := s.word.Leave(t.Context(), s.incident(), thing)
		s.works(err)
	}
	ended, err := s.word.Resume(t.Context(), s.incident(), "i-1 (protection)")
	s.works(err)
	if in := s.incident(); len(ended) != 1 || ended[0] != "leaving i-1 (protection) as it is" || !in.Watch.Paused(noon) {
		t.Errorf("%v: %+v", ended, in.Watch)
	}
	s.word.Now = func() time.Time { return noon.Add(time.Minute) }
	ended, err = s.word.Resume(t.Context(), s.incident(), "")
	s.works(err)
	in := s.incident()
	if len(ended) != 2 || in.Watch.Paused(noon.Add(time.Minute)) || in.Watch.Drifts[0].Left() || in.Watch.Drifts[1].Left() {
		t.Errorf("%v: %+v", ended, in.Watch)
	}
	has(t, s.said(quarantine.EventLeft), "kim: subnet-1 is not left any more: it is put right again")
}

func refused(t *testing.T, err error, why string) {
	t.Helper()
	if !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), why) {
		t.Errorf("got %v, want that %s", err, why)
	}
}

func TestWhatCannotBeMeantIsRefused(t *testing.T) {
	t.Parallel()
	s := speak(t)
	for _, lasts := range []time.Duration{0, -time.Hour, oncall.LongestPause + 1} {
		refused(t, s.word.Pause(t.Context(), s.incident(), lasts), "at most 168h")
	}
	s.works(s.word.Pause(t.Context(), s.incident(), oncall.LongestPause))
	_, err := s.word.Leave(t.Context(), s.incident(), "subnet-1")
	refused(t, err, "no look has found anything of "+incident+" otherwise than it was put")
	s.works(s.ledger.Drifted(t.Context(), incident, opened()))
	_, err = s.word.Leave(t.Context(), s.incident(), "subnet-2")
	refused(t, err, "no look has found subnet-2 of "+incident+" otherwise than it was put, but subnet-1")
	_, err = s.word.Resume(t.Context(), s.incident(), "subnet-2")
	refused(t, err, "but subnet-1")

	over := s.incident()
	over.Status = quarantine.StatusReleased
	_, err = s.word.Leave(t.Context(), over, "subnet-1")
	refused(t, err, "is not open any more")
	_, err = s.word.Resume(t.Context(), over, "")
	refused(t, err, "is not open any more")
	refused(t, s.word.Pause(t.Context(), over, time.Hour), "is not open any more")
	s.word.Reason = " \n"
	refused(t, s.word.Pause(t.Context(), s.incident(), time.Hour), "a reason is needed")
	_, err = s.word.Leave(t.Context(), s.incident(), "subnet-1")
	refused(t, err, "a reason is needed")
	if got := s.said(quarantine.EventLeft); got != "" {
		t.Errorf("on record is %s", got)
	}
}

func TestAPersonIsToldWhatHappensNow(t *testing.T) {
	t.Parallel()
	in := watched(opened())
	in.Watch.PausedUntil, in.Watch.PausedBy, in.Watch.PauseReason = noon.Add(90*time.Minute), "kim", "a migration"
	has(t, printed(func(p oncall.Printer) { p.Pausing(in) }),
		"Until 2026-03-04 13:30 UTC, in 1h 30m, nothing of "+incident+" is put right, and nobody is told what is opened.",
		"1 thing stood open: subnet-1", "sooner: quarantine resume "+incident)
	has(t, printed(func(p oncall.Printer) {
		p.Leaving(watched(), drift(quarantine.DriftReopened, "security-group", "eni-1", "groups is sg-1"))
	}), "eni-1 (security-group) stays as somebody has put it", "quarantine resume "+incident+" 'eni-1 (security-group)'")
	has(t, printed(func(p oncall.Printer) {
		p.Resuming(watched(), []string{"the pause until noon", "leaving subnet-1 as it is"})
	}),
		"Ended: the pause until noon; leaving subnet-1 as it is. The next look puts right what stands open.")
	has(t, printed(func(p oncall.Printer) { p.Resuming(watched(), nil) }), "Nothing of "+incident+" was paused or left: nothing is changed.")
}
