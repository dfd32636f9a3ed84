package quarantine

import (
	"fmt"
	"maps"
	"slices"
)

// Exemptions say what must never be cut, whatever the score.
type Exemptions struct {
	Accounts []string `json:"accounts,omitempty"`
	VPCs     []string `json:"vpcs,omitempty"`
	Subnets  []string `json:"subnets,omitempty"`
	// Tags maps a tag's key to the value that exempts, or "*" for any value.
	Tags map[string]string `json:"tags,omitempty"`
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
