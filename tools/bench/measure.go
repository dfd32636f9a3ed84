package main

import (
	"context"
	"runtime"
	"time"
)

// measured is a flood with what it cost here.
type measured struct {
	*flood
	cpu    time.Duration
	memory int64 // that the account, the executions and the record of calls hold at the end, in bytes
}

// measure runs a flood.
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

// each is the processor time of a finding.
func (m measured) each() time.Duration { return m.cpu / time.Duration(m.plan.findings()) }

// perFinding is the memory that a finding leaves behind, in bytes.
func (m measured) perFinding() int64 { return m.memory / int64(m.plan.findings()) }

// warm runs what is made once in a process, such as the interpreter's engines,
// so that it is not counted to what is measured first.
func warm(ctx context.Context) error {
	_, err := measure(ctx, plan{subnets: 1, atOnce: 1, late: 1}, nil)
	return err
}
