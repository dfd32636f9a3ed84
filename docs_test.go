package layout_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

// parameterRow is a row of docs/parameters.md's table of parameters.
var parameterRow = regexp.MustCompile("(?m)^\\| `([A-Z][A-Za-z]+)` \\| (?:`([^`]+)`)? ?\\|")

func TestTheDocumentHasTheTemplatesParameters(t *testing.T) {
	t.Parallel()
	stack := parsed(t, "infra/template.yaml")
	document, err := os.ReadFile("docs/parameters.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, row := range parameterRow.FindAllSubmatch(document, -1) {
		told[string(row[1])] = string(row[2])
	}
	for name, parameter := range template.Map(stack.Body["Parameters"]) {
		want := fmt.Sprint(template.Map(parameter)["Default"])
		if got, found := told[name]; !found || got != want {
			t.Errorf("docs/parameters.md says %q is the default of %s, and it is %q (told of: %v)", got, name, want, found)
		}
		delete(told, name)
	}
	for name := range told {
		t.Errorf("docs/parameters.md tells of %s, which is no parameter", name)
	}
}

// path is a file or folder of this repository, as the documents write it.
var path = regexp.MustCompile("`((?:cmd|docs|examples|functions|infra|internal|statemachine|tools|\\.ci|\\.github)/[A-Za-z0-9_./-]*)`")

func TestEveryPathInTheDocumentsExists(t *testing.T) {
	t.Parallel()
	found := 0
	for file, text := range documents(t) {
		for _, match := range path.FindAllStringSubmatch(text, -1) {
			found++
			if _, err := os.Stat(match[1]); err != nil {
				t.Errorf("%s names %s: %v", file, match[1], err)
			}
		}
	}
	if found < 50 {
		t.Errorf("%d paths were found: this test tests nothing", found)
	}
}

// documents are the texts that people read, by their names.
func documents(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, file := range append(files, "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = string(text)
	}
	return texts
}
