package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
)

const (
	demoBegins = "<!-- demo: go test ./cmd/quarantine -run Demo -update -->\n```text\n"
	demoEnds   = "```\n<!-- end of demo -->\n"
)

// The documents show what the program prints, not what it once printed: the README in short, and
// docs/try.md everything.

func TestTheREADMEShowsTheDemosRealOutput(t *testing.T) {
	golden.Section(t, "../../README.md", demoBegins, demoEnds, demo(t, "--quiet"))
}

func TestThePageShowsTheDemosRealOutput(t *testing.T) {
	golden.Section(t, "../../docs/try.md", demoBegins, demoEnds, demo(t))
}

func demo(t *testing.T, flags ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), append([]string{"simulate"}, flags...), streams{out: &out, err: &out}); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	return out.String()
}

// People, and what checks a change, take the first two commands that run something.
func TestTheREADMEBeginsWithTheDemoAndTheTests(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile("(?s)```console\n(.*?)```").FindStringSubmatch(string(readme))
	if first == nil || !strings.HasSuffix(first[1], "\ngo run ./cmd/quarantine simulate\ngo test ./...\n") {
		t.Errorf("the first commands are %q", first)
	}
}
