package quarantine

import (
	"context"
	"time"
)

// KeyUse is whose an access key is, and when and where IAM saw it last.
type KeyUse struct {
	User string `json:"user"` // "" is the account's root user
	// At is zero of a key that IAM has not seen since it keeps this: not "never used".
	At      time.Time `json:"at,omitzero"`
	Region  string    `json:"region,omitempty"`
	Service string    `json:"service,omitempty"`
}

// UserKey is an access key of a user.
type UserKey struct {
	ID        string    `json:"id"`
	Status    string    `json:"status"` // as IAM has it: Active, Inactive, ...
	CreatedAt time.Time `json:"createdAt,omitzero"`
}

// User is a user as IAM describes it.
type User struct {
	Name      string    `json:"name"`
	ID        string    `json:"id"`
	ARN       string    `json:"arn"`
	Path      string    `json:"path"`
	CreatedAt time.Time `json:"createdAt,omitzero"`
	// PasswordLastUsed is zero of a user whose password IAM has not seen, or who has none.
	PasswordLastUsed time.Time `json:"passwordLastUsed,omitzero"`
	Boundary         string    `json:"permissionsBoundary,omitempty"` // the ARN of a policy
}

// UserReader reads access keys and what their users may do. It changes nothing. Every method can
// fail with AccessDenied, Throttled or Unavailable and, where the user or group does not exist
// (any more), with ThingGone.
type UserReader interface {
	// KeyUse: AccessDenied or ThingGone says that IAM does not show the key, whatever the reason.
	KeyUse(ctx context.Context, r Resource, key string) (KeyUse, error)
	UserKeys(ctx context.Context, r Resource, user string) ([]UserKey, error)
	User(ctx context.Context, r Resource, user string) (User, error)
	UserTags(ctx context.Context, r Resource, user string) (map[string]string, error)
	// UserPolicies gives the names of the user's inline policies, and UserPolicy the document of
	// one, "" if there is none of that name, or no such user.
	UserPolicies(ctx context.Context, r Resource, user string) ([]string, error)
	UserPolicy(ctx context.Context, r Resource, user, policy string) (string, error)
	// AttachedUserPolicies gives the ARNs of managed policies.
	AttachedUserPolicies(ctx context.Context, r Resource, user string) ([]string, error)
	// UserGroups gives the names of the user's groups.
	UserGroups(ctx context.Context, r Resource, user string) ([]string, error)
	// GroupPolicies gives the names of a group's inline policies, and AttachedGroupPolicies the
	// ARNs of its managed ones.
	GroupPolicies(ctx context.Context, r Resource, group string) ([]string, error)
	AttachedGroupPolicies(ctx context.Context, r Resource, group string) ([]string, error)
}
