package infra_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/ec2-quarantine/quarantine"

// A program is the source of our own packages with its types. Of everybody
// else's packages it has the types alone, as the compiler wrote them down.
type program struct {
	units map[*types.Package]*unit
}

// A unit is a package of ours.
type unit struct {
	pkg   *types.Package
	files []*ast.File
	info  *types.Info
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles, Imports        []string
}

func inModule(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

// functionsCode is the code of functions/, read once for all tests.
var functionsCode = sync.OnceValues(func() (*program, error) { return load("..", "./functions/...") })

// code gives the code of functions/.
func code(t *testing.T) *program {
	t.Helper()
	p, err := functionsCode()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// load reads the packages of ours that the pattern names, and all that they import.
func load(dir, pattern string) (*program, error) {
	packages, err := list(dir, "-deps", pattern)
	if err != nil {
		return nil, err
	}
	packages = slices.DeleteFunc(packages, func(l listed) bool { return !inModule(l.ImportPath) })
	exports, err := exported(dir, packages)
	if err != nil {
		return nil, err
	}
	c := newChecker()
	c.theirs = importer.ForCompiler(c.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, l := range packages { // those that a package imports come before it
		sources := map[string]any{}
		for _, f := range l.GoFiles {
			sources[filepath.Join(l.Dir, f)] = nil
		}
		if err := c.add(l.ImportPath, sources); err != nil {
			return nil, err
		}
	}
	return c.p, nil
}

// exported are the files with the types of the packages that ours import. They
// are made by compiling, which has been done already where the tests are built.
func exported(dir string, packages []listed) (map[string]string, error) {
	arguments := []string{"-export", "-deps"}
	for _, l := range packages {
		for _, i := range l.Imports {
			if !inModule(i) && !slices.Contains(arguments, i) {
				arguments = append(arguments, i)
			}
		}
	}
	theirs, err := list(dir, arguments...)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, l := range theirs {
		out[l.ImportPath] = l.Export
	}
	return out, nil
}

func list(dir string, arguments ...string) (all []listed, err error) {
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,Export,GoFiles,Imports"}, arguments...)...)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
}

// A checker makes a program, package by package.
type checker struct {
	fset   *token.FileSet
	theirs types.Importer
	known  map[string]*types.Package
	p      *program
}

func newChecker() *checker {
	return &checker{fset: token.NewFileSet(), known: map[string]*types.Package{}, p: &program{units: map[*types.Package]*unit{}}}
}

// Import gives our packages as they were added, and the others from what the compiler wrote.
func (c *checker) Import(path string) (*types.Package, error) {
	if p, ok := c.known[path]; ok {
		return p, nil
	}
	return c.theirs.Import(path)
}

// add takes a package: its sources by file name, nil for what stands in the file.
func (c *checker) add(path string, sources map[string]any) error {
	u := &unit{info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{},
		Defs: map[*ast.Ident]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
	}}
	for name, source := range sources {
		f, err := parser.ParseFile(c.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		u.files = append(u.files, f)
	}
	pkg, err := (&types.Config{Importer: c}).Check(path, c.fset, u.files, u.info)
	if err != nil {
		return fmt.Errorf("the types of %s: %w", path, err)
	}
	u.pkg = pkg
	c.known[path] = pkg
	if inModule(path) {
		c.p.units[pkg] = u
	}
	return nil
}

// unit gives the package with the path below the module's.
func (p *program) unit(path string) *unit {
	for pkg, u := range p.units {
		if pkg.Path() == module+"/"+path {
			return u
		}
	}
	return nil
}
