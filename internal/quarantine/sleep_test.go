package quarantine

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestASleeperOfNobodysWaitsInRealTime(t *testing.T) {
	t.Parallel()
	if err := Sleeper(nil).Sleep(t.Context(), time.Millisecond); err != nil {
		t.Error(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := Sleeper(nil).Sleep(ended, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestASleeperIsAsked(t *testing.T) {
	t.Parallel()
	var slept time.Duration
	s := Sleeper(func(_ context.Context, d time.Duration) error { slept = d; return nil })
	if err := s.Sleep(t.Context(), time.Hour); err != nil || slept != time.Hour {
		t.Errorf("slept %s, %v", slept, err)
	}
}
