package main

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
)

// speed is the measured speed of one mix of executions.
type speed struct {
	kind       string
	executions int
	took, cpu  time.Duration
}

// kinds are mixes of executions. In each, an instance's first finding is contained;
// nothing is throttled, and no execution waits for a person.
func kinds(executions int) map[string]plan {
	return map[string]plan{
		"contained, with evidence":              {subnets: executions / perSubnet, gap: time.Second},
		"1 contained, 19 duplicates afterwards": {subnets: executions / (perSubnet * perInstance), late: perInstance - 1, gap: time.Second},
	}
}

// race runs a mix in as many accounts in parallel as there are processors: within one
// account, the simulation runs one goroutine at a time.
func race(ctx context.Context, kind string, p plan) (speed, error) {
	accounts := runtime.GOMAXPROCS(0)
	floods := make([]*flood, accounts)
	for i := range floods {
		var err error
		if floods[i], err = newFlood(p); err != nil {
			return speed{}, err
		}
	}
	errs := make([]error, accounts)
	var all sync.WaitGroup
	began, used := time.Now(), processorTime()
	for i, f := range floods {
		all.Go(func() { errs[i] = f.run(ctx) })
	}
	all.Wait()
	s := speed{kind: kind, executions: accounts * p.findings(), took: time.Since(began), cpu: processorTime() - used}
	return s, errors.Join(errs...)
}

// perSecond is the number of executions that end per second.
func (s speed) perSecond() float64 { return float64(s.executions) / s.took.Seconds() }

// each is the processor time per execution.
func (s speed) each() time.Duration { return s.cpu / time.Duration(s.executions) }

// onTwo is the number of executions per second that two processors can run if they do
// nothing else.
func (s speed) onTwo() float64 { return 2 / s.each().Seconds() }
