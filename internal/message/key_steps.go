package message

import (
	"github.com/ec2-quarantine/quarantine/internal/measure/accesskey"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// keySteps are those of a person about an accused key. What ends it depends on whose it is.
func (f facts) keySteps(k quarantine.AccusedKey) []line {
	r, userKey := f.Triage.Finding.KeyResource()
	switch {
	case userKey:
		m := accesskey.Info()
		known := []quarantine.Hold{{Measure: m.Name, Thing: accesskey.Thing(k.User, k.ID)}}
		return steps(
			f.byHand("", m.LookByHand(r, known)),
			f.byHand("If it is stolen, take it out of use.", m.ByHand(r, known)),
			[]line{say("Sessions that the key was used to get go on until they expire. Those of the user: deny the user everything while aws:TokenIssueTime is before now, which alone does not stop the key itself. Those of roles that were assumed with it: revoke them at the role.")},
		)
	case k.UserType == quarantine.UserTypeRoot:
		return steps(
			[]line{say("Nobody's permissions reach the root user. Sign in as root: make its access keys inactive, change the password and look at its MFA devices.")},
			[]line{say("Look at what else was done as root, in CloudTrail: new users, roles, keys and changes of the account.")},
		)
	case k.UserType == quarantine.UserTypeRole && k.User != "":
		return steps(
			[]line{say("See who may assume the role:"), f.aws("iam get-role", "--role-name", arg(k.User))},
			[]line{say("If its credentials are stolen, revoke the role's sessions in the IAM console. That hits everybody who works with the role now.")},
		)
	}
	return []line{say("Find in CloudTrail where these credentials came from: a session ends by itself, or is denied on the user or role that asked for it.")}
}
