package quarantine

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Exemptions say what must never be cut, whatever the score.
type Exemptions struct {
	Accounts []string `json:"accounts,omitempty"`
	VPCs     []string `json:"vpcs,omitempty"`
	Subnets  []string `json:"subnets,omitempty"`
	// Tags maps a tag's key to the value that exempts, or "*" for any value.
	Tags map[string]string `json:"tags,omitempty"`
	// Users are those whose keys stay as they are: names, and paths, which begin with a slash and
	// stand for all users below them.
	Users []string `json:"users,omitempty"`
}

// MatchUser says why a user is exempt, or "". Where the path is not known, pass "". IAM does not tell
// names of users apart by case.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
func (e Exemptions) MatchUser(name, path string) string {
	for _, u := range e.Users {
		switch {
		case strings.EqualFold(u, name):
			return fmt.Sprintf("the user %s is exempt", u)
		case strings.HasPrefix(u, "/") && strings.HasPrefix(path, u):
			return fmt.Sprintf("the user %s is exempt, as all below the path %s are", name, u)
		}
	}
	return ""
}

// Match says why something with these properties is exempt, or "".
// Triage asks it of the finding; isolate asks it again of the live instance,
// because tags and subnets in a finding can be stale.
func (e Exemptions) Match(accountID string, vpcs, subnets []string, tags map[string]string) string {
	if slices.Contains(e.Accounts, accountID) {
		return fmt.Sprintf("account %s is exempt", accountID)
	}
	for _, v := range vpcs {
		if slices.Contains(e.VPCs, v) {
			return fmt.Sprintf("VPC %s is exempt", v)
		}
	}
	for _, s := range subnets {
		if slices.Contains(e.Subnets, s) {
			return fmt.Sprintf("subnet %s is exempt", s)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(e.Tags)) {
		value, tagged := tags[key]
		if want := e.Tags[key]; tagged && (want == "*" || want == value) {
			return fmt.Sprintf("tag %s=%s is exempt", key, value)
		}
	}
	return ""
}
