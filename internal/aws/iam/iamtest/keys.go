package iamtest

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Keys is an account with a user, alice, who has two access keys.
type Keys struct {
	API       iam.API
	AccountID string
	IDs       [2]string
	Delete    func(t *testing.T, id string) // deletes a key
	Differs   moto.Differences
}

func (k Keys) of(id string) quarantine.Resource {
	return quarantine.Resource{AccountID: k.AccountID, Region: "us-east-1", ID: id}
}

// KeysContract runs the contract of access keys.
func KeysContract(t *testing.T, newKeys func(t *testing.T) Keys) {
	for name, test := range map[string]func(*testing.T, Keys, *iam.Client){
		"a key is its user's":                      isItsUsers,
		"a status is put, read, and put again":     takesAStatus,
		"the user's other key stays as it is":      leavesTheOther,
		"a key that is gone is not there":          missesAKey,
		"a key of nobody is not shown as anyone's": showsNoOwner,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newKeys(t)
			test(t, env, iam.New(env.API))
		})
	}
}

func isItsUsers(t *testing.T, env Keys, c *iam.Client) {
	for _, id := range env.IDs {
		if user, err := c.KeyOwner(t.Context(), env.of(id)); err != nil || user != "alice" {
			t.Errorf("%s is of %q, %v", id, user, err)
		}
	}
}

func (k Keys) wantStatus(t *testing.T, c *iam.Client, id, want string) {
	t.Helper()
	if got, err := c.KeyStatus(t.Context(), k.of(id), "alice"); err != nil || got != want {
		t.Errorf("%s is %q (%v), want %s", id, got, err, want)
	}
}

func takesAStatus(t *testing.T, env Keys, c *iam.Client) {
	env.wantStatus(t, c, env.IDs[0], "Active")
	for _, status := range []string{"Inactive", "Inactive", "Active"} {
		if err := c.SetKeyStatus(t.Context(), env.of(env.IDs[0]), "alice", status); err != nil {
			t.Fatal(err)
		}
		env.wantStatus(t, c, env.IDs[0], status)
	}
}

func leavesTheOther(t *testing.T, env Keys, c *iam.Client) {
	if err := c.SetKeyStatus(t.Context(), env.of(env.IDs[1]), "alice", "Inactive"); err != nil {
		t.Fatal(err)
	}
	env.wantStatus(t, c, env.IDs[0], "Active")
	env.wantStatus(t, c, env.IDs[1], "Inactive")
}

func missesAKey(t *testing.T, env Keys, c *iam.Client) {
	env.Delete(t, env.IDs[0])
	for _, user := range []string{"alice", "bob"} {
		if _, err := c.KeyStatus(t.Context(), env.of(env.IDs[0]), user); !quarantine.Is(err, quarantine.ThingGone) {
			t.Errorf("of %s: %v", user, err)
		}
		if err := c.SetKeyStatus(t.Context(), env.of(env.IDs[0]), user, "Inactive"); !quarantine.Is(err, quarantine.ThingGone) {
			t.Errorf("of %s: %v", user, err)
		}
	}
}

func showsNoOwner(t *testing.T, env Keys, c *iam.Client) {
	env.Delete(t, env.IDs[0])
	want := quarantine.AccessDenied
	if env.Differs.Has(t, moto.MissingKeyIsNamed) {
		want = quarantine.ThingGone
	}
	if user, err := c.KeyOwner(t.Context(), env.of(env.IDs[0])); user != "" || !quarantine.Is(err, want) {
		t.Errorf("it is of %q, %v", user, err)
	}
}
