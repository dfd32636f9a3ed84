// Package infra_test holds the templates to what they promise: that a
// deployment has what the code needs and nothing more, that it can be watched,
// and that it keeps what must not be lost.
package infra_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// A function is one of the stack's, and what is known of it besides the template.
type function struct {
	id     string // logical
	folder string // below functions/
	// main is where the program is, below functions/; "" for folder/lambda.
	main string
	// handler is the type whose doc comment lists the IAM actions, besides those that the
	// measures of the group name.
	handler string
	group   measure.Group
	// looks says that of every measure it calls what looks, and nothing that changes.
	looks bool
	// without are functions of the code that this deployment of a binary never
	// calls, named as they are in the module.
	without []string
	// unset are variables that main can read and that must not be set here, with the reason.
	unset map[string]string
}

var functions = []function{
	{id: "TriageFunction", folder: "triage", handler: "Handler"},
	{id: "IsolateFunction", folder: "isolate", handler: "Handler"},
	{id: "ForensicsFunction", folder: "forensics", handler: "Handler"},
	{id: "NotifyFunction", folder: "notify", handler: "Handler"},
	{id: "ReleaseFunction", folder: "release", handler: "Handler"},
	{
		id: measure.Network.FunctionID(), folder: "measures/contain", main: "measures/lambda/network", handler: "Handler", group: measure.Network,
		without: []string{"(*internal/ledger.Ledger).CountIsolation", "(*internal/ledger.Ledger).LookIsolation"}, // its Brake is nil: isolate has counted
	},
	{id: measure.Instance.FunctionID(), folder: "measures", main: "measures/lambda/instance", handler: "Handler", group: measure.Instance},
	{id: measure.Identity.FunctionID(), folder: "measures/contain", main: "measures/lambda/identity", handler: "Handler", group: measure.Identity},
	{id: measure.Scaling.FunctionID(), folder: "measures", main: "measures/lambda/scaling", handler: "Handler", group: measure.Scaling},
	{id: "WatchFunction", folder: "watch", handler: "Handler", looks: true},
	{id: "PreflightFunction", folder: "preflight", handler: "Handler"},
	{
		id: "ApprovalFunction", folder: "approval", handler: "Asker",
		without: []string{"functions/approval/lambda.page"},
		unset: map[string]string{
			"SLACK_SIGNING_PARAMETER": "Slack's buttons are answered by the page",
			"SLACK_APPROVERS":         "Slack's buttons are answered by the page",
			"SLACK_TOKEN_PARAMETER":   "Slack's buttons are answered by the page",
		},
	},
	{
		id: "ApprovalPageFunction", folder: "approval", handler: "Server",
		without: []string{"(*functions/approval.Asker).Handle"},
		unset: map[string]string{
			"APPROVAL_URL":            "the page only reads links, and its address is known when it is there",
			"ALERTS_TOPIC_ARN":        "the page asks nobody",
			"SLACK_WEBHOOK_PARAMETER": "the page asks nobody",
			"EVENT_BUS":               "the page asks nobody",
			"SLACK_BUTTONS":           "the page asks nobody",
		},
	},
}

// machines are the state machines, by logical id, with their definitions.
var machines = map[string]string{
	"QuarantineStateMachine": "quarantine.asl.json",
	"ApprovalStateMachine":   "quarantine-approval.asl.json",
	"ReleaseStateMachine":    "release.asl.json",
	"WatchStateMachine":      "watch.asl.json",
	"PreflightStateMachine":  "preflight.asl.json",
}

const (
	functionType = "AWS::Serverless::Function"
	machineType  = "AWS::Serverless::StateMachine"
)

// program is where the function's main is, below functions/.
func (f function) program() string {
	if f.main != "" {
		return f.main
	}
	return f.folder + "/lambda"
}

// name is the function's, as the schema of the ledger and the build have it.
func (f function) name() string {
	if f.group != "" {
		return f.group.Function()
	}
	return f.folder
}

// said are the actions that the function's documentation lists: its handler's and, of one
// that takes measures, theirs, or of one that looks at what they hold those that do so.
func (f function) said(p *program) ([]string, bool) {
	said, ok := documented(p.unit("functions/"+f.folder), f.handler)
	for _, m := range register.Grouped() {
		if m.Group == f.group {
			said = slices.Concat(said, m.Actions, m.Guarding)
		}
		if f.looks {
			said = append(said, m.Reading()...)
		}
	}
	slices.Sort(said)
	return slices.Compact(said), ok
}

// reached is the code that the function can come to.
func (f function) reached(p *program) *reached {
	var without []string
	for _, name := range f.without {
		pointer := strings.HasPrefix(name, "(*")
		name = module + "/" + strings.TrimPrefix(name, "(*")
		if pointer {
			name = "(*" + name
		}
		without = append(without, name)
	}
	return p.reach(p.unit("functions/"+f.program()), without...)
}

// stack is the template that is deployed.
func stack(t *testing.T) *template.Template {
	t.Helper()
	return read(t, "template.yaml")
}

func read(t *testing.T, file string) *template.Template {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, string(text))
}

func parsed(t *testing.T, text string) *template.Template {
	t.Helper()
	parsed, err := template.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// templates are all of this folder's, by file name.
func templates(t *testing.T) map[string]*template.Template {
	t.Helper()
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("there should be template.yaml and demo.yaml, and there is %q (%v)", files, err)
	}
	out := map[string]*template.Template{}
	for _, f := range files {
		out[f] = read(t, f)
	}
	return out
}

// none reports every fault.
func none(t *testing.T, faults []string) {
	t.Helper()
	for _, f := range faults {
		t.Error(f)
	}
}

// bites shows that a check finds what it is for: in each small template, the
// one fault that is named beside it, or none where that is empty.
func bites(t *testing.T, check func(*template.Template) []string, cases map[string]string) {
	t.Helper()
	for text, want := range cases {
		got := check(parsed(t, text))
		if want == "" && len(got) > 0 {
			t.Errorf("%s\nshould be well, but: %q", text, got)
		}
		if want != "" && !slices.ContainsFunc(got, func(f string) bool { return strings.Contains(f, want) }) {
			t.Errorf("%s\nshould be told %q, but: %q", text, want, got)
		}
	}
}

// differences says what only one of two sets has.
func differences(a, b []string, onlyA, onlyB string) (faults []string) {
	for _, x := range a {
		if !slices.Contains(b, x) {
			faults = append(faults, onlyA+" "+x)
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			faults = append(faults, onlyB+" "+x)
		}
	}
	return faults
}

// at gives what stands at the end of keys.
func at(v any, keys ...string) any {
	for _, k := range keys {
		v = template.Map(v)[k]
	}
	return v
}

// text is at, written as Fn::Sub would; "" for nothing.
func text(v any, keys ...string) string {
	if v = at(v, keys...); v == nil {
		return ""
	}
	return template.Text(v)
}
