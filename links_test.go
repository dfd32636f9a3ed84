package layout_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	fence      = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	span       = regexp.MustCompile("`[^`\n]*`")
	inlineLink = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	definition = regexp.MustCompile(`(?m)^\[([^\]]+)\]: (\S+)$`)
	byLabel    = regexp.MustCompile(`\]\[([^\]]+)\]`)
	title      = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

func TestEveryLinkInTheDocumentsLeadsSomewhere(t *testing.T) {
	t.Parallel()
	texts, found := documents(t), 0
	for file, text := range texts {
		text = span.ReplaceAllString(fence.ReplaceAllString(text, ""), "")
		for _, to := range links(text) {
			found++
			if fault := linkFault(texts, file, to); fault != "" {
				t.Errorf("%s links to %s: %s", file, to, fault)
			}
		}
		labels := definition.FindAllStringSubmatch(text, -1)
		for _, use := range byLabel.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(text, "\n["+use[1]+"]: ") {
				t.Errorf("%s has no address for [%s]", file, use[1])
			}
		}
		for _, label := range labels {
			if !strings.Contains(text, "]["+label[1]+"]") {
				t.Errorf("%s does not use [%s]", file, label[1])
			}
		}
	}
	if found < 200 {
		t.Errorf("%d links were found: this test tests nothing", found)
	}
}

func links(text string) (to []string) {
	for _, m := range inlineLink.FindAllStringSubmatch(text, -1) {
		to = append(to, m[1])
	}
	for _, m := range definition.FindAllStringSubmatch(text, -1) {
		to = append(to, m[2])
	}
	return to
}

// linkFault is why a link of a file leads nowhere, or "". Addresses of other sites are not asked for.
func linkFault(texts map[string]string, file, to string) string {
	if strings.HasPrefix(to, "https://") {
		return ""
	}
	name, fragment, _ := strings.Cut(to, "#")
	target := file
	if name != "" {
		target = filepath.Join(filepath.Dir(file), name)
	}
	if _, err := os.Stat(target); err != nil {
		return err.Error()
	}
	if fragment != "" && !anchors(texts[target])[fragment] {
		return "there is no heading for it"
	}
	return ""
}

// anchors are what GitHub makes of a document's headings.
func anchors(text string) map[string]bool {
	all := map[string]bool{}
	for _, m := range title.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		all[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])] = true
	}
	return all
}

func TestALinkThatLeadsNowhereIsFound(t *testing.T) {
	t.Parallel()
	texts := map[string]string{"README.md": "# A thing\n\n```\n# no heading\n```\n## What it does, and `how`?\n", "docs/deploy.md": "## Two commands\n"}
	for _, c := range []struct {
		file, to string
		leads    bool
	}{
		{"README.md", "#a-thing", true},
		{"README.md", "#what-it-does-and-how", true},
		{"README.md", "#no-heading", false},
		{"README.md", "docs/deploy.md#two-commands", true},
		{"README.md", "docs/deploy.md#three-commands", false},
		{"README.md", "docs/nothing.md", false},
		{"docs/deploy.md", "../README.md#a-thing", true},
		{"docs/deploy.md", "README.md#a-thing", false},
		{"docs/deploy.md", "../infra/template.yaml", true},
		{"docs/deploy.md", "https://example.com", true},
	} {
		if fault := linkFault(texts, c.file, c.to); (fault == "") != c.leads {
			t.Errorf("%s links to %s: %q", c.file, c.to, fault)
		}
	}
}

func TestTheREADMEIsShort(t *testing.T) {
	t.Parallel()
	if lines := strings.Count(documents(t)["README.md"], "\n"); lines > 150 {
		t.Errorf("README.md has %d lines, and 150 are the most: a page of docs can have the rest", lines)
	}
}

func TestTheIndexHasEveryPage(t *testing.T) {
	t.Parallel()
	texts := documents(t)
	for file := range texts {
		name := filepath.Base(file)
		if strings.HasPrefix(file, "docs/") && name != "README.md" && !strings.Contains(texts["docs/README.md"], "["+name+"]("+name+")") {
			t.Errorf("docs/README.md does not list %s", name)
		}
	}
}
