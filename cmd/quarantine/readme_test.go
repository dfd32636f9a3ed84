package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
)

// The README shows what the program prints, not what it once printed.
func TestTheREADMEShowsTheDemosRealOutput(t *testing.T) {
	var out bytes.Buffer
	if code := run(t.Context(), []string{"simulate"}, streams{out: &out, err: &out}); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	want, _, _ := strings.Cut(out.String(), "\nMessages:")
	golden.Section(t, "../../README.md", "```text\n", "```\n", want)
}
