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

// KeyResource is the accused key as a resource, and whether it is one: a user's own key. IAM has no
// Regions, and a key is used in all of them; so that findings of every Region are about one and the
// same resource, its Region is the one from which IAM is run in the partition.
func (f Finding) KeyResource() (Resource, bool) {
	if f.Key == nil || !f.Key.LongTerm() {
		return Resource{}, false
	}
	return Resource{Kind: KindAccessKey, AccountID: f.AccountID, Region: regionOfIAM(f.Region), ID: f.Key.ID}, true
}

// regionsOfIAM are the Regions from which IAM is run, by how the Regions of a partition begin.
// https://docs.aws.amazon.com/general/latest/gr/iam-service.html
var regionsOfIAM = map[string]string{
	"cn-": "cn-north-1", "us-gov-": "us-gov-west-1", "eusc-": "eusc-de-east-1",
	"us-iso-": "us-iso-east-1", "us-isob-": "us-isob-east-1", "eu-isoe-": "eu-isoe-west-1", "us-isof-": "us-isof-south-1",
}

func regionOfIAM(of string) string {
	for begin, region := range regionsOfIAM {
		if strings.HasPrefix(of, begin) {
			return region
		}
	}
	return "us-east-1"
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
