package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// The checks of who else can undo a cut.
const (
	idInstanceRoles = "undo.instance-roles"
	idPrincipals    = "undo.principals"
	idFirewall      = "undo.firewall-manager"
)

// firewallManager is the role of Firewall Manager, whose policies of network ACLs put back what they
// find changed.
// https://docs.aws.amazon.com/waf/latest/developerguide/network-acl-policies.html
const firewallManager = "AWSServiceRoleForFMS"

// undoing names who may undo a cut, by a simple reading of policies: conditions, boundaries and the
// organization's policies may keep them from it.
func (n *reading) undoing(context.Context) []preflight.Check {
	if n.people.err != nil {
		return []preflight.Check{unread(preflight.Undoing, idPrincipals, n.Account, n.people.err)}
	}
	var roles, others []string
	firewall := false
	for _, p := range n.people.found {
		switch {
		case p.Name == firewallManager:
			firewall = true
		case strings.HasPrefix(p.Path, "/aws-service-role/") || slices.Contains(n.Stack.Roles, p.ARN) || !undoes(p.Policies):
		case trusts(p.Trust, "ec2.amazonaws.com"):
			roles = append(roles, p.Name)
		case p.User:
			others = append(others, "user "+p.Name)
		default:
			others = append(others, "role "+p.Name)
		}
	}
	all := []preflight.Check{n.instanceRoles(roles), n.principals(others), n.firewall(firewall)}
	if n.people.all {
		return all
	}
	return append(all, check(preflight.Undoing, "undo.read", n.Account, preflight.Unknown,
		fmt.Sprintf("Only the first %d users and roles were read; there are more.", len(n.people.found)), "Look at the others in IAM Access Analyzer."))
}

// undoes tells whether policies allow any of the calls that open what a cut closed.
func undoes(policies []string) bool {
	for _, operation := range register.Cut().UndoneBy {
		if allows(policies, "ec2:"+operation) {
			return true
		}
	}
	return false
}

const byReading = " Conditions, permissions boundaries and the organization's policies were not weighed."

func (n *reading) instanceRoles(names []string) preflight.Check {
	if len(names) == 0 {
		return check(preflight.Undoing, idInstanceRoles, n.Account, preflight.Green, "No role of instances may undo a cut.", "")
	}
	return check(preflight.Undoing, idInstanceRoles, n.Account, preflight.Yellow,
		fmt.Sprintf("%d roles of instances may undo a cut: %s. Whoever took their credentials from an instance can undo that instance's own cut from elsewhere.%s", len(names), first(names), byReading),
		"Take "+strings.Join(register.Cut().UndoneBy, ", ")+" from them, or see the measure role-sessions, which takes everything from a contained instance's credentials.")
}

func (n *reading) principals(names []string) preflight.Check {
	if len(names) == 0 {
		return check(preflight.Undoing, idPrincipals, n.Account, preflight.Green, "No other user or role may undo a cut."+byReading, "")
	}
	return check(preflight.Undoing, idPrincipals, n.Account, preflight.Green,
		fmt.Sprintf("%d users and roles may undo a cut: %s. The watch sees it within five minutes and cuts again.%s", len(names), first(names), byReading), "")
}

func (n *reading) firewall(there bool) preflight.Check {
	if !there {
		return check(preflight.Undoing, idFirewall, n.Account, preflight.Green, "Firewall Manager has no role in this account, so none of its policies undoes a cut.", "")
	}
	return check(preflight.Undoing, idFirewall, n.Account, preflight.Yellow,
		"Firewall Manager has a role in this account. Whether one of its policies puts network ACLs back is not read: that is the administrator's to see.",
		"Ask whoever administers Firewall Manager; have such a policy leave out what is under quarantine. Its policies: "+n.aws("fms", "list-policies"))
}
