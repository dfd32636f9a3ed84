package infra_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/deployment"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
)

// The page of the functions' variables is made of the code that reads them and of the template that
// sets them.
func TestTheDocumentHasEveryVariable(t *testing.T) {
	t.Parallel()
	s, p := stack(t), code(t)
	all := map[string]*variable{}
	for _, f := range functions {
		texts := variableTexts(f, p)
		set := template.Map(at(s.Of(functionType)[f.id].Properties, "Environment", "Variables"))
		for name := range f.reached(p).Environment {
			v := all[name]
			if v == nil {
				v = &variable{text: texts[name]}
				all[name] = v
			}
			if v.text == "" {
				t.Errorf("no comment of a main of %s says what %s is: NAME  optional  what it is", f.id, name)
			}
			if f.unset[name] == "" {
				v.functions = append(v.functions, f.called())
				v.parameters = append(v.parameters, madeOf(s, set[name])...)
			}
		}
	}
	golden.Section(t, "../docs/environment.md", "<!-- functions: go test ./infra -run Document -update -->\n", "<!-- end of functions -->", environmentPage(all))
}

var readAtRun = regexp.MustCompile(`os\.(?:Getenv|LookupEnv)\(([^)]+)\)`)

// What the command line and the tests read by themselves is on the page, too.
func TestTheDocumentHasEveryVariableOfTheCommandLineAndOfTests(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/environment.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{"../cmd", "../functions", "../internal", "../tools"} {
		err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(file) != ".go" || d.IsDir() {
				return err
			}
			src, err := os.ReadFile(file)
			for _, m := range readAtRun.FindAllStringSubmatch(string(src), -1) {
				name, err := strconv.Unquote(m[1])
				if err != nil {
					name = map[string]string{"deployment.Variable": deployment.Variable}[m[1]]
				}
				if name == "" || !strings.Contains(string(page), "| `"+name+"` |") {
					t.Errorf("%s reads %s (%q), which docs/environment.md does not have", file, m[1], name)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// variable is one that functions read.
type variable struct {
	text       string   // whether it is required, and what it is
	functions  []string // that are given it
	parameters []string // of the template, of which its value is made
}

func environmentPage(all map[string]*variable) string {
	var out strings.Builder
	out.WriteString("| variable | read by | | what it is | parameter of the template |\n|---|---|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		v := all[name]
		needed, text, _ := strings.Cut(v.text, " ")
		by := strings.Join(v.functions, ", ")
		if len(v.functions) == len(functions) {
			by = "every function"
		}
		slices.Sort(v.parameters)
		parameters := slices.Compact(v.parameters)
		for i := range parameters {
			parameters[i] = "`" + parameters[i] + "`"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s |\n", name, by, needed, strings.TrimSpace(text), strings.Join(parameters, ", "))
	}
	return out.String()
}

// called is the function as people know it; two of one binary are told apart.
func (f function) called() string {
	if f.id == "ApprovalPageFunction" {
		return "the approval page"
	}
	return f.name()
}

var (
	variableLine = regexp.MustCompile(`^\t([A-Z][A-Z_]+) +(optional|required) +(.*)`)
	moreOfIt     = regexp.MustCompile(`^\t {8,}(\S.*)`)
)

// variableTexts are what the comments say of variables, in all that a main is made of.
func variableTexts(f function, p *program) map[string]string {
	out := map[string]string{}
	for _, u := range p.closure(p.unit("functions/" + f.program())) {
		for _, file := range u.files {
			for _, comment := range file.Comments {
				last := ""
				for line := range strings.Lines(comment.Text()) {
					line = strings.TrimRight(line, "\n")
					if m := variableLine.FindStringSubmatch(line); m != nil {
						last = m[1]
						out[last] = m[2] + " " + m[3]
					} else if m := moreOfIt.FindStringSubmatch(line); m != nil && last != "" {
						out[last] += " " + m[1]
					}
				}
			}
		}
	}
	return out
}

// madeOf are the template's parameters that a value is made of, through conditions too.
func madeOf(t *template.Template, v any) (names []string) {
	declared := template.Map(t.Body["Parameters"])
	var visit func(v any)
	note := func(name string) {
		if declared[name] != nil {
			names = append(names, name)
		}
	}
	condition := func(name any) { visit(template.Map(t.Body["Conditions"])[fmt.Sprint(name)]) }
	visit = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				visit(e)
			}
		case map[string]any:
			if name, is := v["Ref"].(string); is {
				note(name)
			}
			if branches, is := v["Fn::If"].([]any); is {
				condition(branches[0])
			}
			if name := v["Condition"]; name != nil {
				condition(name)
			}
			for _, e := range v {
				visit(e)
			}
		}
	}
	visit(v)
	return names
}
