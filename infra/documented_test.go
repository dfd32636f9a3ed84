package infra_test

import (
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// An action stands in a comment as IAM writes it.
	anAction = regexp.MustCompile(`\b[a-z0-9-]+:[A-Z][A-Za-z]+\b`)
	// A handler that does what another does refers to it.
	another = regexp.MustCompile(`\[([A-Z][A-Za-z]*)\]`)
)

// documented are the actions that the doc comment of a type lists in its
// paragraph "IAM actions:", with those of the types that it refers to there.
// It is false where there is no such paragraph.
func documented(u *unit, name string) ([]string, bool) {
	_, rest, ok := strings.Cut(docOf(u, name), "IAM actions:")
	if !ok {
		return nil, false
	}
	paragraph, _, _ := strings.Cut(rest, "\n\n")
	all := map[string]bool{}
	for _, a := range anAction.FindAllString(paragraph, -1) {
		all[a] = true
	}
	for _, m := range another.FindAllStringSubmatch(paragraph, -1) {
		theirs, _ := documented(u, m[1])
		for _, a := range theirs {
			all[a] = true
		}
	}
	return slices.Sorted(maps.Keys(all)), true
}

func docOf(u *unit, name string) string {
	for _, f := range u.files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				if t, ok := s.(*ast.TypeSpec); ok && t.Name.Name == name {
					return g.Doc.Text()
				}
			}
		}
	}
	return ""
}

func TestDocumentedActionsAreThoseOfTheParagraph(t *testing.T) {
	t.Parallel()
	p := sources(t, map[string]string{"functions/x": `package x

// A does it.
//
// IAM actions: ec2:CreateTags, and those of [B]; kms:Decrypt on the key, see
// https://docs.aws.amazon.com/x.
//
// It does not need ec2:DeleteTags.
type A struct{}

// B is another. IAM actions: dynamodb:PutItem.
type B struct{}

// C is silent.
type C struct{}
`})
	u := p.unit("functions/x")
	got, ok := documented(u, "A")
	if want := []string{"dynamodb:PutItem", "ec2:CreateTags", "kms:Decrypt"}; !ok || !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if _, ok := documented(u, "C"); ok {
		t.Error("C documents nothing")
	}
}
