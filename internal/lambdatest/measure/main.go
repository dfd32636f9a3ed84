// Command measure prints what each of the given bootstraps weighs and, if it is
// built for this computer, how soon it asks for its first event, beside an
// empty function. dist/<function>/bootstrap goes by the name of its folder.
package main

import (
	"context"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lambdatest"
)

// rounds is how often each is started; the median is printed.
const rounds = 31

func main() {
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, bootstraps []string) error {
	dir, err := os.MkdirTemp("", "measure")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	empty := filepath.Join(dir, "(empty)", "bootstrap")
	if err := lambdatest.Build(ctx, empty, "./internal/lambdatest/measure/empty", "CGO_ENABLED=0"); err != nil {
		return err
	}
	var all []*bootstrap
	for _, file := range append(slices.Clone(bootstraps), empty) {
		b, err := weigh(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, b)
	}
	if err := start(ctx, all); err != nil {
		return err
	}
	return show(w, all)
}

// bootstrap is one binary and what is known of it.
type bootstrap struct {
	file          string
	machine       elf.Machine
	plain, zipped float64 // millions of bytes
	starts        []time.Duration
}

// start measures the time from the start of a process to its first request for
// an event. They take turns, so that what else the computer does falls on all
// alike. Parameters that functions read at start are not configured.
func start(ctx context.Context, all []*bootstrap) error {
	for range rounds {
		for _, b := range all {
			if b.machine != machines[runtime.GOARCH] {
				continue
			}
			f, err := lambdatest.New(lambdatest.Options{Bootstrap: b.file, Env: map[string]string{
				"LEDGER_TABLE": "measure", "ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:measure",
			}})
			if err != nil {
				return err
			}
			took, err := f.Start(ctx)
			f.Close()
			if err != nil {
				return fmt.Errorf("%s: %w", b.file, err)
			}
			b.starts = append(b.starts, took)
		}
	}
	return nil
}

// show prints the table; the last is the yardstick.
func show(w io.Writer, all []*bootstrap) error {
	yardstick := all[len(all)-1].median()
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "function\tarchitecture\tbinary\tzip\tready after\t")
	for _, b := range all {
		ready := "not measured here"
		if took := b.median(); took > 0 {
			ready = fmt.Sprintf("%.1f ms (%.1f times)", float64(took)/float64(time.Millisecond), float64(took)/float64(yardstick))
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%.1f MB\t%.1f MB\t%s\t\n", filepath.Base(filepath.Dir(b.file)), nameOf(b.machine), b.plain, b.zipped, ready)
	}
	return table.Flush()
}

func (b *bootstrap) median() time.Duration {
	if len(b.starts) == 0 {
		return 0
	}
	slices.Sort(b.starts)
	return b.starts[len(b.starts)/2]
}
