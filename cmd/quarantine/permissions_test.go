package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
)

// callsNothing are the commands that ask no AWS service anything.
var callsNothing = []string{"simulate", "triage", "version", "help", "completion"}

const permissionsPage = "../../docs/permissions.md"

var iamAction = regexp.MustCompile(`\b[a-z0-9-]+:[A-Z][A-Za-z]+\b`)

// The page is made of the commands' help.
func TestTheDocumentHasThePermissionsOfTheCommands(t *testing.T) {
	t.Parallel()
	var c commands
	parser, err := kong.New(&c, kong.Vars{"laptop_table": "TABLE"})
	if err != nil {
		t.Fatal(err)
	}
	var names, texts []string // commands of the same actions together
	for _, command := range parser.Model.Children {
		said, name := "None.", "`quarantine "+command.Name+"`"
		if !slices.Contains(callsNothing, command.Name) {
			said = iamAction.ReplaceAllString(permissionsOf(t, command.Name), "`$0`")
		}
		if same := slices.Index(texts, said); same >= 0 {
			names[same] += ", " + name
			continue
		}
		names, texts = append(names, name), append(texts, said)
	}
	var page strings.Builder
	for i := range names {
		fmt.Fprintf(&page, "\n### %s\n\n%s\n", names[i], texts[i])
	}
	page.WriteString("\n")
	golden.Section(t, permissionsPage, "<!-- commands: go test ./cmd/quarantine -run Document -update -->\n", "<!-- end of commands -->", page.String())
}

// permissionsOf is the last paragraph of a command's help before the flags.
func permissionsOf(t *testing.T, command string) string {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), []string{command, "--help"}, streams{out: &out, err: &out}); code != exitOK {
		t.Fatalf("%s: exit code %d", command, code)
	}
	_, rest, found := strings.Cut(out.String(), "IAM actions:")
	paragraph, _, ended := strings.Cut(rest, "\n\n")
	if !found || !ended || !iamAction.MatchString(paragraph) {
		t.Errorf("the help of %s lacks its IAM actions", command)
	}
	return strings.Join(strings.Fields(paragraph), " ")
}

// ofLambda are services that a function needs because it is one; and of identities respond changes
// and reads nothing.
var ofLambda = []string{"logs", "xray", "iam"}

// Respond does from here what functions do that are deployed, and so needs what they are granted,
// which a test of the template holds to their code.
func TestRespondNamesWhatTheFunctionsAreGranted(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(permissionsPage)
	if err != nil {
		t.Fatal(err)
	}
	said := permissionsOf(t, "respond")
	for _, function := range []string{"isolate", "forensics", "measures-network", "measures-instance", "measures-scaling"} {
		_, rest, found := strings.Cut(string(page), "\n| "+function+" | ")
		row, _, _ := strings.Cut(rest, "\n")
		if !found {
			t.Errorf("%s has no row of a function %s", permissionsPage, function)
		}
		for _, action := range iamAction.FindAllString(row, -1) {
			service, _, _ := strings.Cut(action, ":")
			if !slices.Contains(ofLambda, service) && !strings.Contains(said, action) {
				t.Errorf("the help of respond does not name %s, which %s is granted", action, function)
			}
		}
	}
}
