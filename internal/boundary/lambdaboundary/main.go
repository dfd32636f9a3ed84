// Package lambdaboundary connects a function to Lambda's runtime: its start, the
// context of an invocation, logs, the AWS clients' retries and timeouts, and errors
// as the runtime reports them. The command line does not use it.
package lambdaboundary

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/caarlos0/env/v11"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
)

// startTime limits what is read at start. Lambda ends an initialization that takes
// more than 10 s: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const startTime = 8 * time.Second

// logging is the part of the environment that all functions share.
type logging struct {
	Level string `env:"LOG_LEVEL"`
}

// Main runs a function on Lambda and does not return. It reads the environment into
// a Config (struct tags of caarlos0/env; only strings, because that package's errors
// print values that it cannot parse), builds the function once, and answers events
// with it. LOG_LEVEL is read here.
//
// If the function cannot be built, Main logs that at once and answers every event
// with the error under its name, so that the state machine tells people what is
// wrong. A process that merely ended would appear as Runtime.ExitError, after retries
// that cannot help. The process ends after each such answer, and the next event
// starts a new one that builds again: a fix takes effect at once.
func Main[Config any](name string, build func(context.Context, Config, *slog.Logger) (boundary.Function, error)) {
	level, _ := env.ParseAs[logging]() // one string field: cannot fail
	log := newLogger(os.Stderr, name, level.Level)
	slog.SetDefault(log)                    // makes the runtime's own lines structured, too,
	slog.SetLogLoggerLevel(slog.LevelDebug) // and DEBUG: it repeats every error without the execution or the incident
	h := &handler{log: log}
	f, err := start(build, log)
	if err != nil {
		named := boundary.Name(err)
		log.Error("the function cannot work", "errorType", named.Type, "error", named.Message)
		f, h.broken = func(context.Context, []byte) ([]byte, error) { return nil, named }, true
	}
	h.function = f
	lambda.Start(h)
}

func start[Config any](build func(context.Context, Config, *slog.Logger) (boundary.Function, error), log *slog.Logger) (boundary.Function, error) {
	config, err := env.ParseAs[Config]()
	if err != nil {
		return nil, fmt.Errorf("the function's environment: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	return build(ctx, config, log)
}
