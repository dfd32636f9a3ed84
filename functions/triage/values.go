package triage

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// number sets a whole number within bounds, if the key is present.
func (m mapping) number(key string, lowest, highest int, into *int) {
	node, there := m.values[key]
	if !there {
		return
	}
	n, ok := whole(node)
	if !ok || n < int64(lowest) || n > int64(highest) {
		want := fmt.Sprintf("a whole number from %d to %d", lowest, highest)
		if lowest == highest {
			want = strconv.Itoa(lowest)
		}
		m.d.wrong(m.at(key), node, want)
		return
	}
	*into = int(n)
}

// limit sets a limit, if the key is present: a whole number, or none. 0 is refused,
// because it could mean either no isolation or no limit.
func (m mapping) limit(key string, highest int, into *int) {
	node, there := m.values[key]
	if !there {
		return
	}
	if s, ok := textOf(node); ok && s == "none" {
		*into = 0
		return
	}
	n, ok := whole(node)
	if !ok || n < 1 || n > int64(highest) {
		m.d.wrong(m.at(key), node, fmt.Sprintf("a whole number from 1 to %d, or none for no limit", highest))
		return
	}
	*into = int(n)
}

// An event comes late by itself: GuardDuty publishes a finding again every six hours at
// most, and EventBridge delivers for 24 hours.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
const (
	shortestAge = 30 * time.Hour
	longestAge  = 365 * 24 * time.Hour
)

// age sets a duration in hours or days, if the key is present, or none for no limit.
func (m mapping) age(key string, into *time.Duration) {
	node, there := m.values[key]
	if !there {
		return
	}
	s, _ := textOf(node)
	if s == "none" {
		*into = 0
		return
	}
	d, err := quarantine.ParsePeriod(s)
	if err != nil || d < shortestAge || d > longestAge {
		m.d.wrong(m.at(key), node, "a time such as 48h or 7d, from 30h to 365d, or none")
		return
	}
	*into = d
}

// isOn reads on or off; otherwise is the value of a key that is not there.
func (m mapping) isOn(key string, otherwise bool) bool {
	node, there := m.values[key]
	if !there {
		return otherwise
	}
	switch s, _ := textOf(node); s {
	case "on":
		return true
	case "off":
		return false
	}
	m.d.wrong(m.at(key), node, "on or off")
	return otherwise
}

func whole(node ast.Node) (int64, bool) {
	i, ok := node.(*ast.IntegerNode)
	if !ok {
		return 0, false
	}
	switch n := i.Value.(type) {
	case int64:
		return n, true
	case uint64:
		return int64(n), n < 1<<62
	default:
		return 0, false
	}
}

// text returns a required, non-empty text.
func (m mapping) text(key string) string {
	node, there := m.values[key]
	if !there {
		m.d.fault(m.line, "%s is missing", m.at(key))
		return ""
	}
	s, ok := textOf(node)
	if !ok || strings.TrimSpace(s) == "" {
		m.d.wrong(m.at(key), node, "text")
	}
	return s
}

func textOf(node ast.Node) (string, bool) {
	switch node := node.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		return node.Value.Value, true
	default:
		return "", false
	}
}

// action sets one of the allowed actions, if the key is present.
func (m mapping) action(key string, into *quarantine.Action, hint string, allowed ...quarantine.Action) {
	node, there := m.values[key]
	if !there {
		return
	}
	s, _ := textOf(node)
	names := make([]string, len(allowed))
	for i, a := range allowed {
		if names[i] = string(a); names[i] == s {
			*into = a
			return
		}
	}
	m.d.wrong(m.at(key), node, "one of "+strings.Join(names, ", ")+hint)
}

// sub returns the mapping at a key, or an empty one if the key is absent.
func (m mapping) sub(key string, known ...string) mapping {
	node, there := m.values[key]
	if !there {
		return mapping{d: m.d, path: m.at(key), line: m.line}
	}
	return m.d.mapping(m.at(key), node, known...)
}

// items returns the nodes of the list at a key, if the key is present.
func (m mapping) items(key string) []ast.Node {
	node, there := m.values[key]
	if !there {
		return nil
	}
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		m.d.wrong(m.at(key), node, "a list")
		return nil
	}
	return list.Values
}

// ids returns a list of ids. YAML reads unquoted account ids as numbers, so ids are
// taken from the source text.
func (m mapping) ids(key, want string, valid func(string) bool) []string {
	var out []string
	for i, node := range m.items(key) {
		s, ok := textOf(node)
		if n, number := node.(*ast.IntegerNode); number {
			s, ok = n.GetToken().Value, true
		}
		if !ok || !valid(s) {
			m.d.wrong(fmt.Sprintf("%s[%d]", m.at(key), i), node, want)
			continue
		}
		out = append(out, s)
	}
	return out
}
