package triage

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
	"github.com/goccy/go-yaml/ast"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// override is a rule that overrides the score's action if its condition is true.
type override struct {
	name, reason string
	action       quarantine.Action // "" leaves it as it is
	observes     bool
	condition    *vm.Program
}

var isRuleName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString

func (m mapping) overrides() []override {
	var out []override
	lines := map[string]int{}
	for i, node := range m.items("overrides") {
		s := m.d.mapping(fmt.Sprintf("overrides[%d]", i), node, "name", "reason", "when", "action", "mode")
		o := override{name: s.text("name"), reason: s.text("reason"), condition: s.condition()}
		s.checkName(o.name, lines)
		o.observes = s.observes()
		if _, there := s.values["action"]; !there && !o.observes {
			m.d.fault(s.line, "%s is missing", s.at("action"))
		}
		s.action("action", &o.action, "", actions...)
		out = append(out, o)
	}
	return out
}

// checkName requires unique names, because the verdict names the rule that decided.
func (m mapping) checkName(name string, lines map[string]int) {
	line := lineOf(m.values["name"])
	switch first, twice := lines[name]; {
	case name == "":
	case !isRuleName(name):
		m.d.fault(line, "%s should be lower-case words joined by hyphens, but is %.60q", m.at("name"), name)
	case twice:
		m.d.fault(line, "the override %s is there twice; the first is on line %d", name, first)
	default:
		lines[name] = line
	}
}

// condition compiles the rule's expression; faults are reported with their line in
// the policy.
func (m mapping) condition() *vm.Program {
	source := m.text("when")
	if strings.TrimSpace(source) == "" {
		return nil
	}
	program, err := compile(source)
	if err != nil {
		line, text := 1, err.Error()
		if at, ok := errors.AsType[*file.Error](err); ok {
			line, text = at.Line, at.Message
		}
		m.d.fault(lineIn(m.values["when"], line), "%s: %s", m.at("when"), inTheirWords(text))
	}
	return program
}

// inTheirWords names the finding as conditions do: the compiler names Go's type.
func inTheirWords(text string) string {
	return strings.NewReplacer("type triage.findingView", "finding", "triage.findingView", "finding").Replace(text)
}

// lineIn converts a line of a text to a line of the file. A block's text begins on the
// line after its marker; a folded block has no line breaks left to count.
func lineIn(node ast.Node, line int) int {
	block, ok := node.(*ast.LiteralNode)
	if !ok {
		return lineOf(node)
	}
	first := block.Start.Position.Line + 1
	if strings.HasPrefix(block.Start.Value, "|") {
		return first + max(line, 1) - 1
	}
	return first
}
