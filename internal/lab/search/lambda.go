package search

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// timeouts are the functions' timeouts as deployed. Each is shorter than the timeout of
// the state that calls the function.
var timeouts = map[string]time.Duration{
	"triage": 25 * time.Second, "isolate": 55 * time.Second, "forensics": 115 * time.Second,
	"notify": 55 * time.Second, "release": 55 * time.Second, "watch": 55 * time.Second, "approval": 55 * time.Second,
}

func init() {
	for _, m := range register.Grouped() {
		timeouts[m.Group.Function()] = 55 * time.Second
	}
}

// chance is a scenario's source of random numbers. Without a seed, nothing varies.
type chance struct {
	mu   sync.Mutex
	rand *rand.Rand // nil without a seed
}

func newChance(seed uint64) *chance {
	if seed == 0 {
		return &chance{}
	}
	return &chance{rand: rand.New(rand.NewPCG(5, seed))}
}

// upTo returns a random duration from 0 to d; d/2 without a seed.
func (c *chance) upTo(d time.Duration) time.Duration {
	if c.rand == nil {
		return d / 2
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Duration(c.rand.Float64() * float64(d))
}

// perMille is true with a probability of n in 1000; without a seed, only if n is 1000.
func (c *chance) perMille(n int) bool {
	if c.rand == nil || n >= 1000 {
		return n >= 1000
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rand.IntN(1000) < n
}

// latency varies a call's usual duration and adds the scenario's delays.
func (g *game) latency(service string, usual time.Duration) time.Duration {
	d := usual/2 + g.chance.upTo(usual)
	for _, slow := range g.slow(func(s Delay) bool { return s.Service == service }) {
		d += g.chance.upTo(milliseconds(slow.UpTo))
	}
	return d
}

// slow draws the delays that apply this time.
func (g *game) slow(of func(Delay) bool) (strike []Delay) {
	g.mu.Lock()
	mended := g.mended
	g.mu.Unlock()
	for _, d := range g.Delays {
		if !mended && of(d) && g.chance.perMille(d.PerMille) {
			strike = append(strike, d)
		}
	}
	return strike
}

// invocation is one event that a function handles.
type invocation struct {
	done    chan struct{}
	out     []byte
	err     error
	stopped any // the panic that ended the function's process
}

// onLambda runs a function as Lambda does: when the state machine stops waiting, the
// function goes on until its own timeout. Its calls can then run beside those of the next
// attempt.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
func (g *game) onLambda(f runner.Function) runner.Function {
	name, invoke := f.Name, f.Invoke
	f.Invoke = func(ctx context.Context, payload []byte) ([]byte, error) {
		var before, after, lost time.Duration
		for _, d := range g.slow(func(d Delay) bool { return d.Function == name }) {
			if d.Lost {
				lost = max(1, g.chance.upTo(milliseconds(d.UpTo)))
				continue
			}
			before, after = before+g.chance.upTo(milliseconds(d.UpTo)), after+g.chance.upTo(milliseconds(d.UpTo))
		}
		run, clock := &invocation{done: make(chan struct{})}, g.session.Clock
		clock.Go(func() {
			defer close(run.done)
			detached := context.WithoutCancel(ctx)
			_ = clock.Sleep(detached, before)
			run.work(detached, clock, name, func(alive context.Context) ([]byte, error) { return invoke(alive, payload) })
			_ = clock.Sleep(detached, after)
		})
		return run.await(ctx, clock, lost)
	}
	return f
}

// work calls the function, within the function's timeout.
func (i *invocation) work(ctx context.Context, clock runner.Clock, name string, invoke func(context.Context) ([]byte, error)) {
	alive, cancel := clock.WithTimeout(ctx, timeouts[name])
	defer cancel()
	defer func() { i.stopped = recover() }()
	i.out, i.err = invoke(alive)
	if alive.Err() != nil {
		i.out, i.err = nil, &boundary.Error{Type: "Sandbox.Timedout", Message: "Task timed out after " + timeouts[name].String()}
	}
}

// await waits for the answer, and fails after lost if lost is not 0.
func (i *invocation) await(ctx context.Context, clock runner.Clock, lost time.Duration) ([]byte, error) {
	listening := ctx
	if lost > 0 {
		var cancel context.CancelFunc
		listening, cancel = clock.WithTimeout(ctx, lost)
		defer cancel()
	}
	err := clock.Await(listening, i.done)
	switch {
	case err != nil && ctx.Err() == nil:
		return nil, &boundary.Error{Type: "Lambda.SdkClientException", Message: "the connection was lost"}
	case err != nil:
		return nil, err
	case i.stopped != nil:
		panic(i.stopped)
	}
	return i.out, i.err
}
