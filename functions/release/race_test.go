package release_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// actor is one who makes calls on virtual time: it begins after a while, each of
// its calls takes as long as it says, and after so many of them it pauses.
type actor struct {
	begins   time.Duration
	calls    int
	pauseAt  int
	pause    time.Duration
	duration func() time.Duration
}

// step is how long a call takes if it says nothing else.
const step = time.Millisecond

type actorKey struct{}

// stage is a world on virtual time, in which actors meet.
type stage struct {
	world
	time *simtime.Scheduler
}

// paced has the calls of actors take their time, and others none.
type paced struct{ *simtime.Scheduler }

func (p paced) Sleep(ctx context.Context, _ time.Duration) error {
	a, acts := ctx.Value(actorKey{}).(*actor)
	if !acts {
		return nil
	}
	d := step
	if a.duration != nil {
		d = a.duration()
	}
	if a.calls++; a.calls == a.pauseAt {
		d += a.pause
	}
	return p.Scheduler.Sleep(ctx, d)
}

func newStage(t *testing.T, held ...string) stage {
	t.Helper()
	s := simtime.New(noon)
	w := newWorldOf(t, estate.Options{Clock: paced{s}, Latency: func(string, string) time.Duration { return 1 }})
	for _, instance := range held {
		w.cut(t, instance)
	}
	return stage{w, s}
}

// act has an actor act.
func (s stage) act(ctx context.Context, a *actor, do func(context.Context)) {
	s.time.Go(func() {
		_ = s.time.Sleep(ctx, a.begins)
		do(context.WithValue(ctx, actorKey{}, a))
	})
}

// releasing releases the instance's incident once.
func (w world) releasing(instance string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.Release(ctx, estate.Restoration(instance))
		return err
	}
}

// isolating isolates the instance once, under a lock that is taken right now.
func (w world) isolating(instance string) func(context.Context) error {
	in := w.locked(instance)
	return func(ctx context.Context) error {
		_, err := w.Isolate(ctx, in)
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

// meeting is a release and the newcomer that meets it.
type meeting struct {
	name     string
	held     []string // isolated before, the last one is released
	newcomer string
	open     []string // what is open at the end
}

var meetings = []meeting{
	{"a neighbour in the only subnet", []string{"i-web"}, "i-peer", []string{"inc-peer"}},
	{"a neighbour in one of two subnets", []string{"i-pair"}, "i-peer", []string{"inc-peer"}},
	{"a neighbour that needs one subnet more", []string{"i-web"}, "i-pair", []string{"inc-pair"}},
	{"a neighbour in another VPC too", []string{"i-db"}, "i-wide", []string{"inc-wide"}},
	{"a third in a subnet of two", []string{"i-peer", "i-web"}, "i-pair", []string{"inc-pair", "inc-peer"}},
}

// meet lets a release and an isolation make their calls in the order that comes
// of their paces, and checks what has come of it: the newcomer's containment
// stands and stays (I2, I3, I5), and so does what others hold; once they are
// released too, what was there before stands again (I8).
func (m meeting) meet(t *testing.T, release, isolation *actor) {
	t.Helper()
	s := newStage(t, m.held...)
	releases, isolates := s.releasing(m.held[len(m.held)-1]), s.isolating(m.newcomer)
	s.time.Run(func() {
		s.act(t.Context(), release, untilDone(t, releases))
		s.act(t.Context(), isolation, untilDone(t, isolates))
	})
	same(t, "what is open", m.open, s.open())
	s.settled(t)
	for _, instance := range append(slices.Clone(m.held[:len(m.held)-1]), m.newcomer) {
		s.release(t, instance)
		s.settled(t)
	}
	same(t, "what the subnets are under", estate.Originals(), s.Under())
}

// One makes so many calls, then the other so many, then the one goes on to its
// end, and then the other.
func paces(calls, others int) (one, other *actor) {
	one = &actor{pauseAt: calls, pause: time.Second}
	if calls == 0 {
		one.begins = time.Second
	}
	return one, &actor{begins: time.Second / 2, pauseAt: others, pause: time.Minute}
}

// every has the meetings take place at every pair of moments, and not at some.
var every = flag.Bool("moments", false, "meet at every pair of moments")

// undisturbed is more calls than either makes undisturbed, of one subnet.
const undisturbed = 16

// played tells whether a pair of moments is played where not all are: some, and
// looked at closely all those at which the release is about to change the subnet.
func played(inRelease, inIsolation int, closely bool) bool {
	return *every || (inRelease*5+inIsolation)%29 == 0 || closely && inRelease >= 5 && inRelease <= 10 && inIsolation <= 6
}

// Each is stopped at every moment, and goes on at every moment of the other.
func TestANewcomerAtEveryMomentOfARelease(t *testing.T) {
	t.Parallel()
	for n, m := range meetings {
		for calls := range undisturbed {
			for others := 1; others <= undisturbed; others++ {
				if played(calls, others, n == 0) {
					t.Run(fmt.Sprintf("%s/%d of the release, %d of the newcomer", m.name, calls, others), func(t *testing.T) {
						t.Parallel()
						release, isolation := paces(calls, others)
						m.meet(t, release, isolation)
					})
				}
				if played(others, calls, n == 0) {
					t.Run(fmt.Sprintf("%s/%d of the newcomer, %d of the release", m.name, calls, others), func(t *testing.T) {
						t.Parallel()
						isolation, release := paces(calls, others)
						m.meet(t, release, isolation)
					})
				}
			}
		}
	}
}

// Calls in any order whatever.
func TestANewcomerAndAReleaseInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, m := range meetings {
		for seed := range uint64(5) {
			t.Run(fmt.Sprint(m.name, "/seed ", seed), func(t *testing.T) {
				t.Parallel()
				dice := rand.New(rand.NewPCG(seed, 1))
				some := func() time.Duration { return time.Duration(dice.Int64N(int64(10 * step))) }
				m.meet(t, &actor{duration: some}, &actor{duration: some})
			})
		}
	}
}

// The process of one ends after any of its calls, which takes effect and is not
// answered, at any moment of the other; it is tried again, either at once or
// when the other has come to its end.
func TestEitherIsStoppedAtEveryMomentOfTheOther(t *testing.T) {
	t.Parallel()
	for _, function := range []string{"isolate", "release"} {
		for end := 1; end <= undisturbed; end++ {
			for others := range undisturbed {
				atOnce := (end/2+others)%2 == 0
				inRelease, inIsolation := others, end
				if function == "release" {
					inRelease, inIsolation = end, others
				}
				if !played(inRelease, inIsolation, true) {
					continue
				}
				t.Run(fmt.Sprintf("%s ends at call %d, when the other has made %d, at once %t", function, end, others, atOnce), func(t *testing.T) {
					t.Parallel()
					s := newStage(t, "i-web")
					stopped, other := s.isolating("i-peer"), s.releasing("i-web")
					if function == "release" {
						stopped, other = other, stopped
					}
					mend := s.EndAfter(function, end)
					theirs, _ := paces(others, 0)
					s.time.Run(func() {
						s.act(t.Context(), theirs, untilDone(t, other))
						s.act(t.Context(), &actor{begins: time.Second / 2}, func(ctx context.Context) {
							estate.Survive(func() { _ = stopped(ctx) })
							mend()
							if !atOnce {
								_ = s.time.Sleep(ctx, time.Minute)
							}
							untilDone(t, stopped)(ctx)
						})
					})
					same(t, "what is open", []string{"inc-peer"}, s.open())
					s.settled(t)
				})
			}
		}
	}
}
