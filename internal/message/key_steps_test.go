package message

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A finding about a key names it, and says what ends it: that depends on whose it is.
func TestAKeyIsToldWithWhatEndsIt(t *testing.T) {
	t.Parallel()
	const long, short = "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"
	for name, c := range map[string]struct {
		key   quarantine.AccusedKey
		has   []string
		lacks string
	}{
		"a user's": {
			quarantine.AccusedKey{ID: long, User: "alice", UserType: "IAMUser"},
			[]string{"access key " + long + " of the user alice", "iam update-access-key", "--user-name alice --access-key-id " + long + " --status Inactive", "aws:TokenIssueTime"}, "root",
		},
		"a user's session": {
			quarantine.AccusedKey{ID: short, User: "alice", UserType: "IAMUser"},
			[]string{"access key " + short + " of the user alice", "Find in CloudTrail where these credentials came from"}, "update-access-key",
		},
		"root's": {
			quarantine.AccusedKey{ID: long, User: "Root", UserType: "Root"},
			[]string{"of the account's root user", "Sign in as root"}, "update-access-key",
		},
		"a role's": {
			quarantine.AccusedKey{ID: short, User: "deploy", UserType: "AssumedRole"},
			[]string{"of the role deploy", "iam get-role", "--role-name deploy", "revoke the role's sessions"}, "update-access-key",
		},
		"nobody's": {quarantine.AccusedKey{ID: short}, []string{"of an unknown principal", "CloudTrail"}, "update-access-key"},
	} {
		n := toldOnly(quarantine.ActionNotify)
		n.Triage.Resource, n.Triage.Resources, n.Triage.Finding.Instances = nil, nil, nil
		n.Triage.Finding.ResourceType, n.Triage.Finding.Key = quarantine.ResourceAccessKey, &c.key
		m := compose(t, n)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			says(t, m.Text, c.has, c.lacks, "EC2 instance that could be cut off")
			if !strings.Contains(m.Subject, c.key.String()) {
				t.Errorf("the subject is %q", m.Subject)
			}
		})
	}
}
