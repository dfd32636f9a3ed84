package layout_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// shellcheck is the linter of shell scripts: https://www.shellcheck.net
func shellcheck(t *testing.T, script string, flags ...string) {
	t.Helper()
	if _, err := exec.LookPath("shellcheck"); err != nil {
		if os.Getenv("QUARANTINE_REQUIRE_SHELLCHECK") == "1" { //nolint:forbidigo // in tests, and here only
			t.Fatal(err)
		}
		t.Skip("shellcheck is not on the PATH")
	}
	check := exec.CommandContext(t.Context(), "shellcheck", append(flags, "-")...)
	check.Stdin = strings.NewReader(script)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\nof\n%s", err, out, script)
	}
}

func TestScriptsPassShellcheck(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(".ci/*")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(string(text), "#!/usr/bin/env bash\n") {
			checked++
			shellcheck(t, string(text))
		}
	}
	if checked < 2 {
		t.Errorf("only %d of %v are scripts", checked, files)
	}
}

// expression is what go-task replaces, and a part that it leaves out or not.
var expression = regexp.MustCompile(`{{[^}]*}}`)

// A value that go-task fills in is, for shellcheck, a word as it is written.
func TestTasksPassShellcheck(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("Taskfile.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file any
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	found := scripts(file)
	if len(found) < 40 {
		t.Errorf("found only %d scripts", len(found))
	}
	for _, script := range found {
		filled := expression.ReplaceAllStringFunc(script, func(e string) string {
			if strings.HasPrefix(e, "{{if ") || e == "{{else}}" || e == "{{end}}" {
				return " "
			}
			return "word"
		})
		shellcheck(t, filled, "--shell=bash")
	}
}

// scripts are the commands below a node of a Taskfile, in whichever form they are written.
func scripts(node any) []string {
	var all []string
	switch n := node.(type) {
	case []any:
		for _, each := range n {
			all = append(all, scripts(each)...)
		}
	case map[string]any:
		for key, value := range n {
			all = append(all, scripts(value)...)
			switch of := value.(type) {
			case string:
				if key == "cmd" || key == "sh" || key == "if" {
					all = append(all, of)
				}
			case []any:
				if key == "cmds" || key == "status" || key == "preconditions" {
					all = append(all, texts(of)...)
				}
			}
		}
	}
	return all
}

// texts are the strings of a list.
func texts(of []any) []string {
	var all []string
	for _, each := range of {
		if text, is := each.(string); is {
			all = append(all, text)
		}
	}
	return all
}
