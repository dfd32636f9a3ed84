package layout_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

// parameterRow is a row of docs/deploy.md's table of parameters.
var parameterRow = regexp.MustCompile("(?m)^\\| `([A-Z][A-Za-z]+)` \\| (?:`([^`]+)`)? ?\\|")

func TestTheDocumentHasTheTemplatesParameters(t *testing.T) {
	t.Parallel()
	stack := parsed(t, "infra/template.yaml")
	document, err := os.ReadFile("docs/deploy.md")
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
			t.Errorf("docs/deploy.md says %q is the default of %s, and it is %q (told of: %v)", got, name, want, found)
		}
		delete(told, name)
	}
	for name := range told {
		t.Errorf("docs/deploy.md tells of %s, which is no parameter", name)
	}
}
