package summary_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate/summary"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// changed is what a summary says is different in an account.
func changed(t *testing.T, a simulate.Account) string {
	t.Helper()
	if a.Attributes == nil {
		a.AttributesBefore, a.Attributes = map[string]map[string]string{}, map[string]map[string]string{}
	}
	var out bytes.Buffer
	summary.New(&out, terminal.NewStyle(&out), nil).Report(&simulate.Report{Account: a})
	_, from, _ := strings.Cut(out.String(), "What is different in the account\n")
	lines, _, _ := strings.Cut(from, "\n\n")
	return lines
}

func policies(id string, of map[string]string) map[string]map[string]string {
	return map[string]map[string]string{id: of}
}

// A Deny on a role or a user is a change of the account, as a group on an interface is.
func TestPoliciesOfRolesAndUsersAreDifferences(t *testing.T) {
	t.Parallel()
	a := simulate.Account{
		RolesBefore: simulate.Roles{Policies: policies("web/AROA1", map[string]string{"app": "reads", "old": "writes", "same": "lists"})},
		Roles:       simulate.Roles{Policies: policies("web/AROA1", map[string]string{"app": "reads all", "ec2-quarantine-i-1": "denies", "same": "lists"})},
	}
	a.RolesBefore.Users, a.Roles.Users = policies("alice/AIDA1", nil), policies("alice/AIDA1", map[string]string{"ec2-quarantine-AKIA1": "denies"})
	want := "  role web/AROA1: inline policy app changed, inline policy ec2-quarantine-i-1\n" +
		"  added, inline policy old removed\n" +
		"  user alice/AIDA1: inline policy ec2-quarantine-AKIA1 added"
	if got := changed(t, a); got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
}

func TestNothingIsDifferentWherePoliciesAreAsTheyWere(t *testing.T) {
	t.Parallel()
	same := simulate.Roles{Policies: policies("web/AROA1", map[string]string{"app": "reads"}), Users: policies("alice/AIDA1", nil)}
	if got := changed(t, simulate.Account{RolesBefore: same, Roles: same}); !strings.HasPrefix(got, "  nothing: ") {
		t.Errorf("it says\n%s", got)
	}
}
