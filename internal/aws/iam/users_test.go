package iam_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam/iamtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Everything is on a page of its own, so that only a caller that follows the marker finds the second.
func newUsers(*testing.T) iamtest.Users {
	a := account.New(account.Options{PageSize: 1})
	managed := [2]string{"arn:aws:iam::" + a.ID() + ":policy/one", "arn:aws:iam::" + a.ID() + ":policy/two"}
	a.AddUserGroup(account.UserGroup{Name: "dev"})
	a.AddUserGroup(account.UserGroup{Name: "ops", Policies: []string{"deploy", "look"}, Attached: managed[:]})
	a.AddUser(account.User{
		Name: "bob", Path: "/ops/", Boundary: managed[0], Tags: iamtest.Tags, Policies: iamtest.Inline, Attached: managed[:], Groups: []string{"dev", "ops"},
	})
	a.AddUser(account.User{Name: "carol"})
	return iamtest.Users{API: a.IAM(), AccountID: a.ID(), Managed: managed, Key: a.AddAccessKey("bob")}
}

func TestTheContractOfUsers(t *testing.T) {
	t.Parallel()
	iamtest.UsersContract(t, newUsers)
}

func TestWhenAKeyAndAPasswordWereUsedIsRead(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	noon := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	a.AddUser(account.User{Name: "bob", PasswordLastUsed: noon})
	id := a.AddAccessKey("bob")
	a.UseAccessKey(id, account.KeyUse{At: noon, Region: "eu-west-1", Service: "s3"})
	c := iam.New(a.IAM())
	if use, err := c.KeyUse(t.Context(), quarantine.Resource{}, id); err != nil || use != (quarantine.KeyUse{User: "bob", At: noon, Region: "eu-west-1", Service: "s3"}) {
		t.Errorf("the use is %+v, %v", use, err)
	}
	if bob, err := c.User(t.Context(), quarantine.Resource{}, "bob"); err != nil || bob.PasswordLastUsed != noon {
		t.Errorf("the user is %+v, %v", bob, err)
	}
}

func TestFaultsOfUsersAreNamed(t *testing.T) {
	t.Parallel()
	for kind, name := range map[account.Kind]string{
		account.Deny: quarantine.AccessDenied, account.Throttle: quarantine.Throttled, account.ServerError: quarantine.Unavailable,
	} {
		for operation, do := range reads(t) {
			a := account.New(account.Options{})
			a.AddUserGroup(account.UserGroup{Name: "ops", Policies: []string{"look"}})
			a.AddUser(account.User{Name: "bob", Policies: iamtest.Inline})
			a.Inject(account.Fault{Kind: kind})
			err := do(iam.New(a.IAM()))
			if got := quarantine.NameOf(err); got != name || !strings.Contains(err.Error(), operation) {
				t.Errorf("%s: fault %d is %q (%v), want %s", operation, kind, got, err, name)
			}
		}
	}
}

// reads are the calls that read users.
func reads(t *testing.T) map[string]func(*iam.Client) error {
	ctx, r := t.Context(), quarantine.Resource{}
	return map[string]func(*iam.Client) error{
		"GetUser":                   func(c *iam.Client) error { return second(c.User(ctx, r, "bob")) },
		"GetUserPolicy":             func(c *iam.Client) error { return second(c.UserPolicy(ctx, r, "bob", "own")) },
		"ListUserTags":              func(c *iam.Client) error { return second(c.UserTags(ctx, r, "bob")) },
		"ListAccessKeys":            func(c *iam.Client) error { return second(c.UserKeys(ctx, r, "bob")) },
		"ListUserPolicies":          func(c *iam.Client) error { return second(c.UserPolicies(ctx, r, "bob")) },
		"ListAttachedUserPolicies":  func(c *iam.Client) error { return second(c.AttachedUserPolicies(ctx, r, "bob")) },
		"ListGroupsForUser":         func(c *iam.Client) error { return second(c.UserGroups(ctx, r, "bob")) },
		"ListGroupPolicies":         func(c *iam.Client) error { return second(c.GroupPolicies(ctx, r, "ops")) },
		"ListAttachedGroupPolicies": func(c *iam.Client) error { return second(c.AttachedGroupPolicies(ctx, r, "ops")) },
	}
}

func second[T any](_ T, err error) error { return err }
