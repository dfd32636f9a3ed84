package simulate

import (
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/iam"
)

// Credential says whether somebody who has taken an instance's credentials could use them, wherever
// that is, at the moments of a [Probe].
type Credential struct {
	Instance string            `json:"instance"`
	Role     string            `json:"role"`
	Action   string            `json:"action"`  // one that the role is allowed
	Answers  map[string]string `json:"answers"` // allowed or denied, by the moment's name
	Policy   string            `json:"policy"`  // the role's policy that denied it, "" if none did
}

// phaseNames are the moments' names.
var phaseNames = [phases]string{before: "before", afterCut: "afterCut", contained: "contained", narrowed: "narrowed", after: "after"}

// credentials are the answers about the instances whose roles allow something by a policy that the
// account knows.
type credentials []*Credential

func newCredentials(a *account.Account) (out credentials) {
	roles := a.InstanceRoles()
	for _, instance := range slices.Sorted(maps.Keys(roles)) {
		if action := a.Granted(roles[instance]); action != "" {
			out = append(out, &Credential{Instance: instance, Role: roles[instance], Action: action, Answers: map[string]string{}})
		}
	}
	return out
}

// ask tries each.
func (all credentials) ask(a *account.Account, at phase) {
	for _, c := range all {
		allowed, by := a.May(iam.Session{Role: c.Role, Instance: c.Instance}, c.Action)
		c.Answers[phaseNames[at]] = Allowed
		if !allowed {
			c.Answers[phaseNames[at]], c.Policy = Denied, by
		}
	}
}
