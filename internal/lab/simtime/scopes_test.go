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

type key struct{}

// When a context ends, its waiting participants are woken at once, in the order in which
// they began to wait, however their contexts were derived from the canceled one.
func TestTheEndOfAContextWakesAllWhoWaitInIt(t *testing.T) {
	cause := errors.New("enough")
	derived := func(ctx context.Context) context.Context {
		ctx, stop := context.WithCancel(ctx)
		t.Cleanup(stop)
		return ctx
	}
	made := map[string]func(*simtime.Scheduler, context.Context) context.Context{
		"itself": func(_ *simtime.Scheduler, ctx context.Context) context.Context { return ctx },
		"with a value": func(_ *simtime.Scheduler, ctx context.Context) context.Context {
			return context.WithValue(ctx, key{}, 1)
		},
		"from elsewhere":    func(_ *simtime.Scheduler, ctx context.Context) context.Context { return derived(ctx) },
		"with a deadline":   func(s *simtime.Scheduler, ctx context.Context) context.Context { return limited(s, ctx) },
		"from the deadline": func(s *simtime.Scheduler, ctx context.Context) context.Context { return derived(limited(s, ctx)) },
		"of another clock": func(_ *simtime.Scheduler, ctx context.Context) context.Context {
			return limited(simtime.New(start), ctx)
		},
	}
	for name, make := range made {
		t.Run(name, func(t *testing.T) {
			for outside, root := range map[string]context.Context{"of nobody": context.Background(), "of somebody": t.Context()} {
				s := simtime.New(start)
				var woken []int
				s.Run(func() {
					ctx, cancel := s.WithCancel(root)
					for i := range 3 {
						s.Go(func() {
							if err := s.Sleep(make(s, ctx), time.Hour); !errors.Is(err, cause) {
								t.Errorf("%s: woken by %v", outside, err)
							}
							woken = append(woken, i)
						})
					}
					_ = s.Sleep(root, time.Minute)
					cancel(cause)
				})
				if took := s.Now().Sub(start); took != time.Minute || !slices.Equal(woken, []int{0, 1, 2}) {
					t.Errorf("%s: woken %v after %v", outside, woken, took)
				}
			}
		})
	}
}

func limited(s *simtime.Scheduler, ctx context.Context) context.Context {
	ctx, _ = s.WithTimeout(ctx, 24*time.Hour)
	return ctx
}

func TestAContextThatEndsByItselfWakesItsWaiter(t *testing.T) {
	s := simtime.New(start)
	s.Run(func() {
		outer, cancel := s.WithCancel(t.Context())
		defer cancel(nil)
		inner, stop := context.WithCancel(outer)
		s.Go(func() {
			if err := s.Sleep(inner, time.Hour); !errors.Is(err, context.Canceled) {
				t.Errorf("woken by %v", err)
			}
		})
		_ = s.Sleep(outer, time.Second)
		stop()
	})
	if took := s.Now().Sub(start); took != time.Second {
		t.Errorf("took %v", took)
	}
}

// A deadline and a sleeper that are due at the same time come in the order in which they were set.
func TestWhatIsDueAtTheSameMomentComesInOrder(t *testing.T) {
	for want, first := range map[bool]string{true: "the deadline", false: "the sleeper"} {
		s := simtime.New(start)
		s.Run(func() {
			ctx := t.Context()
			var cut context.Context
			deadline := func() { cut, _ = s.WithTimeout(ctx, time.Second) }
			if want {
				deadline()
			}
			s.RunSideBySide(func() {
				_ = s.Sleep(ctx, time.Second)
			}, func() {
				if !want {
					deadline()
				}
				if err := s.Sleep(cut, time.Second); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s was set first: woken by %v", first, err)
				}
			})
		})
	}
}

func TestADeadlineOfAContextThatHasEndedDoesNotHoldTime(t *testing.T) {
	s := simtime.New(start)
	s.Run(func() {
		outer, cancel := s.WithCancel(t.Context())
		_, stop := s.WithTimeout(outer, time.Hour)
		defer stop()
		cancel(nil)
		if err := s.Await(context.Background(), nil); !errors.Is(err, simtime.ErrDeadlock) {
			t.Errorf("got %v", err)
		}
	})
	if took := s.Now().Sub(start); took != 0 {
		t.Errorf("time went on by %v", took)
	}
}

// BenchmarkTurn measures one turn while others wait.
func BenchmarkTurn(b *testing.B) {
	for _, waiting := range []int{10, 10_000} {
		b.Run(fmt.Sprint(waiting, " wait"), func(b *testing.B) {
			s := simtime.New(start)
			s.Run(func() {
				ctx, cancel := s.WithCancel(context.Background())
				for range waiting {
					s.Go(func() {
						own, stop := s.WithTimeout(ctx, 24*time.Hour)
						defer stop()
						_ = s.Sleep(own, time.Hour)
					})
				}
				_ = s.Sleep(ctx, time.Second)
				for b.Loop() {
					_ = s.Sleep(ctx, time.Nanosecond)
				}
				cancel(nil)
			})
		})
	}
}
