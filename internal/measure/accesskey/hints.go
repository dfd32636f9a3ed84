package accesskey

import (
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// hints: what GetAccessKeyLastUsed says of keys that it does not show is in the adapter.
var hints = map[string][]measure.Step{
	quarantine.AccessDenied: {{Say: "IAM answers the same for a key that does not exist (any more), for one of another account, and for one that " +
		"the function's role may not read or change. Look whether the key is there. If it is, look for what denies the action that the " +
		"error names: the role, a permissions boundary, or a service control policy."}},
	quarantine.ThingGone: {{Say: "The key is deleted, so that nothing is signed with it any more. Look in CloudTrail for who deleted it, and " +
		"whether its user has got another one."}},
	quarantine.NotSupported: {{Say: "The product cannot change this key, and the error says why. Nobody's permissions reach a key of the root " +
		"user: sign in as root, make it inactive there, change the password and look at the MFA devices."}},
	quarantine.Contended: {{Say: "Something else changes the same key at the same time. Find out what, and run this again."}},
	quarantine.NotVerified: {{Say: "The key was made inactive, but reading it back did not show it. Look at its status before anything else: " +
		"somebody may have made it active again."}},
}
