package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The README shows what the program prints, not what it once printed.
func TestTheREADMEShowsTheDemosRealOutput(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```text\n")
	shown, _, found := strings.Cut(rest, "```\n")
	if !found || len(shown) < 2000 {
		t.Fatal("the README has no output of the demo")
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"simulate"}, streams{out: &out, err: &out}); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	if !strings.HasPrefix(out.String(), shown) {
		t.Error("the README's output is out of date: replace it with that of go run ./cmd/quarantine simulate, up to the messages")
	}
}
