package simulate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/local/runner"
)

// Latency maps names to durations:
//
//	ec2, autoscaling, dynamodb, sns, events, sts, slack
//	                                one call
//	eventbridge                     from the event to the start of the execution
//	states                          from entering a state to its task
//	lambda                          from the task to the handler, and back
//	init                            an additional time before that, if no execution environment of the function is free
//
// A missing name has its default, which is of the order of magnitude within a Region. The
// defaults of the last four are 0, so that a simulation shows the times of the calls alone.
type Latency map[string]time.Duration

var usual = Latency{
	"ec2": 60 * time.Millisecond, "autoscaling": 60 * time.Millisecond, "dynamodb": 8 * time.Millisecond, "sns": 20 * time.Millisecond, "events": 20 * time.Millisecond, "sts": 8 * time.Millisecond,
	"slack": 100 * time.Millisecond, "eventbridge": 0, "states": 0, "lambda": 0, "init": 0,
}

// longest is the upper limit of each duration; calls that take longer would time out.
const longest = time.Minute

// ParseLatency parses comma-separated name=duration pairs, such as
// ec2=60ms,lambda=5ms.
func ParseLatency(text string) (Latency, error) {
	l := Latency{}
	for pair := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(pair, "=")
		if _, known := usual[name]; !known {
			return nil, fmt.Errorf("latency of %q is not known; known are %s", name, strings.Join(slices.Sorted(maps.Keys(usual)), ", "))
		}
		if _, twice := l[name]; twice {
			return nil, fmt.Errorf("latency of %s is there twice", name)
		}
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 || d > longest {
			return nil, fmt.Errorf("latency of %s should be a duration from 0s to %s, such as 60ms, but is %q", name, longest, value)
		}
		l[name] = d
	}
	return l, nil
}

// Of returns the duration of that name, or its default.
func (l Latency) Of(name string) time.Duration {
	if d, set := l[name]; set {
		return d
	}
	return usual[name]
}

// call is the duration of a call to a service.
func (l Latency) call(service, _ string) time.Duration { return l.Of(service) }

// pool models Lambda's execution environments: each handles one event at a time, and a new
// one is made if none is free.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
type pool struct {
	latency Latency
	clock   runner.Clock

	mu   sync.Mutex
	free map[string]int
}

// around adds Lambda's latency to a function.
func (p *pool) around(f runner.Function) runner.Function {
	if p.latency.Of("lambda") == 0 && p.latency.Of("init") == 0 {
		return f
	}
	invoke := f.Invoke
	f.Invoke = func(ctx context.Context, payload []byte) ([]byte, error) {
		if err := p.clock.Sleep(ctx, p.take(f.Name)); err != nil {
			return nil, err
		}
		defer p.put(f.Name)
		return invoke(ctx, payload)
	}
	return f
}

// take reserves an environment and returns the time until the handler runs.
func (p *pool) take(function string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.free[function] == 0 {
		return p.latency.Of("init") + p.latency.Of("lambda")
	}
	p.free[function]--
	return p.latency.Of("lambda")
}

func (p *pool) put(function string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free[function]++
}
