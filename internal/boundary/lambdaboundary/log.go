package lambdaboundary

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// newLogger writes JSON with the keys that Lambda's own lines have, and on each
// line whose context is an invocation's the request, the execution and the
// incident. A level that cannot be read is INFO: a mistake about logs is no
// reason to let a compromised instance run.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
func newLogger(w io.Writer, function, level string) *slog.Logger {
	var l slog.Level
	unreadable := level != "" && l.UnmarshalText([]byte(level)) != nil
	h := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l, ReplaceAttr: lambdasKeys})
	log := slog.New(subjectHandler{h}).With("function", function)
	if unreadable {
		log.Error("LOG_LEVEL is none of DEBUG, INFO, WARN, ERROR: logging at INFO")
	}
	return log
}

// lambdasKeys gives the time and the message the keys that Lambda looks for.
func lambdasKeys(groups []string, a slog.Attr) slog.Attr {
	switch {
	case len(groups) > 0:
	case a.Key == slog.TimeKey:
		a.Key = "timestamp"
	case a.Key == slog.MessageKey:
		a.Key = "message"
	}
	return a
}

// subject says whose work an invocation is. Nothing else of a payload is logged.
type subject struct {
	Execution struct {
		Name string `json:"name"`
	} `json:"execution"`
	Incident string `json:"incident"`
	Claim    struct {
		Incident string `json:"incident"`
	} `json:"claim"`
}

type subjectKey struct{}

// withSubject reads the subject leniently: input that does not fit is refused
// later, and that too is logged with what could be read.
func withSubject(ctx context.Context, payload []byte) context.Context {
	var s subject
	_ = json.Unmarshal(payload, &s)
	return context.WithValue(ctx, subjectKey{}, s)
}

// subjectHandler adds to each line what its context knows and it does not say itself.
type subjectHandler struct{ slog.Handler }

// Handle adds the attributes.
func (h subjectHandler) Handle(ctx context.Context, r slog.Record) error {
	said := map[string]bool{}
	r.Attrs(func(a slog.Attr) bool {
		said[a.Key] = true
		return true
	})
	add := func(key, value string) {
		if value != "" && !said[key] {
			said[key] = true
			r.AddAttrs(slog.String(key, value))
		}
	}
	if c, ok := lambdacontext.FromContext(ctx); ok {
		add("requestId", c.AwsRequestID)
	}
	if s, ok := ctx.Value(subjectKey{}).(subject); ok {
		add("execution", s.Execution.Name)
		add("incident", s.Incident)
		add("incident", s.Claim.Incident)
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps adding to what is derived.
func (h subjectHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return subjectHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps adding to what is derived.
func (h subjectHandler) WithGroup(name string) slog.Handler {
	return subjectHandler{h.Handler.WithGroup(name)}
}
