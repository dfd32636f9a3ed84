package iam_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam/iamtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The keys are on a page each, so that only a caller that follows the marker finds the second.
func newKeys(*testing.T) iamtest.Keys {
	a := account.New(account.Options{PageSize: 1})
	return iamtest.Keys{
		API: a.IAM(), AccountID: a.ID(), IDs: [2]string{a.AddAccessKey("alice"), a.AddAccessKey("alice")},
		Delete: func(_ *testing.T, id string) { a.DeleteAccessKey(id) },
	}
}

func TestTheContractOfKeys(t *testing.T) {
	t.Parallel()
	iamtest.KeysContract(t, newKeys)
}

func TestARootKeyIsOfNoUser(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	if user, err := iam.New(a.IAM()).KeyOwner(t.Context(), quarantine.Resource{ID: a.AddAccessKey("")}); err != nil || user != "" {
		t.Errorf("it is of %q, %v", user, err)
	}
}

func TestFaultsOfKeysAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault account.Fault
		name  string
	}{
		{account.Fault{Kind: account.Deny}, quarantine.AccessDenied},
		{account.Fault{Kind: account.Throttle}, quarantine.Throttled},
		{account.Fault{Kind: account.ServerError}, quarantine.Unavailable},
		{account.Fault{Kind: account.TimeoutBefore}, quarantine.Unavailable},
		{account.Fault{Kind: account.Code, Code: "EntityTemporarilyUnmodifiable"}, quarantine.Contended},
		{account.Fault{Kind: account.Code, Code: "UnmodifiableEntity"}, quarantine.NotSupported},
		{account.Fault{Kind: account.Code, Code: "SomethingNew"}, quarantine.Unexpected},
	} {
		for operation, do := range map[string]func(*iam.Client, quarantine.Resource) error{
			"GetAccessKeyLastUsed": func(c *iam.Client, r quarantine.Resource) error {
				_, err := c.KeyOwner(t.Context(), r)
				return err
			},
			"ListAccessKeys": func(c *iam.Client, r quarantine.Resource) error {
				_, err := c.KeyStatus(t.Context(), r, "alice")
				return err
			},
			"UpdateAccessKey": func(c *iam.Client, r quarantine.Resource) error {
				return c.SetKeyStatus(t.Context(), r, "alice", "Inactive")
			},
		} {
			a := account.New(account.Options{})
			id := a.AddAccessKey("alice")
			a.Inject(c.fault)
			err := do(iam.New(a.IAM()), quarantine.Resource{ID: id})
			if got := quarantine.NameOf(err); got != c.name {
				t.Errorf("%s: fault %d is %q (%v), want %s", operation, c.fault.Kind, got, err, c.name)
			}
			if c.name == quarantine.AccessDenied && !strings.Contains(err.Error(), "iam:"+operation) {
				t.Errorf("the action is not in %q", err)
			}
		}
	}
}
