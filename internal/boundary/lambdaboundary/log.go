package lambdaboundary

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// newLogger writes JSON with the keys that Lambda's own log lines use. A line whose
// context is an invocation's also gets the request id, the execution and the
// incident. A level that cannot be parsed becomes INFO: a logging mistake must not
// stop a function that isolates a compromised instance.
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

// lambdasKeys renames the time and message attributes to the keys that Lambda expects.
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

// subject is the execution and incident that an invocation belongs to, in the two
// places where an input names it. Nothing else of a payload is logged.
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

// withSubject puts the payload's subject into the context. It ignores fields that do
// not fit: the handler refuses such a payload later, and logs it with the fields that
// could be read.
func withSubject(ctx context.Context, payload []byte) context.Context {
	var s subject
	_ = json.Unmarshal(payload, &s)
	return context.WithValue(ctx, subjectKey{}, s)
}

// subjectHandler adds the context's request id, execution and incident to each line
// that does not have them already.
type subjectHandler struct{ slog.Handler }

// Handle adds the attributes to the record.
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

// WithAttrs returns a handler that adds the same attributes.
func (h subjectHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return subjectHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup returns a handler that adds the same attributes.
func (h subjectHandler) WithGroup(name string) slog.Handler {
	return subjectHandler{h.Handler.WithGroup(name)}
}
