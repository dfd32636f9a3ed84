package release_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// calling releases and says that the findings were a false alarm until a time.
func (w world) calling(t *testing.T, instance string, until time.Time) (quarantine.Release, error) {
	t.Helper()
	in := estate.Restoration(instance)
	in.FalseAlarmUntil = until
	return w.Release(t.Context(), in)
}

// alarms are on record, without their resource.
func (w world) alarms(t *testing.T) []quarantine.FalseAlarm {
	t.Helper()
	all, err := w.Ledger.FalseAlarms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		all[i].Resource = quarantine.Resource{}
	}
	return all
}

func TestAFalseAlarmIsOnRecordWithItsAuthor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	until := noon.Add(7 * 24 * time.Hour)
	done, err := w.calling(t, "i-web", until)
	estate.WantName(t, err, "")
	types := w.Incident("inc-web").Types()
	if len(types) != 1 {
		t.Fatalf("the incident has findings of %q", types)
	}
	by := estate.Restoration("i-web").By
	want := quarantine.FalseAlarm{Types: types, Incident: done.Incident, By: by, Reason: "rebuilt", Until: until}
	same(t, "on record", []quarantine.FalseAlarm{want}, w.alarms(t))
	same(t, "the release says", types, done.FalseAlarm.Types)
	if !slices.ContainsFunc(w.Incident("inc-web").Timeline, func(e quarantine.Event) bool {
		return e.Kind == quarantine.EventFalseAlarm && e.By == by && strings.HasPrefix(e.Text, "a false alarm until ") && strings.HasSuffix(e.Text, types[0]+": rebuilt")
	}) {
		t.Errorf("the timeline is %+v", w.Incident("inc-web").Timeline)
	}
	_, err = w.calling(t, "i-web", noon) // of the incident that is released already
	estate.WantName(t, err, "")
	same(t, "on record after its end", []quarantine.FalseAlarm{}, w.alarms(t))
}

// It is on record before the lock is free: no finding passes between.
func TestAFalseAlarmIsOnRecordBeforeTheLockIsFree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.Inject("UpdateItem INCIDENT", estate.Always(func() {
		if l := w.Lock("i-web"); l.Status == quarantine.StatusReleased && len(w.alarms(t)) == 0 {
			t.Error("the lock is free, and no false alarm on record")
		}
	}))
	_, _ = w.calling(t, "i-web", noon.Add(time.Hour))
}

// Nothing is changed by a release that cannot say what it was asked to say.
func TestAFalseAlarmThatIsTooLongIsRefusedBeforeAnythingIsChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	_, err := w.calling(t, "i-web", noon.Add(91*24*time.Hour))
	estate.WantName(t, err, quarantine.BadRequest)
	estate.WantSays(t, err, "90 days at most")
	same(t, "what is open", []string{"inc-web"}, w.open())
	same(t, "on record", []quarantine.FalseAlarm{}, w.alarms(t))
}

func TestWithoutAWordThereIsNoFalseAlarm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	if done := w.release(t, "i-web"); done.FalseAlarm != nil || len(w.alarms(t)) != 0 {
		t.Errorf("%+v, on record %+v", done.FalseAlarm, w.alarms(t))
	}
}
