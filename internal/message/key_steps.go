package message

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// keySteps are those of a person about an accused key. What ends it depends on whose it is.
func (f facts) keySteps(k quarantine.AccusedKey) []line {
	switch {
	case k.LongTerm():
		return steps(
			[]line{
				say("See whether the key works, and when it was used last:"),
				f.aws("iam list-access-keys", "--user-name", arg(k.User)),
				f.aws("iam get-access-key-last-used", "--access-key-id", arg(k.ID)),
			},
			[]line{
				say("If it is stolen, make it inactive, which can be undone; what works with it stops:"),
				f.aws("iam update-access-key", "--user-name", arg(k.User), "--access-key-id", arg(k.ID), "--status", "Inactive"),
			},
			[]line{say("Sessions that the key was used to get go on until they expire: deny the user everything while aws:TokenIssueTime is before now. That alone does not stop the key itself.")},
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
