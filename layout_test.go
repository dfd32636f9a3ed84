// Package layout_test keeps the rules of who may import whom.
package layout_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ec2-quarantine/quarantine"

// listed is what go list says of a package.
type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// path is the import path inside the module.
func (p listed) path() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// A rule looks at one package and one import (direct, or of its dependencies)
// and says what is wrong with the two together, or "".
type rule func(p listed, imported string) string

var direct = []rule{
	func(p listed, i string) string {
		if slices.Contains([]string{"internal/quarantine", "internal/arn", "internal/command"}, p.path()) && strings.Contains(i, ".") {
			return "the domain, ARNs and commands import the standard library only"
		}
		return ""
	},
	func(p listed, i string) string {
		said := p.path() == "internal/message" || p.path() == "internal/kinds"
		if said && strings.Contains(i, ".") && i != module+"/internal/quarantine" && !isUnder(i, "internal/measure") && i != module+"/internal/kinds" && i != names && i != module+"/internal/command" {
			return "messages are made of the domain, the words of measures and kinds, commands, ARNs and the standard library"
		}
		return ""
	},
	func(p listed, i string) string {
		if p.path() == "internal/history" && strings.Contains(i, ".") && i != names {
			return "executions and events are plain types: they import ARNs and the standard library only"
		}
		return ""
	},
	func(p listed, i string) string {
		allowed := []string{module + "/internal/quarantine", module + "/internal/measure", names}
		if isUnder(module+"/"+p.path(), "internal/measure") && p.path() != "internal/measure/register" && strings.Contains(i, ".") && !slices.Contains(allowed, i) {
			return "a measure imports the domain, the protocol and ARNs alone, and declares its ports"
		}
		return ""
	},
	func(p listed, i string) string {
		if isHandler(p) && strings.HasPrefix(i, "github.com/aws/") {
			return "handlers import no SDK"
		}
		return ""
	},
	func(p listed, i string) string {
		if isHandler(p) && strings.HasPrefix(i, module+"/functions/") {
			return "handlers do not import each other"
		}
		return ""
	},
	func(p listed, i string) string {
		other, inside := strings.CutPrefix(i, module+"/")
		if inside && isAdapter(p.path()) && isAdapter(other) && !strings.HasPrefix(p.path(), other+"/") {
			return "adapters do not import each other"
		}
		return ""
	},
	func(p listed, i string) string {
		if i == sdkServices+"ec2" && !slices.Contains(ec2Importers, p.path()) && !isMain(p) {
			return "the EC2 client takes two minutes to build: its adapter, the account in memory and mains import it, nobody else"
		}
		return ""
	},
	func(p listed, i string) string {
		part, isPart := strings.CutPrefix(p.path(), memory+"/")
		other, isOther := strings.CutPrefix(i, module+"/"+memory)
		if part, _, _ = strings.Cut(part, "/"); !isPart || !isOther || part == "accounttest" {
			return ""
		}
		allowed := append([]string{"call"}, partsOf[part]...)
		if other = strings.TrimPrefix(other, "/"); part == "call" || !slices.Contains(allowed, other) && !isUnder(i, memory+"/"+part) {
			return "a part of the account in memory imports the way of calls and, where it is about the network, EC2: the account joins them"
		}
		return ""
	},
	func(p listed, i string) string {
		asks := isMain(p) || p.path() == "internal/local/wiring" || strings.HasPrefix(p.path(), "internal/lab/")
		if i == module+"/internal/aws/accounts" && !asks {
			return "mains and the wiring say which accounts are reached, and everybody else is told by a port"
		}
		return ""
	},
	func(p listed, i string) string {
		if strings.HasPrefix(i, module+"/tools/") && !strings.HasPrefix(p.path(), "tools/") {
			return "tools are programs for developers: the product does without them"
		}
		return ""
	},
}

var transitive = []rule{
	func(p listed, i string) string {
		if strings.HasPrefix(i, "github.com/aws/aws-lambda-go") && !slices.Contains(lambdaImporters, p.path()) && !isMain(p) {
			return "aws-lambda-go stands in functions/*/lambda and the boundary only: the laptop does without it"
		}
		return ""
	},
	func(p listed, i string) string {
		if strings.HasPrefix(p.path(), "functions/") && (isUnder(i, "internal/local") || isUnder(i, "internal/lab")) {
			return "nothing that is deployed imports what runs or proves the product on a laptop"
		}
		return ""
	},
	func(p listed, i string) string {
		if strings.HasPrefix(p.path(), "functions/") && isUnder(i, "internal/terminal") {
			return "what writes to terminals makes tables of characters' widths at every start: functions have no terminal"
		}
		return ""
	},
	func(p listed, i string) string {
		if strings.HasPrefix(p.path(), "internal/local/") && isUnder(i, "internal/lab") {
			return "internal/local serves real accounts, too: it never imports the lab"
		}
		return ""
	},
	func(p listed, i string) string {
		interpreter := strings.HasPrefix(p.path(), "internal/local/asl") || strings.HasPrefix(p.path(), "internal/local/jsonata")
		allowed := isUnder(i, "internal/local/asl") || isUnder(i, "internal/local/jsonata") || isUnder(i, "internal/history") || i == names
		if interpreter && (strings.HasPrefix(i, module+"/") && !allowed || strings.HasPrefix(i, "github.com/aws/")) {
			return "the interpreter knows neither the domain nor AWS"
		}
		return ""
	},
	func(p listed, i string) string {
		view := strings.HasPrefix(p.path(), "internal/history/")
		if view && (isUnder(i, "internal/local") || isUnder(i, "internal/lab") || isUnder(i, "internal/aws") || strings.HasPrefix(i, "github.com/aws/")) {
			return "a view shows executions from Step Functions and from a laptop alike: it knows neither"
		}
		return ""
	},
	func(p listed, i string) string {
		if slices.Contains(shows, p.path()) && (isUnder(i, "internal/local") || isUnder(i, "internal/lab")) {
			return "what people are shown is the same without a laptop: a page shows it, too"
		}
		return ""
	},
	func(p listed, i string) string {
		if isUnder(i, "internal/report") && (strings.HasPrefix(p.path(), "functions/") || strings.HasPrefix(p.path(), "internal/local/")) {
			return "a report is written by the command line: nothing that is deployed or interprets needs it"
		}
		return ""
	},
	func(p listed, i string) string {
		if strings.HasPrefix(i, "github.com/goccy/go-graphviz") && p.path() != "tools/graphlayout" {
			return "graphs are laid out when the definitions are made: the library runs code from the system's temporary directory as it starts"
		}
		return ""
	},
	func(p listed, i string) string {
		if isUnder(module+"/"+p.path(), memory) && strings.HasPrefix(i, module+"/") && !isUnder(i, memory) && i != names {
			return "the account in memory knows nothing of this product but how ARNs are written"
		}
		return ""
	},
	// Each SDK client adds to a function's start and to what its role may be
	// tempted to do: a main links the clients of its own powers.
	func(p listed, i string) string {
		service, isService := strings.CutPrefix(i, sdkServices)
		if !isService || !isMain(p) || strings.Contains(service, "/") || slices.Contains(credentialSources, service) {
			return ""
		}
		function := strings.Split(p.path(), "/")[1]
		if own := strings.TrimPrefix(p.path(), "functions/"); sdkClients[own] != nil {
			function = own // a group of measures that needs more than EC2
		}
		if slices.Contains(sdkClients[function], service) {
			return ""
		}
		return "its function links " + strings.Join(sdkClients[function], ", ") + " of the SDK's clients, and no other"
	},
}

const (
	sdkServices = "github.com/aws/aws-sdk-go-v2/service/"
	memory      = "internal/lab/account" // the account in memory, a package a service
	names       = module + "/internal/arn"
)

// partsOf are what parts of the account in memory are made of, besides calls.
var partsOf = map[string][]string{"reach": {"ec2"}, "load": {"ec2"}, "grow": {"ec2"}}

// sdkClients are the SDK's clients that each function's main may link.
var sdkClients = map[string][]string{
	"triage":    {"ssm"},
	"isolate":   {"ec2", "dynamodb", "autoscaling"}, // of an instance in a group it reads the group
	"forensics": {"ec2", "dynamodb", "sts", "iam"},  // evidence of an access key is what IAM has of it and its user
	"notify":    {"dynamodb", "eventbridge", "sns", "ssm"},
	"release":   {"ec2", "dynamodb"},
	"measures":  {"ec2", "dynamodb"},
	"watch":     {"ec2", "dynamodb", "autoscaling", "elasticloadbalancing", "elasticloadbalancingv2", "iam"},
	"approval":  {"dynamodb", "eventbridge", "sfn", "sns", "ssm"},
	"preflight": {"iam", "ec2", "autoscaling", "guardduty", "eventbridge", "sqs", "sns", "ssm", "cloudwatch", "servicequotas"}, // it reads all that a containment rests on

	"measures/lambda/identity": {"ec2", "dynamodb", "iam"},
	"measures/lambda/scaling":  {"ec2", "dynamodb", "autoscaling", "elasticloadbalancing", "elasticloadbalancingv2"},
}

// credentialSources come with the SDK's config package, which reads credentials.
var credentialSources = []string{"signin", "sso", "ssooidc", "sts"}

// isUnder tells whether an import is of that folder of the module.
func isUnder(imported, folder string) bool {
	return imported == module+"/"+folder || strings.HasPrefix(imported, module+"/"+folder+"/")
}

// lambdaImporters may import aws-lambda-go besides the functions' mains: the
// boundary, and the empty function that starts are measured by.
var lambdaImporters = []string{"internal/boundary/lambdaboundary", "tools/coldstart/empty"}

var ec2Importers = []string{"internal/aws/ec2", "internal/aws/ec2/ec2test", "internal/aws/slim", "internal/lab/account/ec2", "cmd/quarantine"}

// adapters speak the domain's words above and one service's below.
var adapters = []string{"internal/aws/autoscaling", "internal/aws/cloudformation", "internal/aws/cloudwatch", "internal/aws/ec2", "internal/aws/elb", "internal/aws/elbv2", "internal/aws/eventbridge", "internal/aws/guardduty", "internal/aws/iam", "internal/ledger", "internal/aws/s3", "internal/aws/servicequotas", "internal/aws/sfn", "internal/aws/sns", "internal/aws/sqs",
	"internal/slack", "internal/aws/ssm", "internal/aws/sts"}

// shows are the rooms that print for people, besides the views of a history.
var shows = []string{"internal/oncall", "internal/terminal", "internal/headline", "internal/report", "internal/report/graph"}

func isAdapter(path string) bool { return slices.Contains(adapters, path) }

func isHandler(p listed) bool {
	parts := strings.Split(p.path(), "/")
	return len(parts) == 2 && parts[0] == "functions"
}

// isMain tells a function's main, below its handler, and what belongs to it alone.
func isMain(p listed) bool {
	parts := strings.Split(p.path(), "/")
	return len(parts) >= 3 && parts[0] == "functions" && parts[2] == "lambda"
}

func TestNobodyImportsWhatTheyMustNot(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		seen[p.path()] = true
		check(t, p, direct, p.Imports)
		check(t, p, transitive, p.Deps)
	}
	for path := range seen {
		if strings.HasPrefix(path, "functions/") && strings.Count(path, "/") == 1 && !seen[path+"/lambda"] {
			t.Errorf("%s has no main: %s/lambda", path, path)
		}
		if function, isMain := strings.CutSuffix(path, "/lambda"); isMain && sdkClients[strings.TrimPrefix(function, "functions/")] == nil {
			t.Errorf("%s: say in sdkClients which of the SDK's clients it links", path)
		}
	}
	// A rule about a package that is not there any more would hold for nothing.
	for _, needed := range slices.Concat(adapters, shows, []string{"internal/quarantine", "internal/arn", "internal/local/asl", "internal/lab/account", "internal/lab/account/call",
		"internal/lab/account/ec2", "internal/boundary",
		"internal/history", "internal/history/story", "internal/history/timeline", "internal/history/table",
		"internal/boundary/lambdaboundary",
		"functions/triage", "functions/isolate", "functions/forensics", "functions/notify", "functions/release", "functions/measures", "functions/watch", "functions/approval"}) {
		if !seen[needed] {
			t.Errorf("%s is missing: the rules of this test speak of it", needed)
		}
	}
}

func check(t *testing.T, p listed, rules []rule, imports []string) {
	t.Helper()
	for _, imported := range imports {
		for _, r := range rules {
			if why := r(p, imported); why != "" {
				t.Errorf("%s imports %s: %s", p.path(), imported, why)
			}
		}
	}
}

// packages are the module's packages, without their tests.
func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Deps", "./...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
