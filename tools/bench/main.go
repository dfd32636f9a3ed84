// Command bench floods the system with findings, on this computer, and prints the
// result: whether every promise held, the number of calls, the time and memory they
// took, how fast executions run, and what it would cost on AWS.
//
// The deployed definition and handlers run against an in-memory account with EC2's
// documented request limits, on virtual time. The exit code is 1 if a promise is
// broken, and 2 for bad usage.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"

	"github.com/ec2-quarantine/quarantine/tools/cost"
)

// garbage is the GOGC value: the percentage by which the heap may grow before a
// collection. Expressions allocate much, and memory is not scarce here.
const garbage = 300

// options are the command line's flags.
type options struct {
	findings, compare, speed int
	costs, json              bool
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() {
		fmt.Fprintf(errs, "usage: bench [flags]\n\nexample: bench -findings 2000 -compare 500 -json\n\n")
		flags.PrintDefaults()
	}
	flags.IntVar(&o.findings, "findings", 10000, "how many findings the flood has; 100 fill a subnet")
	flags.IntVar(&o.compare, "compare", 1000, "how many findings the flood has that growth is measured from; 0 is none")
	flags.IntVar(&o.speed, "speed", 1000, "about how many executions are timed in each account; 0 is none")
	flags.BoolVar(&o.costs, "costs", true, "work out what it costs on AWS")
	flags.BoolVar(&o.json, "json", false, "print one JSON object")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	unit := perSubnet * perInstance
	if flags.NArg() > 0 || o.findings < unit || o.findings%unit != 0 || o.compare%unit != 0 || o.compare < 0 || o.speed < 0 || o.speed%unit != 0 {
		fmt.Fprintf(errs, "bench: numbers are multiples of %d, and there is nothing but flags\n", unit)
		return o, errors.New("bad usage")
	}
	return o, nil
}

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	debug.SetGCPercent(garbage)
	broken, err := run(ctx, o, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || broken {
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called
	}
}

// run does everything that the options ask for, and reports whether a promise is broken.
func run(ctx context.Context, o options, out, progress io.Writer) (broken bool, err error) {
	if err := warm(ctx); err != nil {
		return false, err
	}
	r := &Report{Broken: []string{}}
	if err := r.flood(ctx, o, progress); err != nil {
		return false, err
	}
	if err := r.time(ctx, o, progress); err != nil {
		return false, err
	}
	bills, err := r.bill(ctx, o)
	if err != nil {
		return false, err
	}
	if o.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return len(r.Broken) > 0, encoder.Encode(r)
	}
	return len(r.Broken) > 0, r.print(out, bills)
}

// flood runs the flood and, to compare with it, a smaller one.
func (r *Report) flood(ctx context.Context, o options, progress io.Writer) error {
	incident, duplicate, err := singleIncident(ctx)
	if err != nil {
		return err
	}
	var small measured
	if o.compare > 0 {
		bar := newProgress(progress, "smaller flood", o.compare)
		if small, err = measure(ctx, flooding(o.compare), bar.step); err != nil {
			return err
		}
	}
	bar := newProgress(progress, "flood", o.findings)
	large, err := measure(ctx, flooding(o.findings), bar.step)
	if err != nil {
		return err
	}
	r.Flood = large.report(large.plan.least(incident, duplicate), peakMemory())
	r.Broken = append(r.Broken, large.broken()...)
	if o.compare > 0 {
		r.Broken = append(r.Broken, small.broken()...)
		r.Growth = grown(small, large)
		r.Broken = append(r.Broken, r.Growth.broken()...)
	}
	return nil
}

// time measures how fast executions run.
func (r *Report) time(ctx context.Context, o options, progress io.Writer) error {
	if o.speed == 0 {
		return nil
	}
	all := kinds(o.speed)
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintln(progress, "bench: timing", kind)
		s, err := race(ctx, kind, all[kind])
		if err != nil {
			return err
		}
		r.Speed = append(r.Speed, s.report())
	}
	return nil
}

// bill computes the costs.
func (r *Report) bill(ctx context.Context, o options) ([]cost.Bill, error) {
	if !o.costs {
		return nil, nil
	}
	cases, err := cost.Simulated(ctx)
	if err != nil {
		return nil, err
	}
	bills := []cost.Bill{cases.Incident, cases.Duplicate, cases.Month(r.Flood.Instances, r.Flood.Findings-r.Flood.Instances, 0)}
	for _, b := range bills {
		r.Costs = append(r.Costs, Cost{Of: b.Name, USD: b.USD()})
	}
	return bills, nil
}
