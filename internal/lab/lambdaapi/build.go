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
// It is linked as task build does it, but compiled as tests are: so the packages
// that the tests compile anyhow, the EC2 client above all, are not compiled again.
func Build(ctx context.Context, out, pkg string, env ...string) error {
	c := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", out, pkg)
	c.Env = append(c.Environ(), env...)
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, text)
	}
	return nil
}

// Main builds the main package of the working directory, which in a test is the
// package's own, and runs its tests with that; it gives the exit code.
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
