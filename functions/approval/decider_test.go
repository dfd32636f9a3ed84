package approval_test

import (
	"errors"
	"fmt"
	"slices"
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
	made := w.made()
	got, told := w.told()
	want := word
	want.At = noon
	if !told || got != want || !r.Delivered || r.Status != quarantine.RequestApproved || !w.at(r.ID).Delivered {
		t.Errorf("told %t of %+v; the request is %+v", told, got, r)
	}
	if want := []string{"UpdateItem", "GetItem", "SendTaskSuccess", "TransactWriteItems"}; !slices.Equal(made, want) {
		t.Errorf("the calls were %v, want %v", made, want)
	}
}

func TestI10OfConcurrentDecisionsOneCounts(t *testing.T) {
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
		if got, _ := w.told(); got.By != won || won == "" {
			t.Errorf("%q won, and the state machine was told of %q", won, got.By)
		}
	})
}

func TestTheNextAttemptDeliversADecisionThatWasNotDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mend := w.failing(throttled, "states", "SendTaskSuccess", 0)
	r, err := w.decider.Decide(t.Context(), w.request.ID, word)
	if !quarantine.Is(err, quarantine.Throttled) || r.Decision == nil || r.Delivered ||
		!strings.HasPrefix(err.Error(), "the decision is on record (approved by arn:aws:iam::123456789012:user/one), but ") {
		t.Fatalf("got %+v, %v", r, err)
	}

	mend()
	other := quarantine.Decision{By: "somebody else", Via: "link"} // and denies
	r, err = w.decider.Decide(t.Context(), w.request.ID, other)
	if got, told := w.told(); !told || !got.Approve || got.By != word.By {
		t.Errorf("the state machine was told %t of %+v", told, got)
	}
	if !quarantine.Is(err, quarantine.AlreadyDecided) || !r.Delivered {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestATaskThatIsGoneIsReportedAsTaskGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answered()
		r, err := w.decider.Decide(t.Context(), w.request.ID, word)
		if !quarantine.Is(err, quarantine.TaskGone) || r.Decision == nil || r.Delivered || w.at(r.ID).Delivered ||
			!strings.Contains(err.Error(), "is on record") || !strings.Contains(err.Error(), "nothing waits for it any more") {
			t.Errorf("got %+v, %v", r, err)
		}
	})
}

// Two calls deliver the same decision: the slower one must not fail.
func TestATaskAnsweredByAConcurrentCallIsNotReportedAsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answered()
		go func() {
			time.Sleep(500 * time.Millisecond)
			if err := w.ledger.Delivered(t.Context(), w.request.ID); err != nil {
				t.Error(err)
			}
		}()
		if r, err := w.decider.Decide(t.Context(), w.request.ID, word); err != nil || !r.Delivered {
			t.Errorf("got %+v, %v", r, err)
		}
	})
}

// Another call delivers the decision after the conditional write failed and before
// the token is read, so the ledger has no token any more.
func TestWithoutATokenNothingIsDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.failing(throttled, "states", "SendTaskSuccess", 0)
	if _, err := w.decider.Decide(t.Context(), w.request.ID, word); !quarantine.Is(err, quarantine.Throttled) {
		t.Fatal(err)
	}
	first()
	w.calls = len(w.Calls())
	w.meanwhile("GetItem", func() {
		w.answered()
		if err := w.ledger.Delivered(t.Context(), w.request.ID); err != nil {
			t.Error(err)
		}
	})
	r, err := w.decider.Decide(t.Context(), w.request.ID, quarantine.Decision{By: "two", Via: "link"})
	if !quarantine.Is(err, quarantine.AlreadyDecided) || !r.Delivered || r.Decision.By != word.By {
		t.Errorf("got %+v, %v", r, err)
	}
	if n := strings.Count(fmt.Sprint(w.made()), "SendTaskSuccess"); n != 1 {
		t.Errorf("the state machine was called %d times, want once, by somebody else", n)
	}
}

func TestADeliveryThatCannotBeRecordedSucceeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.failing(unanswered, "dynamodb", "TransactWriteItems", 0) // which records the delivery
	if r, err := w.decider.Decide(t.Context(), w.request.ID, word); err != nil || !r.Delivered || w.at(r.ID).Delivered {
		t.Errorf("got %+v, %v", r, err)
	}
}

// A client that repeats a write whose answer was lost reads its own decision.
func TestARepeatedDecisionIsAttributedToTheSamePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	decision := word
	decision.At = noon
	if _, err := w.ledger.Decide(t.Context(), w.request.ID, decision); err != nil {
		t.Fatal(err)
	}
	if r, err := w.decider.Decide(t.Context(), w.request.ID, word); err != nil || !r.Delivered {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestI10InvalidDecisionsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	late := newWorld(t)
	late.advance(late.request.ExpiresAt)
	expired := newWorld(t)
	expired.expire()
	for name, c := range map[string]struct {
		in   *world
		id   string
		word quarantine.Decision
		want string
	}{
		"unknown":                 {w, "req-unknown", word, quarantine.RequestGone},
		"past its deadline":       {late, late.request.ID, word, quarantine.RequestTooLate},
		"closed as expired":       {expired, expired.request.ID, word, quarantine.RequestTooLate},
		"by nobody that is named": {w, w.request.ID, quarantine.Decision{Approve: true, By: " \n", Via: "cli"}, quarantine.BadRequest},
	} {
		if _, err := c.in.decider.Decide(t.Context(), c.id, c.word); !quarantine.Is(err, c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if _, told := c.in.told(); told || c.in.at(c.in.request.ID).Decision != nil {
			t.Errorf("%s: it was decided, and the state machine told: %t", name, told)
		}
	}
}

func TestEveryOutcomeIsLoggedWithTheCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, first := w.decider.Decide(t.Context(), w.request.ID, word)
	_, second := w.decider.Decide(t.Context(), w.request.ID, quarantine.Decision{By: "two", Via: "link", Reason: "planted reason"})
	if errors.Join(first, second) == nil {
		t.Fatal("both decisions were recorded")
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
		t.Error("the person's reason is in the log")
	}
}

func TestIdentityAndReasonAreEachOneBoundedLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := word
	d.Reason = "two\nlines " + strings.Repeat("x", 1000)
	r, err := w.decider.Decide(t.Context(), w.request.ID, d)
	if err != nil || len(r.Decision.Reason) != 500 || !strings.HasPrefix(r.Decision.Reason, "two lines xxx") {
		t.Errorf("got %+v, %v", r.Decision, err)
	}
}
