package identity

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// Trials are the group's reads, for a preflight: its changes have no DryRun.
func Trials(instances *ec2.Client, roles *iam.Client, t preflight.Targets) []preflight.Trial {
	r := t.Resource()
	role, user := []preflight.Thing{{What: "a role", ID: t.Role}}, []preflight.Thing{{What: "a user", ID: t.User}}
	return []preflight.Trial{
		preflight.DescribesInstance(instances, t),
		{Action: "iam:GetRole", On: role, Call: func(ctx context.Context) error {
			_, err := roles.Role(ctx, r, t.Role)
			return err
		}},
		{Action: "iam:GetRolePolicy", On: role, Call: func(ctx context.Context) error {
			_, err := roles.RolePolicy(ctx, r, t.Role, preflight.NoPolicy)
			return err
		}},
		{Action: "iam:GetUser", On: user, Call: func(ctx context.Context) error {
			_, err := roles.User(ctx, r, t.User)
			return err
		}},
		{Action: "iam:ListAccessKeys", On: user, Call: func(ctx context.Context) error {
			_, err := roles.UserKeys(ctx, r, t.User)
			return err
		}},
		{Action: "iam:GetUserPolicy", On: user, Call: func(ctx context.Context) error {
			_, err := roles.UserPolicy(ctx, r, t.User, preflight.NoPolicy)
			return err
		}},
	}
}
