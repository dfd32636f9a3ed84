package triage_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
)

// The page of every key is made of the default policy, whose comments are the documentation.
func TestTheDocumentHasEveryKeyOfThePolicy(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("policy.default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	keys := policyKeys(string(src))
	golden.Section(t, "../../docs/policy.md", "<!-- keys: go test ./functions/triage -run Document -update -->\n", "<!-- end of keys -->", policyPage(keys))
	var names []string
	for _, k := range keys {
		names = append(names, k.path)
	}
	for _, known := range knownKeys(t) {
		list, key, of := strings.Cut(known, "[].")
		at := slices.Index(names, list)
		if at < 0 || of && !strings.Contains(keys[at].text, key) {
			t.Errorf("docs/policy.md does not have %s: give it a comment in policy.default.yaml", known)
		}
	}
}

// policyKey is a key of the policy as the file documents it.
type policyKey struct {
	path  string
	value string // by default; "" of a mapping
	unset bool   // the default policy leaves it out, and shows it in a comment
	text  string
}

var (
	keyLine   = regexp.MustCompile(`^( *)([A-Za-z-]+):(?: (.*))?$`)
	unsetLine = regexp.MustCompile(`^( *)# ([a-z]+): ?(.*)$`)
)

// policyKeys reads the file line by line: the comment above a key is about it.
func policyKeys(src string) (keys []policyKey) {
	var above []string
	var path []string
	for line := range strings.Lines(src) {
		line = strings.TrimRight(line, "\n")
		if depth := len(line) - len(strings.TrimLeft(line, " ")); depth/2 > len(path) {
			continue // within a list, whose entries the comment above it tells
		}
		unset := unsetLine.FindStringSubmatch(line)
		key := keyLine.FindStringSubmatch(line)
		switch {
		case unset != nil && unset[2] == "approve":
			keys = append(keys, policyKey{strings.Join(append(path[:len(unset[1])/2:len(unset[1])/2], unset[2]), "."), unset[3], true, text(above)})
			above = nil
		case key != nil:
			path = append(path[:len(key[1])/2:len(key[1])/2], key[2])
			keys = append(keys, policyKey{strings.Join(path, "."), key[3], false, text(above)})
			above = nil
		case strings.TrimSpace(line) == "":
			above = nil
		default:
			if comment, is := strings.CutPrefix(strings.TrimSpace(line), "#"); is {
				above = append(above, strings.TrimPrefix(comment, " "))
			}
		}
	}
	return keys
}

var entryLine = regexp.MustCompile(`^  ([a-z]+) +(.*)`)

// text joins the lines of a comment. A word that is indented and its meaning are an entry of a list.
func text(lines []string) string {
	out, inList := "", false
	for _, line := range lines {
		entry := entryLine.FindStringSubmatch(line)
		switch {
		case entry != nil:
			out += "\n- " + entry[1] + ": " + entry[2]
			inList = true
		case inList && !strings.HasPrefix(line, "  "):
			out += "\n\n" + line
			inList = false
		default:
			out += " " + strings.TrimSpace(line)
		}
	}
	return strings.TrimSpace(out)
}

// policyPage has a section for each key of the top, and a table of what is below it.
func policyPage(keys []policyKey) string {
	var out strings.Builder
	table := false
	for _, k := range keys {
		if !strings.Contains(k.path, ".") {
			fmt.Fprintf(&out, "\n## %s\n\n%s\n", k.path, escaped(k.text))
			if k.value != "" {
				fmt.Fprintf(&out, "\nDefault: `%s`\n", k.value)
			}
			table = false
			continue
		}
		if !table {
			out.WriteString("\n| key | default | what it does |\n|---|---|---|\n")
			table = true
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", k.path, k.byDefault(), strings.ReplaceAll(escaped(k.text), "|", `\|`))
	}
	return out.String() + "\n"
}

func (k policyKey) byDefault() string {
	switch {
	case k.unset:
		return "not set"
	case k.value == "":
		return ""
	default:
		return "`" + k.value + "`"
	}
}

// escaped keeps what Markdown would read as its own.
func escaped(s string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`, "_", `\_`).Replace(s)
}

// knownKeys are all that the policy's parser knows, by what it says of one that it does not know;
// those of a list's entries are list[].key.
func knownKeys(t *testing.T) (all []string) {
	t.Helper()
	known := regexp.MustCompile(`known here: (.*)`)
	var ask func(path []string)
	ask = func(path []string) {
		for _, entry := range []string{"", "- "} {
			_, err := triage.ParsePolicy([]byte("version: 1\n" + nested(path, entry)))
			if err == nil {
				t.Fatalf("a key of %v that nobody knows is accepted", path)
			}
			listed := known.FindStringSubmatch(err.Error())
			if listed == nil {
				continue // not of this shape, or a mapping whose keys are the user's own
			}
			for name := range strings.SplitSeq(listed[1], ", ") {
				below := append(slices.Clone(path), name)
				if all = append(all, strings.Join(below, ".")); entry != "" {
					all[len(all)-1] = strings.Join(path, ".") + "[]." + name
					continue
				}
				ask(below)
			}
			return
		}
	}
	ask(nil)
	return all
}

// nested is a mapping below a path, or a list of one where entry says so, with a key that nobody
// knows.
func nested(path []string, entry string) string {
	out := ""
	for i, name := range path {
		out += strings.Repeat("  ", i) + name + ":\n"
	}
	return out + strings.Repeat("  ", len(path)) + entry + "unheard-of: 1\n"
}
