package sts_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts/ststest"
	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestContract(t *testing.T) {
	t.Parallel()
	ststest.Contract(t, func(*testing.T) ststest.Env {
		a := simaws.New(simaws.Options{})
		return ststest.Env{API: a.STS(), AccountID: a.ID()}
	})
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault simaws.Fault
		name  string
	}{
		{simaws.Fault{Kind: simaws.Deny}, quarantine.AccessDenied},
		{simaws.Fault{Kind: simaws.Throttle}, quarantine.Throttled},
		{simaws.Fault{Kind: simaws.ServerError}, quarantine.Unavailable},
		{simaws.Fault{Kind: simaws.TimeoutBefore}, quarantine.Unavailable},
		{simaws.Fault{Kind: simaws.Code, Code: "SomethingNew"}, quarantine.Unexpected},
	} {
		a := simaws.New(simaws.Options{})
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
