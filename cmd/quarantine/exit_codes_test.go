package main

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/ec2-quarantine/quarantine/internal/exitcode"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
)

// commandNames are all commands, and those below others, as help lists them.
func commandNames(t *testing.T) (names []string) {
	t.Helper()
	var c commands
	parser, err := kong.New(&c, kong.Vars{"laptop_table": ""})
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range parser.Model.Children {
		names = append(names, node.Name)
		for _, below := range node.Children {
			if below != node.DefaultCmd {
				names = append(names, nameOf(below))
			}
		}
	}
	return names
}

func TestTheDocumentationHasTheExitCodesOfEveryCommand(t *testing.T) {
	t.Parallel()
	names := commandNames(t)
	for _, name := range exitcode.Named() {
		if !slices.Contains(names, name) {
			t.Errorf("there is no command %s", name)
		}
	}
	golden.Section(t, "../../docs/exit-codes.md", "<!-- codes: go test ./cmd/quarantine -run ExitCodes -update -->\n", "<!-- end of codes -->\n", exitcode.Table(names))
}

// exits is the exit code of a command line, and what it says on both outputs.
func exits(ctx context.Context, args ...string) (code int, out, err string) {
	var o, e bytes.Buffer
	code = run(ctx, args, streams{in: strings.NewReader(""), out: &o, err: &e})
	return code, o.String(), e.String()
}

func TestEveryCommandHasTheExitCodesThatItsHelpSays(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAPLANTED")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "planted-secret")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	for _, name := range commandNames(t) {
		if code, out, _ := exits(t.Context(), append(strings.Fields(name), "--help")...); code != exitcode.Done || !strings.Contains(strings.Join(strings.Fields(out), " "), exitcode.Help(name)) {
			t.Errorf("%s --help: %d, %s", name, code, out)
		}
		if code, out, err := exits(t.Context(), append(strings.Fields(name), "--nonsense")...); code != exitcode.Usage || out != "" || !strings.HasPrefix(err, "quarantine: ") {
			t.Errorf("%s --nonsense: %d, %q, %q", name, code, out, err)
		}
	}
}

// Whatever it is about to ask AWS, it ends with 130, and --json prints nothing then.
func TestWhatIsInterruptedHasTheExitCodeOfThat(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAPLANTED")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "planted-secret")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, line := range []string{
		"simulate -q", "list", "show i-1", "approvals", "approve req-1", "deny req-1", "release inc-20260101-0123456789 --reason r", "narrow inc-20260101-0123456789 --reason r",
		"terminate inc-20260101-0123456789 --reason r", "pause inc-20260101-0123456789 --for 1h --reason r", "leave inc-20260101-0123456789 eni-1 --reason r", "resume inc-20260101-0123456789",
		"history inc-20260101-0123456789", "demo-check", "uninstall", "policy show", "policy push --version 6",
	} {
		args := strings.Fields(line)
		if args[0] != "simulate" {
			args = append(args, "--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:1", "--json")
		}
		if code, out, err := exits(ctx, args...); code != exitcode.Interrupted || out != "" || !strings.HasPrefix(err, "quarantine: ") {
			t.Errorf("%s: %d, %q, %q", line, code, out, err)
		}
	}
}
