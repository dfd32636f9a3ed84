package watch_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/watch"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// events are what the time series says of a kind.
func (w *world) events(kind quarantine.EventKind) (texts []string) {
	for _, e := range w.Incident("inc-web").Timeline {
		if e.Kind == kind {
			texts = append(texts, w.Text(e.Text))
		}
	}
	return texts
}

func (w *world) count(metric string) (n int) {
	for _, m := range w.taken {
		if m.Name == metric {
			n++
		}
	}
	return n
}

func TestWhatWasPutRightIsOnRecordAndToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.reopen()
	task := w.only(t)
	since := w.Now()
	if d := w.drift(t); len(task.Things) == 0 || !d.Open() || d.Kind != quarantine.DriftReopened || w.Text(d.What) != "is under acl-main" || d.Times != 0 {
		t.Errorf("before it is put right the task is %+v, and on record is %+v", task, d)
	}
	w.Pass(time.Second)
	task = w.putRight(t, task)
	d := w.drift(t)
	if d.Open() || d.Times != 1 || !d.ClosedAt.Equal(w.Now()) || !d.LastAt.Equal(w.Now()) || !d.Since.Equal(since.Truncate(time.Millisecond)) {
		t.Errorf("on record is %+v", d)
	}
	if !task.Tell || task.Drifts[0].News() != quarantine.NewsFirst {
		t.Errorf("nobody is told: %+v", task)
	}
	w.told(t, task)
	if got := w.drift(t).Told; !slices.Equal(got, []quarantine.DriftNews{quarantine.NewsFirst}) {
		t.Errorf("told is %v", got)
	}
	if task := w.settle(t, watch.Task{Incident: "inc-web", Measure: task.Measure, Drifts: []quarantine.Drift{w.drift(t)}}, nil, nil); task.Tell {
		t.Error("it is told twice")
	}
	if got := w.events(quarantine.EventDrift); !slices.Equal(got, []string{"network-acl subnet-a: is under acl-main"}) {
		t.Errorf("found: %q", got)
	}
	if got := w.events(quarantine.EventPutRight); !slices.Equal(got, []string{"network-acl subnet-a put right, as read back (1 in this episode)"}) {
		t.Errorf("put right: %q", got)
	}
	if w.count(quarantine.MetricReopened) != 1 || w.count(quarantine.MetricNotPutRight) != 0 {
		t.Errorf("measured is %+v", w.taken)
	}
}

// The product does not fight another tool without end: each time it waits longer, and once it
// says that a person should look.
func TestWhatIsOpenedAgainAndAgainIsPutRightAtGrowingIntervals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	told := map[quarantine.DriftNews]int{} // the time at which it was told
	for n, wait := range []time.Duration{0, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour, time.Hour} {
		w.Pass(time.Minute)
		w.reopen()
		task := w.only(t)
		if len(task.Things) == 0 {
			t.Fatalf("the %d. time it is not put right", n+1)
		}
		task = w.putRight(t, task)
		d := w.drift(t)
		if got := d.NextAt.Sub(w.Now()); d.Times != n+1 || got != wait {
			t.Errorf("on record is %d times, the next after %s, want %d and %s", d.Times, got, n+1, wait)
		}
		if news := d.News(); news != "" {
			told[news] = n + 1
			w.told(t, task)
		}
		if wait == 0 {
			continue
		}
		w.Pass(wait - time.Second)
		w.reopen()
		if out := w.look(t, `{}`); len(out.Tasks) != 0 {
			t.Errorf("a second before it is its turn the look answers %+v", out)
		}
		w.Swap("subnet-a", "acl-q1")
		w.Pass(time.Minute)
		w.look(t, `{}`) // somebody has closed it
	}
	if !maps.Equal(told, map[quarantine.DriftNews]int{quarantine.NewsFirst: 1, quarantine.NewsOften: 3}) {
		t.Errorf("told is %v", told)
	}
	if n := w.count(quarantine.MetricReopened); n != 1 {
		t.Errorf("one episode is counted %d times", n)
	}
}

func TestAnotherEpisodeBeginsWhenItHasStayedClosedForTwoHours(t *testing.T) {
	t.Parallel()
	for after, times := range map[time.Duration]int{2 * time.Hour: 2, 2*time.Hour + time.Second: 1} {
		w := newWorld(t, "i-web")
		w.reopen()
		w.told(t, w.putRight(t, w.only(t)))
		w.Pass(after)
		w.reopen()
		task := w.putRight(t, w.only(t))
		if d := w.drift(t); d.Times != times || task.Tell != (times == 1) {
			t.Errorf("after %s on record is %+v, to be told: %v", after, d, task.Tell)
		}
	}
}

func TestWhatFailsIsToldAndThatItRecovered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.reopen()
	denied := &quarantine.CaughtError{Error: quarantine.AccessDenied, Cause: `{"errorMessage": "ReplaceNetworkAclAssociation is denied"}`}
	task := w.settle(t, w.only(t), nil, denied)
	d := w.drift(t)
	if !d.Open() || d.Times != 0 || !strings.Contains(d.Failed, "AccessDenied") || !strings.Contains(d.Failed, "is denied") {
		t.Errorf("on record is %+v", d)
	}
	if !task.Tell || task.Drifts[0].News() != quarantine.NewsFailed {
		t.Errorf("nobody is told: %+v", task)
	}
	w.told(t, task)
	if got := w.drift(t).Told; !slices.Equal(got, []quarantine.DriftNews{quarantine.NewsFailed, quarantine.NewsFirst}) {
		t.Errorf("told is %v", got)
	}
	if got := w.events(quarantine.EventPutRight); len(got) != 1 || !strings.Contains(got[0], "was NOT put right") || w.count(quarantine.MetricNotPutRight) != 1 {
		t.Errorf("on record is %q, measured %+v", got, w.taken)
	}
	w.Pass(5 * time.Minute)
	if task = w.settle(t, w.only(t), nil, denied); task.Tell {
		t.Error("the same failure is told twice")
	}
	w.Pass(5 * time.Minute)
	task = w.putRight(t, w.only(t))
	if d := w.drift(t); d.Failed != "" || d.Times != 1 || d.Open() || task.Drifts[0].News() != quarantine.NewsRecovered {
		t.Errorf("on record is %+v, the news %q", d, task.Drifts[0].News())
	}
	w.told(t, task)
	w.Pass(5 * time.Minute)
	w.reopen()
	if task = w.putRight(t, w.only(t)); task.Tell {
		t.Errorf("it is told again: %+v", task)
	}
}

// A release has begun, or another execution contains it anew: nothing is said of it.
func TestWhatIsAnotherExecutionsIsNotSaidToBePutRight(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]struct {
		result  *watch.Result
		failure *quarantine.CaughtError
	}{
		"released meanwhile":   {failure: &quarantine.CaughtError{Error: quarantine.LockLost, Cause: `{}`}},
		"superseded":           {result: &watch.Result{Status: measure.Superseded}},
		"under way":            {result: &watch.Result{Status: measure.Pending}},
		"without an answer":    {},
		"another subnet alone": {result: &watch.Result{Subnets: []quarantine.Quarantine{{SubnetID: "subnet-99999999"}}}},
	} {
		w := newWorld(t, "i-web")
		w.reopen()
		w.settle(t, w.only(t), by.result, by.failure)
		if d := w.drift(t); !d.Open() || d.Times != 0 || d.Failed != "" {
			t.Errorf("%s: on record is %+v", name, d)
		}
		if got := w.events(quarantine.EventPutRight); len(got) > 0 || w.count(quarantine.MetricNotPutRight) > 0 {
			t.Errorf("%s: on record is %q, measured %+v", name, got, w.taken)
		}
	}
}

func TestWhatAHandPutsRightIsClosedAndNotCountedAsPutRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.reopen()
	w.only(t)
	w.Pass(time.Minute)
	w.Swap("subnet-a", "acl-q1")
	if out := w.look(t, `{}`); len(out.Tasks) != 0 {
		t.Errorf("the look answers %+v", out)
	}
	if d := w.drift(t); d.Open() || d.Times != 0 || !d.ClosedAt.Equal(w.Now()) {
		t.Errorf("on record is %+v", d)
	}
	if got := w.events(quarantine.EventPutRight); len(got) != 1 || !strings.HasSuffix(got[0], "not by the watch") {
		t.Errorf("on record is %q", got)
	}
	w.Pass(time.Minute)
	w.look(t, `{}`)
	if got := w.events(quarantine.EventPutRight); len(got) != 1 {
		t.Errorf("it is said again: %q", got)
	}
}

// A person works on it: what is open is on record, and nothing is done or told until that is over.
func TestNothingIsDoneOrToldWhileTheIncidentIsPaused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	if err := w.Estate.Ledger.Pause(t.Context(), "inc-web", w.Now().Add(time.Hour), "on call", "work"); err != nil {
		t.Fatal(err)
	}
	w.reopen()
	if out := w.look(t, `{}`); len(out.Tasks) != 0 || out.Looked != 1 {
		t.Errorf("the look answers %+v", out)
	}
	if d := w.drift(t); !d.Open() || len(d.Told) > 0 {
		t.Errorf("on record is %+v", d)
	}
	w.Pass(time.Hour - time.Second)
	if out := w.look(t, `{}`); len(out.Tasks) != 0 {
		t.Errorf("a second before its end the look answers %+v", out)
	}
	w.Pass(time.Minute)
	if task := w.only(t); len(task.Things) == 0 {
		t.Errorf("after it the task is %+v", task)
	}
}

func TestWhatAPersonLeavesIsLeftInThisEpisodeAndTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.reopen()
	w.only(t)
	d := w.drift(t)
	d.Thing = w.ID(d.Thing)
	d.LeftAt, d.LeftBy, d.LeftReason = w.Now(), "on call", "it is rebuilt"
	if err := w.Estate.Ledger.LeaveDrift(t.Context(), "inc-web", d, true); err != nil {
		t.Fatal(err)
	}
	w.Pass(time.Minute)
	if out := w.look(t, `{}`); len(out.Tasks) != 0 {
		t.Errorf("the look answers %+v", out)
	}
	w.Swap("subnet-a", "acl-q1")
	w.Pass(time.Minute)
	w.look(t, `{}`)
	w.Pass(3 * time.Hour)
	w.reopen()
	if out := w.look(t, `{}`); len(out.Tasks) != 0 || !w.drift(t).Left() || w.drift(t).LeftBy != "on call" {
		t.Errorf("in the next episode the look answers %+v, and on record is %+v", out, w.drift(t))
	}
	if err := w.Estate.Ledger.LeaveDrift(t.Context(), "inc-web", d, false); err != nil {
		t.Fatal(err)
	}
	w.Pass(time.Minute)
	if task := w.only(t); len(task.Things) == 0 {
		t.Errorf("after the person's other word the task is %+v", task)
	}
}

// What others live in is a person's to decide: it is told once, and never cut.
func TestASubnetThatIsNotHeldIsToldAndLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "i-web")
	w.attach("i-web", "subnet-b")
	task := w.only(t)
	if len(task.Things) > 0 || len(task.Subnets) > 0 || task.Drifts[0].Kind != quarantine.DriftUncovered {
		t.Errorf("the task is %+v", task)
	}
	task = w.settle(t, task, nil, nil)
	if !task.Tell || task.Drifts[0].News() != quarantine.NewsFirst {
		t.Errorf("nobody is told: %+v", task)
	}
	w.told(t, task)
	w.Pass(time.Hour)
	if out := w.look(t, `{}`); len(out.Tasks) != 0 || !w.drift(t).Open() {
		t.Errorf("the next look answers %+v, and on record is %+v", out, w.drift(t))
	}
}
