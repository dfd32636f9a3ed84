package measure_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// scenario is what meets on one instance: incidents that take a measure and release it,
// what goes wrong, and hands. Times are milliseconds since the beginning.
type scenario struct {
	Seed      uint64
	Groups    bool    // the measure is security-group; otherwise it is protection
	Incidents []times // at most three; see [world.resource]
	Faults    []fault `json:",omitempty"`
	Hands     []hand  `json:",omitempty"`
	Slow      int     `json:",omitempty"` // of a thousand calls
	Impatient bool    `json:",omitempty"` // the state machine tries again while an attempt still runs
}

type times struct{ Apply, Release int }

// fault is an [account.Fault] of the calls of measures.
type fault struct {
	Kind          string
	Operation     string `json:",omitempty"`
	At            int
	Skip, Times   int  `json:",omitempty"`
	Delay, Behind int  `json:",omitempty"` // seconds; changes
	Accepted      bool `json:",omitempty"` // the caller of a delayed call is answered at once
}

// hand is a change by somebody else.
type hand struct {
	At    int
	Close bool `json:",omitempty"` // to what the measure puts, as far as that is known
}

var kinds = map[string]account.Kind{
	"throttled": account.Throttle, "error": account.ServerError, "lost-before": account.TimeoutBefore, "lost-after": account.TimeoutAfter,
	"stopped-before": account.StopBefore, "stopped-after": account.StopAfter, "delayed": account.Delayed, "stale": account.Stale,
}

func (s scenario) String() string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// late tells whether AWS carries a change out after its caller's lease: what nobody can
// prevent, and the protocol does not promise.
func (s scenario) late() bool {
	for _, f := range s.Faults {
		if f.Kind == "delayed" && (f.Accepted || f.Delay >= 15) {
			return true
		}
	}
	return false
}

// staleness is how long a read is older than it seems, at most.
const staleness = 10 * time.Second

// play plays a scenario and returns what is wrong.
func play(s scenario) []string {
	w := newWorld(s)
	w.clock.Run(func() {
		w.remember()
		for _, f := range s.Faults {
			w.arm(f)
		}
		for n, at := range s.Incidents {
			w.clock.Go(func() { w.respond(n, ms(at.Apply)) })
			w.clock.Go(func() { w.release(n, ms(at.Release)) })
		}
		for _, h := range s.Hands {
			w.clock.Go(func() { w.change(h) })
		}
		_ = w.clock.Sleep(context.Background(), 20*time.Minute)
		w.mended = true
	})
	w.judgeEnd()
	return w.problems
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func (w *world) remember() {
	found, err := w.measure.Find(context.Background(), w.resource(0))
	if err != nil {
		panic(err)
	}
	for _, h := range found.Things {
		w.things = append(w.things, h)
		w.before[h.Thing] = w.look(h)
	}
}

func (w *world) arm(f fault) {
	from := noon.Add(ms(f.At))
	armed := account.Fault{
		Kind: kinds[f.Kind], Operation: f.Operation, Skip: f.Skip, Times: f.Times, Behind: f.Behind,
		Match: func(c account.Call) bool {
			return c.Caller.Function == caller && !w.mended && !w.clock.Now().Before(from)
		},
	}
	switch f.Kind {
	case "delayed":
		armed.Delay, armed.Answer = seconds(f.Delay), f.Accepted
	case "stale":
		armed.Until, armed.Service = from.Add(staleness), "ec2"
	}
	w.account.Inject(armed)
}

// change is a hand's: the thing is neither as before nor, unless it is to be, closed.
func (w *world) change(h hand) {
	_ = w.clock.Sleep(context.Background(), ms(h.At))
	w.looking = true
	defer func() { w.looking = false }()
	thing, value := w.things[0], map[string]string{"groups": other, "shutdown": "terminate", "stop": "false"}
	if h.Close {
		value = w.closed(thing)
	}
	for part := range w.before[thing.Thing] {
		if v, known := value[part]; known && v != "" {
			if err := w.measure.Put(context.Background(), thing, part, v); err != nil {
				panic(err)
			}
			w.hands[thing.Thing] = w.clock.Now()
		}
	}
}

var errStopped = errors.New("the process ended, or nobody waited for it")

// attempt is one invocation of the function. Nobody may wait until it has ended.
func (w *world) attempt(run func(ctx context.Context, e *measure.Engine) (measure.Result, error)) (measure.Result, error) {
	ctx := account.WithCaller(context.Background(), account.Caller{Function: caller})
	w.writers++
	e := &measure.Engine{Measure: w.measure, Ledger: w.book, Clock: w.clock, Writer: fmt.Sprintf("writer-%d", w.writers)}
	var out measure.Result
	err, done := errStopped, make(chan struct{})
	w.clock.Go(func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				if _, stopped := p.(account.Stopped); !stopped {
					panic(p)
				}
			}
		}()
		alive, cancel := w.clock.WithTimeout(ctx, 115*time.Second)
		defer cancel()
		out, err = run(alive, e)
	})
	patience := 120 * time.Second
	if w.Impatient && !w.mended {
		patience = time.Duration(w.rand.IntN(3000)) * time.Millisecond
	}
	listening, cancel := w.clock.WithTimeout(context.Background(), patience)
	defer cancel()
	if w.clock.Await(listening, done) != nil {
		return measure.Result{}, errStopped
	}
	return out, err
}

// respond takes the measure as a state machine does: until it is done.
func (w *world) respond(incident int, at time.Duration) {
	owner := fmt.Sprintf("response-%d", incident)
	_ = w.clock.Sleep(context.Background(), at)
	for !w.lock(incident, owner) {
		_ = w.clock.Sleep(context.Background(), time.Second)
	}
	claim := w.claim(incident, owner)
	for {
		done, err := w.attempt(func(ctx context.Context, e *measure.Engine) (measure.Result, error) { return e.Apply(ctx, claim) })
		w.judgeRecords()
		switch {
		case err == nil && done.Status == measure.Superseded:
			return
		case err == nil && done.Status == measure.Done:
			w.judgeDone(incident, done)
			return
		case err == nil:
			_ = w.clock.Sleep(context.Background(), seconds(done.After))
		default:
			w.judgeError(err)
			_ = w.clock.Sleep(context.Background(), time.Duration(1+w.rand.IntN(9))*time.Second)
		}
	}
}

// release begins the release of an incident, and tries until everything has an outcome. An
// incident that a person has to decide about stays open.
func (w *world) release(incident int, at time.Duration) {
	c := w.claim(incident, fmt.Sprintf("release-%d", incident))
	_ = w.clock.Sleep(context.Background(), at)
	for w.book.BeginRelease(context.Background(), c, 10*time.Hour) != nil {
		_ = w.clock.Sleep(context.Background(), time.Second)
	}
	for try := 0; ; try++ {
		done, err := w.attempt(func(ctx context.Context, e *measure.Engine) (measure.Result, error) {
			record, err := w.book.Incident(ctx, c.Incident)
			if quarantine.Is(err, quarantine.BadRequest) { // nothing was joined yet
				return measure.Result{Status: measure.Done}, nil
			}
			if err != nil {
				return measure.Result{}, err
			}
			return e.Undo(ctx, record, c.Owner)
		})
		w.judgeRecords()
		switch {
		case err == nil && done.Status == measure.Done:
			if err := w.book.Released(context.Background(), c, quarantine.Release{Incident: c.Incident, Resource: c.Resource, ReleasedAt: w.clock.Now()}); err != nil {
				w.problem("the release of %s: %v", c.Incident, err)
			}
			return
		case err == nil:
			_ = w.clock.Sleep(context.Background(), seconds(done.After))
		case quarantine.Is(err, quarantine.NotReleased) && w.mended:
			return
		default:
			w.judgeError(err)
			_ = w.clock.Sleep(context.Background(), time.Duration(1+w.rand.IntN(9))*time.Second)
		}
		if w.mended && try > 1000 {
			w.problem("%s is never released: %v %v", c.Incident, done.Status, err)
			return
		}
	}
}
