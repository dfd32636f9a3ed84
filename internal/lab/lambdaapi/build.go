package lambdaapi

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Build builds a main package for this computer into out. The variables of env
// are added to the environment.
//
// Link flags are those of task build, compile flags those of the tests. So packages that
// the tests compile anyway, such as the large EC2 client, are not compiled again.
func Build(ctx context.Context, out, pkg string, env ...string) error {
	c := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", out, pkg)
	c.Env = append(c.Environ(), env...)
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, text)
	}
	return nil
}

// Main builds the main package in the working directory (in a test, the package under
// test), sets bootstrap to the executable, runs the tests, and returns the exit code.
func Main(m *testing.M, bootstrap *string) int {
	dir, err := os.MkdirTemp("", "lambdatest")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	*bootstrap = filepath.Join(dir, "bootstrap")
	if err := Build(context.Background(), *bootstrap, "."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
