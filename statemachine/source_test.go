package statemachine_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/tools/definitions/generate"
)

func TestTheDefinitionsAreWhatTheirSourcesSay(t *testing.T) {
	t.Parallel()
	made, err := generate.Definitions(os.DirFS("source"), register.Grouped())
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != len(definitions) {
		t.Errorf("%d definitions have sources, and %d are deployed", len(made), len(definitions))
	}
	for name, deployed := range definitions {
		if string(made[name]) != string(deployed) {
			t.Errorf("%s is not what its source makes: go tool task definitions", name)
		}
	}
}

// long is the length from which on a text is written once. What is shorter, such
// as an error's name, is easier to read where it is used. So is a Resource.
const long = 46

func TestEachLongTextStandsOnceInTheSources(t *testing.T) {
	t.Parallel()
	where := map[string]string{}
	texts := 0
	eachNode(t, func(file string, n ast.Node) {
		written, isText := n.(*ast.StringNode)
		if !isText || len(written.Value) < long || strings.HasPrefix(written.Value, "arn:") {
			return
		}
		text := written.Value
		texts++
		if before := where[text]; before != "" {
			t.Errorf("%q stands in %s and in %s: give it an anchor", text, before, file)
		}
		where[text] = file
	})
	if texts < 50 {
		t.Errorf("only %d long texts were found", texts)
	}
}

func TestEachAnchorAndPieceIsUsed(t *testing.T) {
	t.Parallel()
	anchors, aliases, all := map[string]bool{}, map[string]bool{}, ""
	eachNode(t, func(_ string, n ast.Node) {
		switch n := n.(type) {
		case *ast.AnchorNode:
			if name := n.Name.String(); anchors[name] {
				t.Errorf("the anchor %s stands twice", name)
			} else {
				anchors[name] = true
			}
		case *ast.AliasNode:
			aliases[n.Value.String()] = true
		case *ast.StringNode:
			all += n.Value
		}
	})
	for name := range anchors {
		if !aliases[name] {
			t.Errorf("nothing uses the anchor %s", name)
		}
	}
	pieces, err := generate.Pieces(os.DirFS("source"))
	if err != nil || len(anchors) < 20 || len(pieces) == 0 {
		t.Errorf("%d anchors, %d pieces: %v", len(anchors), len(pieces), err)
	}
	for name := range pieces {
		if uses := strings.Count(all, "@{"+name+"}"); uses < 2 {
			t.Errorf("the piece %s is used %d times", name, uses)
		}
	}
}

func TestEveryRetryIsOneOfTheGroups(t *testing.T) {
	t.Parallel()
	group, retries := regexp.MustCompile(`^\*retry-[a-z]+$`), 0
	eachNode(t, func(file string, n ast.Node) {
		if field, is := n.(*ast.MappingValueNode); is && field.Key.String() == "Retry" {
			if retries++; !group.MatchString(field.Value.String()) {
				t.Errorf("%s has a Retry of its own: %s", file, field.Value)
			}
		}
	})
	if retries < 30 {
		t.Errorf("only %d retries were found", retries)
	}
}

// eachNode visits every node of every source.
func eachNode(t *testing.T, visit func(file string, n ast.Node)) {
	t.Helper()
	files, err := fs.Glob(os.DirFS("source"), "*/*.yaml")
	if err != nil || len(files) < 20 {
		t.Fatalf("the sources are %q: %v", files, err)
	}
	for _, name := range append(files, "pieces.yaml") {
		parsed, err := parser.ParseFile("source/"+name, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Docs {
			ast.Walk(visitor(func(n ast.Node) { visit(name, n) }), d.Body)
		}
	}
}

type visitor func(ast.Node)

func (v visitor) Visit(n ast.Node) ast.Visitor { v(n); return v }
