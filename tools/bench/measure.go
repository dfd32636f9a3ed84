package main

import (
	"context"
	"runtime"
	"time"
)

// measured is a flood with the processor time and memory that it took.
type measured struct {
	*flood
	cpu    time.Duration
	memory int64 // bytes that the account, the executions and the record of calls hold at the end
}

// measure runs a flood and measures it.
func measure(ctx context.Context, p plan, done func()) (measured, error) {
	before := heapInUse()
	f, err := newFlood(p)
	if err != nil {
		return measured{}, err
	}
	f.done = done
	m, used := measured{flood: f}, processorTime()
	if err := f.run(ctx); err != nil {
		return measured{}, err
	}
	m.cpu = processorTime() - used
	m.memory = heapInUse() - before
	runtime.KeepAlive(f)
	return m, nil
}

// each is the processor time per finding.
func (m measured) each() time.Duration { return m.cpu / time.Duration(m.plan.findings()) }

// perFinding is the memory in use after the run per finding, in bytes.
func (m measured) perFinding() int64 { return m.memory / int64(m.plan.findings()) }

// warm initializes what is made once per process, such as the interpreter's engines,
// so that the first measurement does not include it.
func warm(ctx context.Context) error {
	_, err := measure(ctx, plan{subnets: 1, atOnce: 1, late: 1}, nil)
	return err
}
