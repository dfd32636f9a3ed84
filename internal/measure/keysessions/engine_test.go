package keysessions_test

import (
	"encoding/json"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/iamengine"
)

// Everybody here is an administrator, but for what the measure puts.
func TestAnEngineOfOthersDeniesSessionsOfTheUserAndNothingElse(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.AddUser(account.User{Name: "bob"})
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	own := func(user string) []json.RawMessage {
		out := []json.RawMessage{json.RawMessage(iamengine.Administrator)}
		for name, policy := range o.UserPolicies(user) {
			if name != "own" {
				out = append(out, json.RawMessage(policy))
			}
		}
		return out
	}
	const alice, bob = "arn:aws:iam::123456789012:user/alice", "arn:aws:iam::123456789012:user/bob"
	issued := map[string]any{"aws:TokenIssueTime": "2026-03-04T12:00:00Z"}
	later := map[string]any{"aws:TokenIssueTime": "2099-01-01T00:00:00Z", "aws:MultiFactorAuthPresent": "true"}
	var requests []iamengine.Request
	var what, want []string
	for name, of := range map[string]struct {
		principal string
		keys      map[string]any
		policies  []json.RawMessage
		want      string
	}{
		"a session of the user":           {alice, issued, own("alice"), iamengine.Denied},
		"a later one, with MFA":           {alice, later, own("alice"), iamengine.Denied},
		"a federated session of the user": {"arn:aws:sts::123456789012:federated-user/x", issued, own("alice"), iamengine.Denied},
		"the user's long-term key":        {alice, map[string]any{}, own("alice"), iamengine.Allowed},
		"another user":                    {bob, map[string]any{}, own("bob"), iamengine.Allowed},
		"a session of another user":       {bob, issued, own("bob"), iamengine.Allowed},
		"a role that the key has assumed": {"arn:aws:sts::123456789012:assumed-role/web/alice", issued, own("bob"), iamengine.Allowed},
	} {
		for action, resource := range iamengine.Everywhere {
			requests = append(requests, iamengine.Request{
				Principal: of.principal, Action: action, Resource: resource, Account: "123456789012", Context: of.keys, Policies: of.policies,
			})
			what, want = append(what, name+", "+action), append(want, of.want)
		}
	}
	for n, got := range iamengine.Judged(t, requests) {
		if got != want[n] {
			t.Errorf("%s: %s, want %s", what[n], got, want[n])
		}
	}
}
