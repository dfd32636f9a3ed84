package iam_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam/iamtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestContract(t *testing.T) {
	t.Parallel()
	iamtest.Contract(t, func(*testing.T) iamtest.Env {
		a := account.New(account.Options{})
		a.AddRole(account.Role{Name: "web"})
		a.AddRole(account.Role{Name: "empty"})
		a.RemoveRole("empty")
		return iamtest.Env{API: a.IAM(), AccountID: a.ID(), Role: "web", Profile: a.ProfileARN("web"), Empty: a.ProfileARN("empty")}
	})
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault account.Fault
		name  string
	}{
		{account.Fault{Kind: account.Deny}, quarantine.AccessDenied},
		{account.Fault{Kind: account.Throttle}, quarantine.Throttled},
		{account.Fault{Kind: account.ServerError}, quarantine.Unavailable},
		{account.Fault{Kind: account.TimeoutAfter}, quarantine.Unavailable},
		{account.Fault{Kind: account.Code, Code: "SomethingNew"}, quarantine.Unexpected},
	} {
		for operation, call := range map[string]func(*iam.Client) error{
			"GetRole": func(c *iam.Client) error {
				_, err := c.Role(t.Context(), quarantine.Resource{}, "web")
				return err
			},
			"GetInstanceProfile": func(c *iam.Client) error {
				_, err := c.ProfileRole(t.Context(), quarantine.Resource{}, "arn:aws:iam::123456789012:instance-profile/x/web")
				return err
			},
			"GetRolePolicy": func(c *iam.Client) error {
				_, err := c.RolePolicy(t.Context(), quarantine.Resource{}, "web", "p")
				return err
			},
			"PutRolePolicy": func(c *iam.Client) error {
				return c.PutRolePolicy(t.Context(), quarantine.Resource{}, "web", "p", "{}")
			},
			"DeleteRolePolicy": func(c *iam.Client) error { return c.DeleteRolePolicy(t.Context(), quarantine.Resource{}, "web", "p") },
		} {
			a := account.New(account.Options{})
			a.AddRole(account.Role{Name: "web"})
			a.SetPolicy("web", "p", "{}")
			a.Inject(tt.fault)
			err := call(iam.New(a.IAM()))
			if got := quarantine.NameOf(err); got != tt.name || !strings.Contains(err.Error(), operation) {
				t.Errorf("%s, fault %d is %q (%v), want %s", operation, tt.fault.Kind, got, err, tt.name)
			}
		}
	}
}

func TestARoleThatAWSAloneChangesIsNotSupported(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/aws-service-role/autoscaling.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"} {
		a := account.New(account.Options{})
		a.AddRole(account.Role{Name: "theirs", Path: path})
		c := iam.New(a.IAM())
		err := c.PutRolePolicy(t.Context(), quarantine.Resource{}, "theirs", "p", "{}")
		if got := quarantine.NameOf(err); got != quarantine.NotSupported {
			t.Errorf("%s: the error is %q (%v)", path, got, err)
		}
		if of, err := c.Role(t.Context(), quarantine.Resource{}, "theirs"); err != nil || of.ARN != "arn:aws:iam::"+a.ID()+":role"+path+"theirs" {
			t.Errorf("the role is %+v, %v", of, err)
		}
	}
}
