package infra_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
)

// The page has what the roles of the template grant, which another test holds to the code.
func TestTheDocumentHasThePermissionsOfTheFunctions(t *testing.T) {
	t.Parallel()
	s := stack(t)
	var out strings.Builder
	out.WriteString("| function | actions |\n|---|---|\n")
	for _, f := range functions {
		granted, faults := grants(s, f.id+"Role")
		none(t, faults)
		fmt.Fprintf(&out, "| %s | %s |\n", f.called(), strings.Join(actions(granted), ", "))
	}
	golden.Section(t, "../docs/permissions.md", "<!-- functions: go test ./infra -run Document -update -->\n", "<!-- end of functions -->", out.String())
}
