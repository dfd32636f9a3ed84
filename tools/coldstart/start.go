package main

import (
	"context"
	"debug/elf"
	"fmt"
	"io"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
)

// bootstrap is an executable and its measurements.
type bootstrap struct {
	file          string
	machine       elf.Machine // 0 for a script, which runs anywhere
	plain, zipped float64     // millions of bytes; 0 if not measured
	starts        []time.Duration
	peaks         []int64 // bytes
}

func (b *bootstrap) runsHere() bool { return b.machine == 0 || b.machine == machines[runtime.GOARCH] }

// ready is the median of the times to the first request for an event.
func (b *bootstrap) ready() time.Duration { return median(b.starts) }

// start starts every bootstrap that runs on this computer. They alternate, so that the
// computer's other load affects all of them alike. Parameters that functions read at
// start are not configured.
func start(ctx context.Context, all []*bootstrap, rounds int) error {
	for range rounds {
		for _, b := range all {
			if !b.runsHere() {
				continue
			}
			if err := b.start(ctx); err != nil {
				return fmt.Errorf("%s: %w", b.file, err)
			}
		}
	}
	return nil
}

// start measures the time from the start of a process to its first request for
// an event, and its memory then.
func (b *bootstrap) start(ctx context.Context) error {
	f, err := lambdaapi.New(lambdaapi.Options{Bootstrap: b.file, Env: map[string]string{
		"LEDGER_TABLE": "measure", "ACCOUNT_ID": "111122223333", "ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:measure", "EVENT_BUS": "default",
	}})
	if err != nil {
		return err
	}
	defer f.Close()
	took, err := f.Start(ctx)
	if err != nil {
		return err
	}
	b.starts, b.peaks = append(b.starts, took), append(b.peaks, f.PeakMemory())
	return nil
}

// show prints the table.
func show(w io.Writer, all []*bootstrap, empty *bootstrap) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "function\tarchitecture\tbinary\tzip\tready after\ttimes empty\tpeak memory\t")
	for _, b := range all {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t", b.name(), nameOf(b.machine), megabytes(b.plain), megabytes(b.zipped))
		if len(b.starts) == 0 {
			_, _ = fmt.Fprintln(table, "not measured here\t\t\t")
			continue
		}
		_, _ = fmt.Fprintf(table, "%.1f ms\t%.1f\t%s\t\n", float64(b.ready())/float64(time.Millisecond),
			b.ready().Seconds()/empty.ready().Seconds(), megabytes(float64(median(b.peaks))/1e6))
	}
	return table.Flush()
}

// megabytes formats millions of bytes; unknown sizes stay empty.
func megabytes(n float64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f MB", n)
}

func median[T int64 | time.Duration](all []T) T {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
