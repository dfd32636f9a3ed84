// Package lambdaboundary is where a function meets Lambda's runtime: its start,
// the context of an invocation, logs, the AWS clients' patience, and errors as
// the runtime reports them. The laptop does without it.
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

// startTime is for what is read at start. Lambda ends a start that takes more
// than 10 s: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const startTime = 8 * time.Second

// logging is the part of the environment that all functions share.
type logging struct {
	Level string `env:"LOG_LEVEL"`
}

// Main runs a function on Lambda, and does not return. It reads the
// environment into a Config (struct tags of caarlos0/env; texts only, because
// that package's errors show what it cannot parse), builds the function once,
// and answers events with it. LOG_LEVEL is read here.
//
// Where the function cannot be built, that is logged at once, and then every
// event is answered with the error under its name, so that the state machine
// tells people what is wrong; a process that merely ended would reach them as
// Runtime.ExitError, after retries that cannot help. After each such answer
// the process ends, and the next event finds a new one that tries again: what
// was mended meanwhile is noticed at once.
func Main[Config any](name string, build func(context.Context, Config, *slog.Logger) (boundary.Function, error)) {
	level, _ := env.ParseAs[logging]() // one text: cannot fail
	log := newLogger(os.Stderr, name, level.Level)
	slog.SetDefault(log)                    // the runtime's own lines become structured too,
	slog.SetLogLoggerLevel(slog.LevelDebug) // and rare: it repeats every error, without saying whose it is
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
