package sts_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts/ststest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestContract(t *testing.T) {
	t.Parallel()
	ststest.Contract(t, func(*testing.T) ststest.Env {
		a := account.New(account.Options{})
		return ststest.Env{API: a.STS(), AccountID: a.ID()}
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
		{account.Fault{Kind: account.TimeoutBefore}, quarantine.Unavailable},
		{account.Fault{Kind: account.Code, Code: "SomethingNew"}, quarantine.Unexpected},
	} {
		a := account.New(account.Options{})
		a.Inject(tt.fault)
		_, err := sts.New(a.STS()).Identity(t.Context())
		if got := quarantine.NameOf(err); got != tt.name {
			t.Errorf("fault %d is %q (%v), want %s", tt.fault.Kind, got, err, tt.name)
		}
		if tt.name == quarantine.AccessDenied && !strings.Contains(err.Error(), "sts:GetCallerIdentity") {
			t.Errorf("the action is not in %q", err)
		}
	}
}
