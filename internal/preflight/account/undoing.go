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
	idRead          = "undo.read"
)

// firewallManager is the role of Firewall Manager, whose policies of network ACLs put back what they
// find changed.
// https://docs.aws.amazon.com/waf/latest/developerguide/network-acl-policies.html
const firewallManager = "AWSServiceRoleForFMS"

// undoing names who may undo a cut, by a simple reading of policies: conditions, boundaries and the
// organization's policies may keep them from it. That nobody may is said where all was read.
func (n *reading) undoing(context.Context) []preflight.Check {
	if n.people.err != nil {
		return []preflight.Check{unread(preflight.Undoing, idPrincipals, n.Account, n.people.err)}
	}
	var roles, others, unclear []string
	firewall := false
	for _, p := range n.people.found {
		called := "role " + p.Name
		if p.User {
			called = "user " + p.Name
		}
		if p.Name == firewallManager {
			firewall = true
		}
		if p.Name == firewallManager || strings.HasPrefix(p.Path, "/aws-service-role/") || slices.Contains(n.Stack.Roles, p.ARN) {
			continue
		}
		switch {
		case !undoes(p.Policies) && readable(p.Policies):
		case !undoes(p.Policies):
			unclear = append(unclear, called)
		case trusts(p.Trust, "ec2.amazonaws.com"):
			roles = append(roles, p.Name)
		default:
			others = append(others, called)
		}
	}
	sure := n.people.all && len(unclear) == 0
	all := []preflight.Check{n.instanceRoles(roles, sure), n.principals(others, sure), n.firewall(firewall)}
	if sure {
		return all
	}
	return append(all, n.unread(unclear))
}

// unread says whose policies were not read, or not understood.
func (n *reading) unread(unclear []string) preflight.Check {
	var found, remedy []string
	if !n.people.all {
		found = append(found, fmt.Sprintf("Only the first %d users and roles were read; there are more.", len(n.people.found)))
		remedy = append(remedy, "Look at the others in IAM Access Analyzer.")
	}
	if len(unclear) > 0 {
		found = append(found, fmt.Sprintf("%d users and roles have a policy that is not understood: %s.", len(unclear), first(unclear)))
		remedy = append(remedy, "Look at these policies in IAM.")
	}
	return check(preflight.Undoing, idRead, n.Account, preflight.Unknown, strings.Join(found, " "), strings.Join(remedy, " "))
}

// partly is a check of what nobody is known to be, where not everything could be read.
func (n *reading) partly(id string) preflight.Check {
	return check(preflight.Undoing, id, n.Account, preflight.Unknown, "None of those whose policies were read; not all of them were.", "See what is said of the others.")
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

func (n *reading) instanceRoles(names []string, sure bool) preflight.Check {
	if len(names) == 0 && !sure {
		return n.partly(idInstanceRoles)
	}
	if len(names) == 0 {
		return check(preflight.Undoing, idInstanceRoles, n.Account, preflight.Green, "No role of instances may undo a cut.", "")
	}
	return check(preflight.Undoing, idInstanceRoles, n.Account, preflight.Yellow,
		fmt.Sprintf("%d roles of instances may undo a cut: %s. Whoever took their credentials from an instance can undo that instance's own cut from elsewhere.%s", len(names), first(names), byReading),
		"Take "+strings.Join(register.Cut().UndoneBy, ", ")+" from them, or see the measure role-sessions, which takes everything from a contained instance's credentials.")
}

func (n *reading) principals(names []string, sure bool) preflight.Check {
	if len(names) == 0 && !sure {
		return n.partly(idPrincipals)
	}
	if len(names) == 0 {
		return check(preflight.Undoing, idPrincipals, n.Account, preflight.Green, "No other user or role may undo a cut."+byReading, "")
	}
	return check(preflight.Undoing, idPrincipals, n.Account, preflight.Green,
		fmt.Sprintf("%d users and roles may undo a cut: %s. The watch sees it within five minutes and cuts again.%s", len(names), first(names), byReading), "")
}

func (n *reading) firewall(there bool) preflight.Check {
	if !there && !n.people.all {
		return n.partly(idFirewall)
	}
	if !there {
		return check(preflight.Undoing, idFirewall, n.Account, preflight.Green, "Firewall Manager has no role in this account, so none of its policies undoes a cut.", "")
	}
	return check(preflight.Undoing, idFirewall, n.Account, preflight.Yellow,
		"Firewall Manager has a role in this account. Whether one of its policies puts network ACLs back is not read: that is the administrator's to see.",
		"Ask whoever administers Firewall Manager; have such a policy leave out what is under quarantine. Its policies: "+n.aws("fms", "list-policies"))
}
