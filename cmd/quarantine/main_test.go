package main

import (
	"flag"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(waitingTests{m}, map[string]func(){"quarantine": namedMain})
}

// namedMain is main, whose calls of AWS say which command makes them: the account's server holds them to
// that command's help.
func namedMain() {
	if len(os.Args) > 1 {
		if err := os.Setenv("AWS_SDK_UA_APP_ID", os.Args[1]); err != nil {
			panic(err)
		}
	}
	main()
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

// silent is a service that never answers: once it is called, there is a file reached.
func silent(e *testscript.Env) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	e.Defer(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer func() { _ = c.Close() }() //nolint:gocritic // all of them, once there is no listener any more
			_ = os.WriteFile(filepath.Join(e.WorkDir, "reached"), nil, 0o600)
		}
	}()
	e.Setenv("SILENT", "http://"+l.Addr().String())
	return nil
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
			return silent(e)
		},
	})
}
