package quarantine

import "strings"

// AccusedKey is an access key, and whose it is, as a finding describes it. Any field can be
// empty: a sign-in to the console has no key.
type AccusedKey struct {
	ID string `json:"id,omitempty"`
	// User is the name of the user or, of a session, of its role.
	User string `json:"user,omitempty"`
	// UserType is the kind of principal as CloudTrail has it: one of the constants below, or another.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
	UserType    string `json:"userType,omitempty"`
	PrincipalID string `json:"principalId,omitempty"`
}

// Kinds of principals.
const (
	UserTypeIAM       = "IAMUser"
	UserTypeRoot      = "Root"
	UserTypeRole      = "AssumedRole"
	UserTypeFederated = "FederatedUser"
)

// LongTerm tells whether it is a user's own key, which works until somebody makes it inactive,
// and not one of a session, which ends by itself.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
func (k AccusedKey) LongTerm() bool {
	return k.UserType == UserTypeIAM && k.User != "" && strings.HasPrefix(k.ID, "AKIA")
}

// String names the key and whose it is, for people.
func (k AccusedKey) String() string {
	whose := map[string]string{
		UserTypeIAM: "user", UserTypeRole: "role", UserTypeFederated: "federated user",
	}[k.UserType]
	switch {
	case k.UserType == UserTypeRoot:
		whose = "the account's root user"
	case whose == "" && k.User == "":
		whose = "an unknown principal"
	case whose == "":
		whose = "the principal " + k.User
	case k.User == "":
		whose = "an unknown " + whose
	default:
		whose = "the " + whose + " " + k.User
	}
	if k.ID == "" {
		return whose
	}
	return "access key " + k.ID + " of " + whose
}
