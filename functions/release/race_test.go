package release_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// releasing releases the instance's incident once.
func (w *world) releasing(instance string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.handle(ctx, instance)
		return err
	}
}

// isolating isolates the instance once, under a lock that is taken right now.
func (w *world) isolating(instance string) func(context.Context) error {
	in := w.isolation(instance)
	return func(ctx context.Context) error {
		_, err := w.isolator().Handle(ctx, in)
		return err
	}
}

// untilDone tries again as the state machine does: what passes.
func untilDone(t *testing.T, try func(context.Context) error) func(context.Context) {
	return func(ctx context.Context) {
		for range 8 {
			err := try(ctx)
			switch quarantine.NameOf(err) {
			case "":
				return
			case quarantine.Contended, quarantine.NotVerified:
			default:
				t.Errorf("failed for good: %v", err)
				return
			}
		}
		t.Error("it did not come to an end")
	}
}

// meetings are a release and the newcomer that meets it.
var meetings = []struct {
	name           string
	held           []string // isolated before, the last one is released
	newcomer       string
	everybodyHolds []string // what is open at the end
}{
	{"a neighbour in the only subnet", []string{"i-web"}, "i-peer", []string{"inc-peer"}},
	{"a neighbour in one of two subnets", []string{"i-pair"}, "i-peer", []string{"inc-peer"}},
	{"a neighbour that needs one subnet more", []string{"i-web"}, "i-pair", []string{"inc-pair"}},
	{"a neighbour in another VPC too", []string{"i-pair"}, "i-wide", []string{"inc-wide"}},
	{"a third in a subnet of two", []string{"i-peer", "i-web"}, "i-pair", []string{"inc-pair", "inc-peer"}},
}

// meet lets a release and an isolation make their calls in the order that next
// gives, and checks what has come of it: the newcomer's containment stands and
// stays (I2, I3, I5), and so does what others hold; once they are released too,
// what was there before stands again (I8).
func meet(t *testing.T, held []string, newcomer string, open []string, next func(map[int]chan struct{}) int) {
	w := newWorld(t)
	for _, instance := range held {
		w.cut(t, instance)
	}
	w.interleave(t.Context(), next,
		untilDone(t, w.releasing(held[len(held)-1])), untilDone(t, w.isolating(newcomer)))
	same(t, "what is open", open, w.open())
	w.settled(t)
	for _, instance := range append(slices.Clone(held[:len(held)-1]), newcomer) {
		w.release(t, instance)
		w.settled(t)
	}
	same(t, "what the subnets are under", originals, w.under())
}

// first lets one actor make so many calls, then the other so many, then the
// first go on to its end, and then the other.
func first(one, calls, others int) func(map[int]chan struct{}) int {
	made := map[int]int{}
	return func(waiting map[int]chan struct{}) int {
		picked := one
		if made[one] >= calls && made[1-one] < others {
			picked = 1 - one
		}
		if _, waits := waiting[picked]; !waits {
			picked = 1 - picked
		}
		made[picked]++
		return picked
	}
}

// Each is stopped at every moment, and goes on at every moment of the other.
func TestANewcomerAtEveryMomentOfARelease(t *testing.T) {
	t.Parallel()
	const calls = 26 // more than either makes undisturbed
	for _, m := range meetings {
		for one, who := range []string{"the release first", "the newcomer first"} {
			t.Run(m.name+"/"+who, func(t *testing.T) {
				t.Parallel()
				for i := range calls {
					for j := 1; j <= calls; j++ {
						meet(t, m.held, m.newcomer, m.everybodyHolds, first(one, i, j))
						if t.Failed() {
							t.Fatalf("after %d calls of the first and %d of the other", i, j)
						}
					}
				}
			})
		}
	}
}

// Calls in any order whatever.
func TestANewcomerAndAReleaseInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, m := range meetings {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(400) {
				dice := rand.New(rand.NewPCG(seed, 1))
				meet(t, m.held, m.newcomer, m.everybodyHolds, anyOf(dice))
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

func anyOf(dice *rand.Rand) func(map[int]chan struct{}) int {
	return func(waiting map[int]chan struct{}) int {
		ready := slices.Sorted(maps.Keys(waiting))
		return ready[dice.IntN(len(ready))]
	}
}

// The process of one ends after any of its calls, which takes effect and is not
// answered, at any moment of the other; it is tried again, either at once or
// when the other has come to its end.
func TestEitherIsStoppedAtEveryMomentOfTheOther(t *testing.T) {
	t.Parallel()
	const calls = 18 // more than either makes undisturbed
	for name, actors := range map[string]func(*world) (stopped, other func(context.Context) error){
		"the newcomer": func(w *world) (stopped, other func(context.Context) error) {
			return w.isolating("i-peer"), w.releasing("i-web")
		},
		"the release": func(w *world) (stopped, other func(context.Context) error) {
			return w.releasing("i-web"), w.isolating("i-peer")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range calls * calls * 2 {
				end, others, atOnce := i/2%calls+1, i/2/calls, i%2 == 1
				turn := end
				if atOnce {
					turn = 10 * calls // for whatever it takes
				}
				w := newWorld(t)
				w.cut(t, "i-web")
				stopped, other := actors(w)
				w.interleave(t.Context(), first(1, others, turn), func(ctx context.Context) {
					_ = stopped(ending(ctx, end))
					untilDone(t, stopped)(ctx)
				}, untilDone(t, other))
				same(t, "what is open", []string{"inc-peer"}, w.open())
				w.settled(t)
				if t.Failed() {
					t.Fatalf("it ended at call %d, when the other had made %d; at once: %t", end, others, atOnce)
				}
			}
		})
	}
}

// ending is a context that ends when the caller's call with that number has taken effect.
func ending(ctx context.Context, call int) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	return context.WithValue(ctx, endKey{}, func() {
		if call--; call == 0 {
			cancel(errors.New("the process was ended"))
		}
	})
}

type endKey struct{}
