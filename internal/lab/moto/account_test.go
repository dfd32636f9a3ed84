package moto

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// verdict is a testing.TB that records whether the test was skipped or failed.
type verdict struct {
	testing.TB
	skipped, failed string
}

func (*verdict) Helper() {}

func (v *verdict) Skipf(format string, args ...any) {
	v.skipped = fmt.Sprintf(format, args...)
	panic(v)
}

func (v *verdict) Fatalf(format string, args ...any) {
	v.failed = fmt.Sprintf(format, args...)
	panic(v)
}

func end(err error, required bool) (v *verdict) {
	v = &verdict{}
	defer func() { _ = recover() }()
	giveUp(v, err, required)
	return v
}

func TestAMissingProgramSkipsOrFailsTheTest(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := locate()
	if !missing(err) {
		t.Fatalf("%v is not a missing program", err)
	}
	if v := end(err, false); v.failed != "" || !strings.Contains(v.skipped, "moto_server is not on the PATH") {
		t.Errorf("got %+v, want a skip that says why", v)
	}
	if v := end(err, true); v.skipped != "" || !strings.Contains(v.failed, "moto_server is not on the PATH") {
		t.Errorf("got %+v, want a failure that says why", v)
	}
}

func TestAServerThatDoesNotStartFails(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("false")
	if err != nil {
		t.Fatal(err)
	}
	_, err = start(t.Context(), path)
	if err == nil || !strings.Contains(err.Error(), "ended before it answered") {
		t.Fatalf("got %v", err)
	}
	if v := end(err, false); v.failed == "" {
		t.Errorf("got %+v, want a failure", v)
	}
}

func TestRequiredDependsOnOneVariable(t *testing.T) {
	for value, want := range map[string]bool{"": false, "0": false, "1": true} {
		t.Setenv("QUARANTINE_REQUIRE_MOTO", value)
		if required() != want {
			t.Errorf("%q: required is %t", value, !want)
		}
	}
}

func TestAccountsAreFreshAndHaveTwelveDigits(t *testing.T) {
	t.Parallel()
	one, other := newID(t), newID(t)
	if one == other || len(one) != 12 || strings.Trim(one, "0123456789") != "" {
		t.Errorf("got %s and %s", one, other)
	}
}
