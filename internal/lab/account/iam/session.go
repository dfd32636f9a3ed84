package iam

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
)

// Session is what signs a request: credentials of a role that an instance was given, wherever they
// are used.
type Session struct{ Role, Instance string }

// statement is a statement of a policy, as far as it is understood here.
type statement struct {
	Effect    string
	Action    texts
	Condition map[string]map[string]texts
}

// texts are one text or several.
type texts []string

// UnmarshalJSON reads either form.
func (t *texts) UnmarshalJSON(from []byte) error {
	var one string
	if json.Unmarshal(from, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(from, (*[]string)(t))
}

// May tells whether the role's inline policies let a session do something to some resource, and
// which of them decides; "" where none speaks of it. A Deny wins. Of conditions, those about the
// instance and the session are understood; a statement with another one is taken not to apply.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (r *Roles) May(s Session, action string) (allowed bool, policy string) {
	r.service.Lock()
	defer r.service.Unlock()
	of := r.roles[s.Role]
	signed := map[string]string{
		"ec2:SourceInstanceARN": r.service.ARN("ec2", "instance/"+s.Instance),
		"aws:userId":            of.id + ":" + s.Instance,
	}
	for _, name := range slices.Sorted(maps.Keys(of.policies)) {
		var d struct{ Statement []statement }
		if json.Unmarshal([]byte(of.policies[name]), &d) != nil {
			continue
		}
		for _, is := range d.Statement {
			if !is.Action.match(action) || !is.applies(signed) {
				continue
			}
			if is.Effect == "Deny" {
				return false, name
			}
			allowed, policy = true, name
		}
	}
	return allowed, policy
}

func (t texts) match(value string) bool {
	return slices.ContainsFunc(t, func(pattern string) bool {
		if pattern == "*" {
			return true
		}
		is, err := path.Match(pattern, value)
		return is && err == nil
	})
}

func (s statement) applies(signed map[string]string) bool {
	for operator, keys := range s.Condition {
		for key, values := range keys {
			value, known := signed[key]
			if !known || operator != "ArnEquals" && operator != "StringLike" || !values.match(value) {
				return false
			}
		}
	}
	return true
}

// Granted is an action that an inline policy of the role allows, the first of them; "" if none does.
func (r *Roles) Granted(role string) string {
	r.service.Lock()
	defer r.service.Unlock()
	for _, name := range slices.Sorted(maps.Keys(r.roles[role].policies)) {
		var d struct{ Statement []statement }
		if json.Unmarshal([]byte(r.roles[role].policies[name]), &d) != nil {
			continue
		}
		for _, is := range d.Statement {
			if is.Effect == "Allow" && len(is.Action) > 0 {
				return is.Action[0]
			}
		}
	}
	return ""
}
