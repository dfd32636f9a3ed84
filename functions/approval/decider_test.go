package approval_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var word = quarantine.Decision{Approve: true, By: "arn:aws:iam::123456789012:user/one", Via: "cli", Reason: "it is clean"}

func TestADecisionIsRecordedAndThenHandedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := w.decider.Decide(t.Context(), w.request.ID, word)
	if err != nil {
		t.Fatal(err)
	}
	got, told := w.tasks.answer()
	want := word
	want.At = noon
	if !told || got != want || !r.Delivered || r.Status != quarantine.RequestApproved || !w.book.at(r.ID).Delivered {
		t.Errorf("told %t of %+v; the request is %+v", told, got, r)
	}
	if calls := fmt.Sprint(w.book.calls); calls != "[Decide Token Delivered]" {
		t.Errorf("the ledger's calls were %s", calls)
	}
}

func TestI10OfManyDecisionsAtOnceOneCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		errs := make([]error, 20)
		var wg sync.WaitGroup
		for n := range errs {
			wg.Go(func() {
				d := word
				d.By = fmt.Sprintf("person %d", n)
				_, errs[n] = w.decider.Decide(t.Context(), w.request.ID, d)
			})
		}
		wg.Wait()
		won := ""
		for n, err := range errs {
			switch {
			case err == nil && won == "":
				won = fmt.Sprintf("person %d", n)
			case !quarantine.Is(err, quarantine.AlreadyDecided):
				t.Errorf("person %d: %v", n, err)
			}
		}
		if got, _ := w.tasks.answer(); got.By != won || won == "" {
			t.Errorf("%q won, and the state machine was told of %q", won, got.By)
		}
	})
}

func TestWhatStoppedHalfWayIsMendedByTheNextAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tasks.fail = quarantine.Failf(quarantine.Throttled, "try again later")
	r, err := w.decider.Decide(t.Context(), w.request.ID, word)
	if !quarantine.Is(err, quarantine.Throttled) || r.Decision == nil || r.Delivered ||
		!strings.HasPrefix(err.Error(), "the decision is on record (approved by arn:aws:iam::123456789012:user/one), but ") {
		t.Fatalf("got %+v, %v", r, err)
	}

	w.tasks.fail = nil
	other := quarantine.Decision{By: "somebody else", Via: "link"} // and says no
	r, err = w.decider.Decide(t.Context(), w.request.ID, other)
	if got, told := w.tasks.answer(); !told || !got.Approve || got.By != word.By {
		t.Errorf("the state machine was told %t of %+v", told, got)
	}
	if !quarantine.Is(err, quarantine.AlreadyDecided) || !r.Delivered {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestATaskThatIsGoneIsReportedAsWhatItIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.tasks.fail = quarantine.Failf(quarantine.TaskGone, "the task timed out")
		r, err := w.decider.Decide(t.Context(), w.request.ID, word)
		if !quarantine.Is(err, quarantine.TaskGone) || r.Decision == nil || r.Delivered ||
			!strings.Contains(err.Error(), "is on record") || !strings.Contains(err.Error(), "nothing waits for it any more") {
			t.Errorf("got %+v, %v", r, err)
		}
	})
}

// The slower of two who hand the same decision over does not report an error
// that is none.
func TestATaskThatSomebodyElseHasAnsweredIsNotGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.tasks.answered[plantedToken] = word
		go func() {
			time.Sleep(500 * time.Millisecond)
			_ = w.book.Delivered(t.Context(), w.request.ID)
		}()
		if r, err := w.decider.Decide(t.Context(), w.request.ID, word); err != nil || !r.Delivered {
			t.Errorf("got %+v, %v", r, err)
		}
	})
}

func TestADeliveryThatCannotBeNotedIsADelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.book.fail["Delivered"] = quarantine.Failf(quarantine.Unavailable, "no answer")
	if r, err := w.decider.Decide(t.Context(), w.request.ID, word); err != nil || !r.Delivered {
		t.Errorf("got %+v, %v", r, err)
	}
}

// A client that repeats a write whose answer was lost finds its own decision.
func TestOnesOwnDecisionIsNotSomebodyElses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := word
	mine.At = noon
	r := w.request
	r.Decision, r.Status = &mine, quarantine.RequestApproved
	w.book.requests[r.ID] = r
	if r, err := w.decider.Decide(t.Context(), r.ID, word); err != nil || !r.Delivered {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestWhatCannotBeDecidedIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	late := newWorld(t)
	late.now = late.request.ExpiresAt
	for name, c := range map[string]struct {
		in   *world
		id   string
		word quarantine.Decision
	}{
		quarantine.RequestGone:    {w, "req-unknown", word},
		quarantine.RequestTooLate: {late, late.request.ID, word},
		quarantine.BadRequest:     {w, w.request.ID, quarantine.Decision{Approve: true, By: " \n", Via: "cli"}},
	} {
		if _, err := c.in.decider.Decide(t.Context(), c.id, c.word); !quarantine.Is(err, name) {
			t.Errorf("got %v, want %s", err, name)
		}
		if _, told := c.in.tasks.answer(); told {
			t.Errorf("%s: the state machine was told", name)
		}
	}
}

func TestEveryOutcomeIsLoggedWithWhoItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, first := w.decider.Decide(t.Context(), w.request.ID, word)
	_, second := w.decider.Decide(t.Context(), w.request.ID, quarantine.Decision{By: "two", Via: "link", Reason: "planted reason"})
	if errors.Join(first, second) == nil {
		t.Fatal("both decided")
	}
	for _, want := range []string{
		`by=arn:aws:iam::123456789012:user/one via=cli approve=true outcome=decided`,
		`by=two via=link approve=false outcome=AlreadyDecided`,
	} {
		if !strings.Contains(w.logged.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, w.logged)
		}
	}
	if strings.Contains(w.logged.String(), "planted reason") {
		t.Error("what a person wrote was logged")
	}
}

func TestWhatPeopleSayIsOneBoundedLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := word
	d.Reason = "two\nlines " + strings.Repeat("x", 1000)
	r, err := w.decider.Decide(t.Context(), w.request.ID, d)
	if err != nil || len(r.Decision.Reason) != 500 || !strings.HasPrefix(r.Decision.Reason, "two lines xxx") {
		t.Errorf("got %+v, %v", r.Decision, err)
	}
}
