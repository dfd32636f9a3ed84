package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/ec2-quarantine/quarantine/internal/lab/pasted"
)

// standIns are what stands for a word in the documents, and a value of its kind.
var standIns = map[string]string{
	"INCIDENT": "inc-20260115-a749daa8d1", "REQUEST": "req-0123456789abcdef0123", "EXECUTION|INCIDENT": "inc-20260115-a749daa8d1",
	"TEXT": "it is rebuilt", "[--for": "--for", "7d]": "7d", "EVENT.json...": "EVENT.json", "COMMAND": "list", "FILE": "event.json",
}

// The documents' blocks are typed in a shell one after the other; what stands in the text is typed
// alone. A name without arguments names a command, and is one.
func TestEveryCommandInADocumentIsTakenByItsProgram(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var calls [][]string
	for file, text := range texts(t, "../../README.md", "../../SECURITY.md", "../../CONTRIBUTING.md", "../../docs/*.md") {
		for _, line := range pasted.Inline(text) {
			calls = append(calls, spoken(t, file, line)...)
		}
		if script := pasted.Console(text); script != "" {
			calls = append(calls, fromSource(pasted.Shell(t, script))...)
		}
	}
	wantOfEach(t, calls, map[string]int{"quarantine": 30, "aws": 40})
	taken(t, calls, standIns)
	sent(t, inFolder(root, calls))
}

// spoken are the words of a command in the text. Names alone are checked here.
func spoken(t *testing.T, file, line string) [][]string {
	t.Helper()
	words := strings.Fields(line)
	switch {
	case words[0] == "quarantine" && (len(words) == 2 || len(words) == 3 && strings.HasPrefix(words[2], "--")):
		if err := mentioned(words[1:]); err != nil {
			t.Errorf("%s: %v: %s", file, err, line)
		}
		return nil
	case words[0] == "aws" && len(words) == 3:
		return nil // an operation's name; the AWS CLI reads what it takes elsewhere
	case strings.Contains(line, "[--"): // what may be left out
		return [][]string{words}
	}
	return pasted.Shell(t, line)
}

// mentioned says what is wrong with the name of a command, and of a flag of it.
func mentioned(words []string) error {
	var out bytes.Buffer
	code := run(context.Background(), []string{words[0], "--help"}, streams{in: strings.NewReader(""), out: &out, err: &out})
	for _, w := range words[1:] {
		if !strings.Contains(out.String(), w) {
			return fmt.Errorf("there is no %s", w)
		}
	}
	if code != exitOK {
		return fmt.Errorf("exit code %d: %s", code, &out)
	}
	return nil
}

// fromSource are calls as they are made: from source, the command line is a package.
func fromSource(calls [][]string) [][]string {
	for i, words := range calls {
		if len(words) > 3 && slices.Equal(words[:3], []string{"go", "run", "./cmd/quarantine"}) {
			calls[i] = append([]string{"quarantine"}, words[3:]...)
		}
	}
	return calls
}

// made are files that earlier commands make.
var made = regexp.MustCompile(`^(dist/)?packaged\.yaml$`)

// inFolder are the calls of the AWS CLI with files that exist; packaging, which reads what is
// built, is left out.
func inFolder(root string, calls [][]string) (out [][]string) {
	for _, words := range calls {
		if len(words) > 2 && words[1] == "cloudformation" && words[2] == "package" || slices.Contains(words, "--cli-input-json") {
			continue
		}
		for i, w := range words {
			switch {
			case made.MatchString(w):
				words[i] = filepath.Join(root, "infra/template.yaml")
			case strings.HasPrefix(w, "infra/"):
				words[i] = filepath.Join(root, w)
			case strings.HasPrefix(w, "file:///dev/"):
				words[i] = "what another command prints"
			case w == "dist/processed.json":
				words[i] = filepath.Join(root, "go.mod")
			}
		}
		out = append(out, words)
	}
	return out
}

// The help of every command shows examples, which are command lines, too.
func TestEveryExampleInTheHelpIsTaken(t *testing.T) {
	t.Parallel()
	examples := 0
	var all []*kong.Node
	for _, node := range newParser(t.Context(), streams{out: os.Stdout, err: os.Stderr}).Model.Children {
		all = append(append(all, node), node.Children...)
	}
	for _, node := range all {
		printed := pasted.Commands(node.Detail)
		if len(printed) == 0 {
			continue
		}
		calls := pasted.Shell(t, strings.Join(printed, "\n"))
		examples += len(calls)
		taken(t, calls, map[string]string{"EVENT.json": "event.json"})
	}
	if examples < 12 {
		t.Errorf("%d examples: are they found?", examples)
	}
}
