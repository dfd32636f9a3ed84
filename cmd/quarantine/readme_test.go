package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the demo's output into the README")

// The README shows what the program prints, not what it once printed.
func TestTheREADMEShowsTheDemosRealOutput(t *testing.T) {
	const file = "../../README.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), "```text\n")
	shown, after, found := strings.Cut(rest, "```\n")
	if !found {
		t.Fatal("the README has no output of the demo")
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"simulate"}, streams{out: &out, err: &out}); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	want, _, _ := strings.Cut(out.String(), "\nMessages:")
	if shown == want {
		return
	}
	if !*update {
		t.Fatal("the README's output is out of date: go test ./cmd/quarantine -run README -update")
	}
	if err := os.WriteFile(file, []byte(before+"```text\n"+want+"```\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
