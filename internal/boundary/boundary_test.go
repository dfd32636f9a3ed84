package boundary_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

type in struct{ N int }

func TestAHandlerIsCalledWithItsInputAndAnswersInJSON(t *testing.T) {
	double := boundary.Wrap(func(_ context.Context, i in) (in, error) { return in{i.N * 2}, nil })
	got, err := double(t.Context(), []byte(`{"N":21,"added later":true}`))
	if err != nil || string(got) != `{"N":42}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestErrorsGetTheNameOfTheOutermostFailure(t *testing.T) {
	inner := quarantine.Failf(quarantine.Throttled, "EC2 throttles")
	for name, c := range map[string]struct {
		err  error
		want boundary.Error
	}{
		"a failure":         {inner, boundary.Error{Type: "Throttled", Message: "EC2 throttles"}},
		"a wrapped failure": {fmt.Errorf("reading: %w", inner), boundary.Error{Type: "Throttled", Message: "reading: EC2 throttles"}},
		"a failure renamed": {quarantine.Failf(quarantine.NotTold, "no channel: %w", inner), boundary.Error{Type: "NotTold", Message: "no channel: EC2 throttles"}},
		"several at once":   {errors.Join(inner, errors.New("and more")), boundary.Error{Type: "Throttled", Message: "EC2 throttles\nand more"}},
		"an unnamed error":  {errors.New("oops"), boundary.Error{Type: "Unexpected", Message: "oops"}},
		"no time left":      {fmt.Errorf("reading: %w", context.DeadlineExceeded), boundary.Error{Type: "Unavailable", Message: "the function's time ran out: reading: context deadline exceeded"}},
		"named before":      {fmt.Errorf("again: %w", boundary.Name(inner)), boundary.Error{Type: "Throttled", Message: "EC2 throttles"}},
	} {
		f := boundary.Wrap(func(context.Context, in) (in, error) { return in{}, c.err })
		_, err := f(t.Context(), []byte(`{}`))
		if got, ok := errors.AsType[*boundary.Error](err); !ok || *got != c.want {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestInputThatDoesNotFitIsABadRequest(t *testing.T) {
	f := boundary.Wrap(func(context.Context, in) (in, error) { return in{}, nil })
	for _, payload := range []string{``, `[`, `{"N":"x"}`} {
		_, err := f(t.Context(), []byte(payload))
		if named, ok := errors.AsType[*boundary.Error](err); !ok || named.Type != quarantine.BadRequest {
			t.Errorf("%q: %v", payload, err)
		}
	}
}

// Alone, as it replaces the default logger.
func TestAPayloadOfANewerReleaseIsHandledAndLogged(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	f := boundary.Wrap(func(_ context.Context, i in) (in, error) { return i, nil })
	for version, logged := range map[string]bool{
		`{"N":1}`: false, `{"N":1,"execution":null}`: false, `{"N":1,"execution":{"version":"x"}}`: false,
		fmt.Sprintf(`{"N":1,"execution":{"version":%d}}`, quarantine.PayloadVersion):              false,
		fmt.Sprintf(`{"N":1,"later":{},"execution":{"version":%d}}`, quarantine.PayloadVersion+1): true,
	} {
		log.Reset()
		if out, err := f(t.Context(), []byte(version)); err != nil || string(out) != `{"N":1}` {
			t.Errorf("%s: %s, %v", version, out, err)
		}
		if strings.Contains(log.String(), "newer release") != logged {
			t.Errorf("%s is logged as %q", version, log.String())
		}
	}
}
