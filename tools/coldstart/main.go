// Command coldstart prints for each given bootstrap its size and, if it is built for
// this computer, the time until it asks for its first event and its memory at that
// moment, beside an empty function. A bootstrap dist/<function>/bootstrap is listed
// under the name of its folder.
//
// With -python, it also measures a Python function that imports boto3 and makes an EC2
// client. With -within, it fails if a function takes more than that many times as long
// as the empty one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// options are the command line's flags.
type options struct {
	rounds int
	within float64
	python bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 31, "how often each is started, in turn; medians are printed")
	flag.Float64Var(&o.within, "within", 0, "fail if a function takes more than this many times the empty one (0: never)")
	flag.BoolVar(&o.python, "python", false, "measure Python with boto3 beside them, where it is there")
	flag.Parse()
	if o.rounds < 1 || flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: measure [-rounds N] [-within TIMES] [-python] BOOTSTRAP...")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Stdout, o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, o options, bootstraps []string) error {
	dir, err := os.MkdirTemp("", "measure")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var functions []*bootstrap
	for _, file := range bootstraps {
		b, err := weigh(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		functions = append(functions, b)
	}
	yardsticks, err := yardsticks(ctx, w, dir, o.python)
	if err != nil {
		return err
	}
	all := append(functions, yardsticks...)
	if err := start(ctx, all, o.rounds); err != nil {
		return err
	}
	return errors.Join(show(w, all, yardsticks[0]), check(functions, yardsticks[0], o.within))
}

// check returns an error that lists the functions that take too long.
func check(functions []*bootstrap, empty *bootstrap, within float64) error {
	var slow []error
	for _, b := range functions {
		if times := b.ready().Seconds() / empty.ready().Seconds(); within > 0 && times > within {
			slow = append(slow, fmt.Errorf("%s takes %.1f times as long as the empty function to be ready, and may take %.1f times",
				b.name(), times, within))
		}
	}
	return errors.Join(slow...)
}

// name is the function's name: that of the bootstrap's folder.
func (b *bootstrap) name() string { return filepath.Base(filepath.Dir(b.file)) }
