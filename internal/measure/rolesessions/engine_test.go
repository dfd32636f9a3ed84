package rolesessions_test

import (
	"encoding/json"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/iamengine"
)

func TestAnEngineOfOthersDeniesTheInstanceEverywhereAndItsSiblingsNowhere(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.Incident(t, 1, o.one)
	o.Apply(t, o, c)
	policies := []json.RawMessage{json.RawMessage(iamengine.Administrator)}
	for _, document := range o.Policies("web") {
		policies = append(policies, json.RawMessage(document))
	}
	arn := func(instance string) string { return "arn:aws:ec2:eu-west-1:123456789012:instance/" + instance }
	const denied, allowed = iamengine.Denied, iamengine.Allowed
	var requests []iamengine.Request
	var what, want []string
	for name, of := range map[string]struct {
		session string
		keys    map[string]any
		want    string
	}{
		"the instance":                        {o.one, map[string]any{"ec2:SourceInstanceARN": arn(o.one)}, denied},
		"the instance, by its session alone":  {o.one, nil, denied},
		"the instance, by its ARN alone":      {"renamed", map[string]any{"ec2:SourceInstanceARN": arn(o.one)}, denied},
		"its sibling":                         {o.theirs, map[string]any{"ec2:SourceInstanceARN": arn(o.theirs)}, allowed},
		"one whose id begins like its":        {o.one + "0", map[string]any{"ec2:SourceInstanceARN": arn(o.one + "0")}, allowed},
		"a person who has the role":           {"alice", nil, allowed},
		"an instance with that id, elsewhere": {"other", map[string]any{"ec2:SourceInstanceARN": "arn:aws:ec2:us-east-1:123456789012:instance/" + o.one}, allowed},
	} {
		for action, resource := range iamengine.Everywhere {
			keys := map[string]any{"aws:userId": o.roleID + ":" + of.session}
			for key, value := range of.keys {
				keys[key] = value
			}
			requests = append(requests, iamengine.Request{
				Principal: "arn:aws:sts::123456789012:assumed-role/web/" + of.session, Action: action, Resource: resource,
				Account: "123456789012", Context: keys, Policies: policies,
			})
			what, want = append(what, name+", "+action), append(want, of.want)
		}
	}
	for n, got := range iamengine.Judged(t, requests) {
		if got != want[n] {
			t.Errorf("%s: %s, want %s", what[n], got, want[n])
		}
	}
	o.Undo(t, o, c)
	if left := o.Policies("web"); len(left) > 0 {
		t.Errorf("after the release the role has %v", left)
	}
}
