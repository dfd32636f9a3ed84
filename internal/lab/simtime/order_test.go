package simtime_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
)

// order returns the order in which five participants run that are ready at the same time.
func order(t *testing.T, prepare func(*simtime.Scheduler)) (log []int) {
	t.Helper()
	s := simtime.New(start)
	prepare(s)
	var mu sync.Mutex
	s.Run(func() {
		for n := range 5 {
			s.Go(func() {
				for range 3 {
					mu.Lock()
					log = append(log, n)
					mu.Unlock()
					_ = s.Sleep(t.Context(), time.Second)
				}
			})
		}
	})
	if got := s.Now().Sub(start); got != 3*time.Second || len(log) != 15 {
		t.Errorf("%d turns in %v", len(log), got)
	}
	return log
}

func seeded(seed uint64) func(*simtime.Scheduler) {
	return func(s *simtime.Scheduler) { s.Shuffle(rand.New(rand.NewPCG(seed, 0)).IntN) }
}

func TestASeedDeterminesTheOrder(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for seed := range uint64(50) {
		first := order(t, seeded(seed))
		if again := order(t, seeded(seed)); !slices.Equal(first, again) {
			t.Fatalf("seed %d gives %v, and then %v", seed, first, again)
		}
		seen[first[0]] = true
	}
	if len(seen) != 5 {
		t.Errorf("only %v are ever first", seen)
	}
}

// This test is also for the race detector.
func TestSideBySideEverybodyRunsAtOnce(t *testing.T) {
	t.Parallel()
	order(t, (*simtime.Scheduler).SideBySide)
	s := simtime.New(start)
	s.SideBySide()
	s.Run(func() {
		// Each of the two participants can go on only while the other one runs.
		here, there := make(chan struct{}), make(chan struct{})
		s.RunSideBySide(func() { close(here); <-there }, func() { close(there); <-here })
	})
}

func TestSideBySideWaitsEndAsTheyDoInTurns(t *testing.T) {
	t.Parallel()
	s := simtime.New(start)
	s.SideBySide()
	done := make(chan struct{})
	s.Run(func() {
		s.Go(func() {
			_ = s.Sleep(t.Context(), time.Minute)
			close(done)
		})
		for range 10 {
			s.Go(func() {
				if err := s.Await(context.Background(), done); err != nil {
					t.Error(err)
				}
				if got := s.Now().Sub(start); got != time.Minute {
					t.Errorf("took %v", got)
				}
			})
		}
	})
	s.Run(func() {
		ctx, cancel := s.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Await(ctx, make(chan struct{})); err == nil {
			t.Error("a wait that nobody ends returned no error")
		}
	})
}
