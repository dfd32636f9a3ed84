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
		if p.path() == "internal/quarantine" && strings.Contains(i, ".") {
			return "the domain imports the standard library only"
		}
		return ""
	},
	func(p listed, i string) string {
		if p.path() == "internal/message" && strings.Contains(i, ".") && i != module+"/internal/quarantine" {
			return "messages are made of the domain and the standard library"
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
		if i == "github.com/aws/aws-sdk-go-v2/service/ec2" && !slices.Contains(ec2Importers, p.path()) && !isMain(p) {
			return "the EC2 client takes a minute to build: it is imported by its adapter, the account in memory and mains only"
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
		if strings.HasPrefix(p.path(), "functions/") && i == module+"/internal/simaws" {
			return "functions do not reach the account in memory"
		}
		return ""
	},
	func(p listed, i string) string {
		inside := strings.HasPrefix(i, module+"/") && !strings.HasPrefix(i, module+"/internal/asl")
		if strings.HasPrefix(p.path(), "internal/asl") && (inside || strings.HasPrefix(i, "github.com/aws/")) {
			return "the interpreter knows neither the domain nor AWS"
		}
		return ""
	},
	func(p listed, i string) string {
		if p.path() == "internal/simaws" && strings.HasPrefix(i, module+"/") && !strings.HasPrefix(i, module+"/internal/simaws/") {
			return "the account in memory knows nothing of this product"
		}
		return ""
	},
}

// lambdaImporters may import aws-lambda-go besides the functions' mains: the
// boundary, and the empty function that starts are measured by.
var lambdaImporters = []string{"internal/boundary/lambdaboundary", "internal/lambdatest/measure/empty"}

var ec2Importers = []string{"internal/ec2", "internal/ec2/ec2test", "internal/simaws", "cmd/quarantine"}

// adapters speak the domain's words above and one service's below.
var adapters = []string{"internal/cloudformation", "internal/ec2", "internal/ledger", "internal/s3", "internal/sfn", "internal/sns", "internal/slack", "internal/ssm", "internal/sts"}

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
	}
	// A rule about a package that is not there any more would hold for nothing.
	for _, needed := range append(slices.Clone(adapters), "internal/quarantine", "internal/asl", "internal/simaws", "internal/boundary",
		"internal/boundary/lambdaboundary",
		"functions/triage", "functions/isolate", "functions/forensics", "functions/notify", "functions/release", "functions/approval") {
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
