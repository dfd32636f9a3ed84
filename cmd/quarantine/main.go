// Command quarantine contains compromised EC2 instances, and shows on a laptop
// what it would do.
package main

import (
	"context"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)                     // a second signal ends what does not heed the first
	columns, _ := strconv.Atoi(os.Getenv("COLUMNS")) // 0 where it says nothing
	os.Exit(run(ctx, os.Args[1:], streams{in: os.Stdin, out: terminal.Sized(os.Stdout, columns), err: terminal.Sized(os.Stderr, columns)}))
}
