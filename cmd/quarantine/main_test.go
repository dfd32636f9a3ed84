package main

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(waitingTests{m}, map[string]func(){
		"quarantine": func() {
			os.Exit(run(context.Background(), os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
		},
	})
}

// waitingTests are tests that wait more than they compute, for snapshots and
// time-outs: more of them run at once than there are processors.
type waitingTests struct{ *testing.M }

// Run runs the tests, unless the command line says how many at once.
func (w waitingTests) Run() int {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		if err := flag.Set("test.parallel", "8"); err != nil {
			panic(err)
		}
	}
	return w.M.Run()
}

// The scripts are what a user types, and what comes back.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			// Credentials in the environment must not be used, and make no difference.
			e.Setenv("AWS_ACCESS_KEY_ID", "AKIAPLANTED")
			e.Setenv("AWS_SECRET_ACCESS_KEY", "planted-secret")
			return nil
		},
	})
}
