package simtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestSleepingCostsNothingAndMovesTime(t *testing.T) {
	s, began := simtime.New(start), time.Now()
	s.Run(func() {
		if err := s.Sleep(t.Context(), 24*time.Hour); err != nil {
			t.Error(err)
		}
	})
	if got := s.Now().Sub(start); got != 24*time.Hour {
		t.Errorf("virtual time moved by %v", got)
	}
	if real := time.Since(began); real > time.Second {
		t.Errorf("it took %v", real)
	}
}

func TestParticipantsTakeTurnsInTheSameOrderEveryTime(t *testing.T) {
	once := func() []string {
		var log []string
		s := simtime.New(start)
		actor := func(name string, step time.Duration) func() {
			return func() {
				for i := range 3 {
					log = append(log, fmt.Sprint(name, i)) // unguarded on purpose: the race detector would report two participants at once
					_ = s.Sleep(context.Background(), step)
				}
			}
		}
		s.Run(func() { s.RunSideBySide(actor("a", 2), actor("b", 3), actor("c", 2)) })
		return log
	}
	first := once()
	if want := []string{"a0", "b0", "c0", "a1", "c1", "b1", "a2", "c2", "b2"}; !slices.Equal(first, want) {
		t.Fatalf("order %v, want %v", first, want)
	}
	for range 50 {
		if again := once(); !slices.Equal(first, again) {
			t.Fatalf("order %v, then %v", first, again)
		}
	}
}

func TestRunSideBySideTakesAsLongAsTheLongestFunction(t *testing.T) {
	s := simtime.New(start)
	s.Run(func() {
		s.RunSideBySide(
			func() { _ = s.Sleep(t.Context(), 60*time.Millisecond) },
			func() { s.RunSideBySide(func() { _ = s.Sleep(t.Context(), 40*time.Millisecond) }) },
		)
		s.RunSideBySide()
		if got := s.Now().Sub(start); got != 60*time.Millisecond {
			t.Errorf("took %v", got)
		}
	})
}

func TestAPanicIsRaisedInTheCallerOnceAllFunctionsHaveEnded(t *testing.T) {
	s, ended := simtime.New(start), false
	s.Run(func() {
		defer func() {
			if p := recover(); p != "stopped" || !ended {
				t.Errorf("recovered %v, the other had ended: %v", p, ended)
			}
		}()
		s.RunSideBySide(
			func() { panic("stopped") },
			func() { _ = s.Sleep(t.Context(), time.Second); ended = true },
		)
	})
}

func TestATimeoutEndsASleepOnVirtualTime(t *testing.T) {
	s := simtime.New(start)
	s.Run(func() {
		ctx, cancel := s.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Sleep(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if got := s.Now().Sub(start); got != time.Second {
			t.Errorf("took %v", got)
		}
		if err := s.Sleep(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second sleep got %v", err)
		}
	})
}

func TestAStoppedTimeoutDoesNotHoldTime(t *testing.T) {
	s := simtime.New(start)
	s.Run(func() {
		_, cancel := s.WithTimeout(t.Context(), time.Hour)
		cancel()
		_ = s.Sleep(t.Context(), time.Second)
	})
	if got := s.Now().Sub(start); got != time.Second {
		t.Errorf("time went to %v", got)
	}
}

func TestCancellingWakesASleeperAtOnce(t *testing.T) {
	s, reason := simtime.New(start), errors.New("a branch failed")
	ctx, cancel := context.WithCancelCause(t.Context())
	s.Run(func() {
		s.Go(func() {
			if err := s.Sleep(ctx, time.Hour); !errors.Is(err, reason) {
				t.Errorf("got %v", err)
			}
		})
		_ = s.Sleep(t.Context(), time.Second)
		cancel(reason)
	})
	if got := s.Now().Sub(start); got != time.Second {
		t.Errorf("took %v", got)
	}
}

func TestAwaitGoesOnWhenAnotherParticipantCloses(t *testing.T) {
	s, done := simtime.New(start), make(chan struct{})
	s.Run(func() {
		s.Go(func() {
			if err := s.Await(t.Context(), done); err != nil {
				t.Error(err)
			}
			if got := s.Now().Sub(start); got != time.Minute {
				t.Errorf("took %v", got)
			}
		})
		_ = s.Sleep(t.Context(), time.Minute)
		close(done)
	})
}

func TestADeadlockIsAnErrorInsteadOfAHang(t *testing.T) {
	s := simtime.New(start)
	s.Run(func() {
		if err := s.Await(t.Context(), make(chan struct{})); !errors.Is(err, simtime.ErrDeadlock) {
			t.Errorf("got %v", err)
		}
	})
}
