package account

import (
	"encoding/json"
	"slices"
	"strings"
)

// document is a policy document of IAM's.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type document struct {
	Statement statements
}

type statement struct {
	Effect            string
	Action, NotAction texts
	Resource          texts
	Condition         json.RawMessage
	Principal         json.RawMessage
}

// statements are one or a list of them.
type statements []statement

func (s *statements) UnmarshalJSON(text []byte) error {
	var one statement
	if json.Unmarshal(text, &one) == nil {
		*s = statements{one}
		return nil
	}
	var all []statement
	err := json.Unmarshal(text, &all)
	*s = all
	return err
}

// texts are one or a list of them.
type texts []string

func (t *texts) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*t = texts{one}
		return nil
	}
	var all []string
	err := json.Unmarshal(text, &all)
	*t = all
	return err
}

// allows tells whether documents may allow an action on something: a statement allows it, whatever its
// resource and its condition are, and none denies it without condition on everything. A document that
// cannot be read allows nothing.
func allows(documents []string, action string) bool {
	allowed := false
	for _, text := range documents {
		var d document
		if json.Unmarshal([]byte(text), &d) != nil {
			continue
		}
		for _, s := range d.Statement {
			switch {
			case !s.about(action):
			case s.Effect == "Allow":
				allowed = true
			case s.Effect == "Deny" && len(s.Condition) == 0 && slices.Contains(s.Resource, "*"):
				return false
			}
		}
	}
	return allowed
}

// readable tells whether all documents could be read: of one that is not, it is not known what it allows.
func readable(documents []string) bool {
	return !slices.ContainsFunc(documents, func(text string) bool {
		var d document
		return json.Unmarshal([]byte(text), &d) != nil
	})
}

// about tells whether a statement is about an action.
func (s statement) about(action string) bool {
	named := func(pattern string) bool { return like(strings.ToLower(pattern), strings.ToLower(action)) }
	if len(s.NotAction) > 0 {
		return !slices.ContainsFunc(s.NotAction, named)
	}
	return slices.ContainsFunc(s.Action, named)
}

// like compares with a pattern, in which * stands for any text and ? for one character.
func like(pattern, text string) bool {
	star, at := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, at = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p, t = p+1, t+1
		case star >= 0:
			at++
			p, t = star+1, at
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// trusts tells whether a trust policy names a service.
func trusts(trust, service string) bool {
	var d document
	if json.Unmarshal([]byte(trust), &d) != nil {
		return false
	}
	return slices.ContainsFunc(d.Statement, func(s statement) bool {
		var by struct{ Service texts }
		return s.Effect == "Allow" && json.Unmarshal(s.Principal, &by) == nil && slices.Contains(by.Service, service)
	})
}
