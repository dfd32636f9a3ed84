package quarantine_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheSystemsClockSleepsUntilTheTimeOrTheContextIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clock, began := quarantine.SystemClock{}, time.Now()
		if err := clock.Sleep(t.Context(), time.Minute); err != nil || clock.Now().Sub(began) != time.Minute {
			t.Errorf("slept %s, %v", clock.Now().Sub(began), err)
		}
		why := errors.New("why")
		ctx, end := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Minute, func() { end(why) })
		for range 2 { // while it sleeps, and before
			if err := clock.Sleep(ctx, time.Hour); !errors.Is(err, why) || clock.Now().Sub(began) != 2*time.Minute {
				t.Errorf("slept %s, %v", clock.Now().Sub(began), err)
			}
		}
		if err := clock.Sleep(ctx, 0); !errors.Is(err, why) {
			t.Errorf("got %v, though the context is over", err)
		}
	})
}

func TestTheSystemsClockRunsSideBySideAndReturnsWhenAllHave(t *testing.T) {
	t.Parallel()
	there, back := make(chan string), make(chan string)
	ended := [2]bool{}
	quarantine.SystemClock{}.RunSideBySide( // each needs the other's word: one after the other, they would never end
		func() { there <- "one"; <-back; ended[0] = true },
		func() { <-there; back <- "two"; ended[1] = true },
	)
	if ended != [2]bool{true, true} {
		t.Errorf("ended: %v", ended)
	}
	quarantine.SystemClock{}.RunSideBySide()
}

func TestErrorsAreJoinedInTheOrderOfTheFunctions(t *testing.T) {
	t.Parallel()
	first, second := errors.New("first"), errors.New("second")
	err := quarantine.JoinErrors(quarantine.SystemClock{},
		func() error { return first }, func() error { return nil }, func() error { return second })
	if got := quarantine.Each(err); len(got) != 2 || !errors.Is(got[0], first) || !errors.Is(got[1], second) {
		t.Errorf("got %v", got)
	}
	if err := quarantine.JoinErrors(quarantine.SystemClock{}, func() error { return nil }); err != nil {
		t.Errorf("got %v of no error", err)
	}
}
