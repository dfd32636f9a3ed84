package rolesessions

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// policyDocument is a policy as it is written.
type policyDocument struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid, Effect, Action, Resource string
	Condition                     map[string]map[string]string
}

// document denies everything to the instance's sessions, in two ways that each suffice: by the
// instance that the credentials were issued to, which is in the context of every request that is
// signed with them, and by the session, whose name is the instance's id.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-ec2-sourceinstancearn
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-infotouse
func (t thing) document(instanceARN string) string {
	deny := func(sid, operator, key, value string) statement {
		return statement{sid, "Deny", "*", "*", map[string]map[string]string{operator: {key: value}}}
	}
	text, err := json.Marshal(policyDocument{"2012-10-17", []statement{
		deny("QuarantinedInstance", "ArnEquals", "ec2:SourceInstanceARN", instanceARN),
		deny("QuarantinedSession", "StringLike", "aws:userId", t.roleID+":"+t.instance),
	}})
	if err != nil {
		panic(err) // it is made of texts alone
	}
	return string(text)
}

// equal tells whether two documents say the same: whatever the order of statements and of values,
// white space, the names of statements, and whether a list of one is a list.
func equal(a, b string) bool {
	one, two := canonical(a), canonical(b)
	return one != nil && bytes.Equal(one, two)
}

// canonical is a document in the one way of all that say the same; nil if it is no JSON.
func canonical(document string) []byte {
	var d map[string]any
	if json.Unmarshal([]byte(document), &d) != nil {
		return nil
	}
	delete(d, "Id")
	if one, single := d["Statement"].(map[string]any); single {
		d["Statement"] = []any{one}
	}
	statements, _ := d["Statement"].([]any)
	for _, s := range statements {
		if fields, is := s.(map[string]any); is {
			delete(fields, "Sid")
		}
	}
	text, err := json.Marshal(sorted(d))
	if err != nil {
		return nil
	}
	return text
}

// sorted has every list in one order, and in place of a list of one what is in it.
func sorted(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Collect(maps.Keys(v)) {
			v[key] = sorted(v[key])
		}
	case []any:
		if len(v) == 1 {
			return sorted(v[0])
		}
		for n := range v {
			v[n] = sorted(v[n])
		}
		slices.SortFunc(v, func(a, b any) int { return bytes.Compare(text(a), text(b)) })
	}
	return v
}

func text(v any) []byte {
	out, _ := json.Marshal(v) // of what was read as JSON
	return out
}
