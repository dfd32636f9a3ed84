package quarantine_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAnErrorHasTheNameOfItsOutermostFailure(t *testing.T) {
	t.Parallel()
	throttled := quarantine.Failf(quarantine.Throttled, "EC2 throttles")
	gone := quarantine.Failf(quarantine.InstanceGone, "no such instance")
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no error":                        {nil, ""},
		"an error of no name":             {io.EOF, quarantine.Unexpected},
		"a failure":                       {throttled, quarantine.Throttled},
		"wrapped":                         {fmt.Errorf("reading: %w", fmt.Errorf("again: %w", throttled)), quarantine.Throttled},
		"renamed":                         {quarantine.Failf(quarantine.NotTold, "no channel: %w", throttled), quarantine.NotTold},
		"joined with one of no name":      {errors.Join(io.EOF, throttled), quarantine.Throttled},
		"joined: the first one":           {errors.Join(gone, throttled), quarantine.InstanceGone},
		"joined: the first, though deep":  {errors.Join(fmt.Errorf("reading: %w", gone), throttled), quarantine.InstanceGone},
		"two wrapped at once":             {fmt.Errorf("%w, and %w", throttled, gone), quarantine.Throttled},
		"joined, then renamed":            {quarantine.Failf(quarantine.Contended, "tried: %w", errors.Join(gone, throttled)), quarantine.Contended},
		"only errors of no name, joined":  {errors.Join(io.EOF, io.ErrUnexpectedEOF), quarantine.Unexpected},
		"nothing but nothing, joined":     {errors.Join(nil, nil), ""},
		"an error without a name, inside": {quarantine.Failf(quarantine.BadRequest, "the input: %w", io.EOF), quarantine.BadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := quarantine.NameOf(c.err); got != c.want {
				t.Errorf("name %q, want %q", got, c.want)
			}
			if c.err != nil && !quarantine.Is(c.err, c.want) {
				t.Errorf("it is not %s", c.want)
			}
			if quarantine.Is(c.err, "SomethingElse") || quarantine.Is(nil, c.want) {
				t.Error("it is what it is not")
			}
		})
	}
}

func TestAFailureSaysWhatHappenedAndKeepsItsCause(t *testing.T) {
	t.Parallel()
	err := quarantine.Failf(quarantine.Unavailable, "DynamoDB did not answer in %ds: %w", 3, io.ErrUnexpectedEOF)
	if got, want := err.Error(), "DynamoDB did not answer in 3s: unexpected EOF"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	f, ok := errors.AsType[*quarantine.Failure](fmt.Errorf("reading: %w", err))
	if !ok || f.Name != quarantine.Unavailable {
		t.Errorf("the failure is lost: %v", f)
	}
}

func TestWhatPassesComesFirst(t *testing.T) {
	t.Parallel()
	denied, throttled := quarantine.Failf(quarantine.AccessDenied, "denied"), quarantine.Failf(quarantine.Throttled, "throttled")
	joined := quarantine.TransientFirst(errors.Join(denied, errors.Join(nil, throttled)))
	if got := quarantine.NameOf(joined); got != quarantine.Throttled {
		t.Errorf("named %s", got)
	}
	if n := len(quarantine.Each(joined)); n != 2 || quarantine.Each(nil) != nil || quarantine.TransientFirst() != nil {
		t.Errorf("%d errors", n)
	}
}
